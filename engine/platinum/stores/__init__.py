"""Stores: in memory, in Valkey. One contract suite holds both to ``ports.ProfileStore``."""
