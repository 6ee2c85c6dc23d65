"""Deciding: lanes, gates, arbitration, exploration, tone."""
