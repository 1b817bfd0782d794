"""What a person is told about a file that its limits ended, and what to do."""

from ingest.isolation.limits import ParseLimits

_AGAIN = "and run again with --retry-failed."


def too_slow(name: str, limits: ParseLimits) -> str:
    """Return what to say when the time is over."""
    return (
        f"{name} was not read within {limits.seconds:g} seconds: split it, or allow more"
        f" (MUREUM_INGEST_PARSE_SECONDS) {_AGAIN}"
    )


def too_much_memory(name: str, limits: ParseLimits) -> str:
    """Return what to say when memory ran out."""
    return (
        f"{name} needs more than {limits.memory_bytes:,} bytes of memory to be read: split it,"
        f" or allow more (MUREUM_INGEST_PARSE_MEMORY_BYTES) {_AGAIN}"
    )


def killed(name: str) -> str:
    """Return what to say when the system ended the process, which it does to get memory back."""
    return (
        f"The system ended the reading of {name}, most likely because memory ran out: split the"
        f" file, or let fewer be read at once (MUREUM_INGEST_PARSERS) {_AGAIN}"
    )


def too_much_text(name: str, text_bytes: int) -> str:
    """Return what to say when the text, or the list of its headings, is too long."""
    return (
        f"{name} holds more than {text_bytes:,} bytes of text, or far too many headings: split"
        f" it, or allow more (MUREUM_INGEST_MAX_TEXT_BYTES) {_AGAIN}"
    )


def crashed(name: str, how: str) -> str:
    """Return what to say when the process ended by itself; ``how`` names the signal or code."""
    return (
        f"{name} crashed the program that reads it ({how}): open it in the program that made it"
        " and save it again."
    )
