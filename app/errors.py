"""What can go wrong between a question and its answer.

MureumError
├── InvalidQuestionError   the question cannot be read as one
├── SessionNotFoundError   no conversation has this id
├── NotReadyError          the models or the index are still being loaded
├── OverloadedError        too many requests wait already
└── RerankerError          candidates could not be scored
    └── RerankerUnavailableError   the model or its weights cannot be had
"""

from index.errors import MureumError


class InvalidQuestionError(MureumError):
    """The question cannot be read as one."""


class SessionNotFoundError(MureumError):
    """No conversation has this id."""


class NotReadyError(MureumError):
    """The models or the index are still being loaded."""


class OverloadedError(MureumError):
    """Too many requests wait already."""


class RerankerError(MureumError):
    """Candidates could not be scored."""


class RerankerUnavailableError(RerankerError):
    """The reranking model or its weights cannot be had."""
