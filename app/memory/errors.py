"""What can go wrong with the memory alone.

MureumError
└── MemoryUnavailableError   conversations cannot be read or written now
"""

from index.errors import MureumError


class MemoryUnavailableError(MureumError):
    """Conversations cannot be read or written now."""
