"""Words that people write for other words: they are no names here, but tell what was meant."""

from __future__ import annotations


def meant(**words: str) -> dict[str, str]:
    """Word → what is meant by it, written the other way round: ``meant(phone="telephone tel")``."""
    return {word: name for name, said in words.items() for word in said.split()}
