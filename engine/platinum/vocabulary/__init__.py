"""What events are called and what they carry: the single source for decoder, schemas, policy and docs."""

from platinum.vocabulary.limits import REJECTION_REASONS

__all__ = ["REJECTION_REASONS"]
