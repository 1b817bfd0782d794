"""What can go wrong while measuring.

MureumError
└── QuestionSetError   a question set cannot be read, or nothing in it can be measured
"""

from index.errors import MureumError


class QuestionSetError(MureumError):
    """A question set cannot be read, or nothing in it can be measured."""
