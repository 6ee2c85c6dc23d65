"""Logs: in memory, in a SQLite file. One contract suite holds both to ``ports.Log``."""
