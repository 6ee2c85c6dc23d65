"""A simulated society that judges treatment: people who wait, call, complain, forgive or leave, depending on how they are treated."""

from platinum.ops.society.model import MODEL, NULL, TREATMENT, Model
from platinum.ops.society.processes import BAD, CARRIERS, DESKS, GOOD, INTENTS, PROCESSES, Carrier, Desk
from platinum.ops.society.world import Society

__all__ = [
    "BAD",
    "CARRIERS",
    "DESKS",
    "GOOD",
    "INTENTS",
    "MODEL",
    "NULL",
    "PROCESSES",
    "TREATMENT",
    "Carrier",
    "Desk",
    "Model",
    "Society",
]
