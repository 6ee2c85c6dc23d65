"""Decisions to bytes: canonical JSON, the records that carry it, dead letters, stored inputs and derivations."""
