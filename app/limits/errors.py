"""What a sender is told that asks for too much."""

from index.errors import MureumError


class TooManyRequestsError(MureumError):
    """The sender asks for more than it may; ``retry_after_seconds`` are whole ones."""

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
