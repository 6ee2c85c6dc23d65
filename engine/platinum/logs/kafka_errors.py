"""What a Kafka client raises while a worker starts or runs, named by its remedy."""

from __future__ import annotations

from aiokafka.errors import KafkaError, KafkaTimeoutError

from platinum.errors import Unavailable


def planned(error: Exception) -> Exception:
    """``error``, or ``Unavailable`` in place of what a Kafka client raises when a broker does not answer."""
    if isinstance(error, KafkaTimeoutError) or (isinstance(error, KafkaError) and error.retriable):
        return Unavailable(f"Kafka does not answer: {type(error).__name__}; see `platinum doctor`")
    return error
