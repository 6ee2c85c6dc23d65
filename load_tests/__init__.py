"""What Platinum is measured against: the same broker, the same store, other programs."""
