"""Statistics and snapshots: pure, additive, above the stages (design 8)."""
