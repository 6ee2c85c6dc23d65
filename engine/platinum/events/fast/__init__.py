"""Plain events to columns without Python: one compiled call per batch; whatever is not plain is left to ``events.sheet``."""
