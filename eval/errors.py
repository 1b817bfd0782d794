"""What can go wrong while measuring.

MureumError
├── QuestionSetError   a question set cannot be read, or nothing in it can be measured
└── ReportError        a report of an earlier run cannot be read, or not be compared
"""

from index.errors import MureumError


class QuestionSetError(MureumError):
    """A question set cannot be read, or nothing in it can be measured."""


class ReportError(MureumError):
    """A report of an earlier run cannot be read, or not be compared with another."""
