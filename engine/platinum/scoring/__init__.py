"""Scoring: the customer's feature row against every candidate's weights."""
