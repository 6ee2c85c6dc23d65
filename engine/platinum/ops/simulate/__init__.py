"""What a change of policy would do: a stretch of the past, or a made-up one, played under two policies and compared."""
