"""HTTP: decisions on request, events in Segment's shape, profiles, health. Knows a ``Service``, not how it works."""
