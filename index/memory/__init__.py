"""A small index in memory: the second member of the contract, for tests; nothing is kept."""

from index.memory.index import InMemoryIndex

__all__ = ["InMemoryIndex"]
