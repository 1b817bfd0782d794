"""What runs in the process that is made for one file and ends with it."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from index.errors import MureumError
from ingest.errors import FileTooLargeError, LoaderError, MalformedFileError, UnsupportedFormatError
from ingest.isolation.answers import (
    MOST_JSON_BYTES,
    document_answer,
    picture_answer,
    refusal_answer,
)
from ingest.isolation.confinement import Confinement, confine
from ingest.isolation.messages import too_much_text
from ingest.isolation.verdict import OUT_OF_MEMORY
from ingest.loaders.pdf_rendering import render_page
from ingest.loaders.registry import loader_for

_BROKEN = 1


@dataclass(frozen=True, slots=True)
class Job:
    """One file: its name, its bytes, and the loaders of the team's own.

    With a ``page``, from 1, that page is to be drawn instead of the text to be read.
    """

    name: str
    content: bytes
    loaders: Mapping[str, str]
    text_bytes: int
    page: int | None = None


def run(job: Job, writing: int, confinement: Confinement) -> NoReturn:
    """Read the file, write the answer to this descriptor, and end the process."""
    status = _BROKEN
    try:
        confine(confinement, writing)
        for part in _answer(job):
            _write(writing, part)
        status = 0
    except MemoryError:
        status = OUT_OF_MEMORY
    finally:
        os._exit(status)  # nothing of the process that was forked may go on here


def _answer(job: Job) -> Iterator[bytes]:
    """Return an answer for whatever happens, except that memory runs out."""
    try:
        if job.page is not None:
            return picture_answer(render_page(job.content, job.name, job.page))
        parts = tuple(
            document_answer(loader_for(job.name, job.loaders).load(job.content, job.name))
        )
    except LoaderError as error:
        return refusal_answer(error.reason, str(error))
    except MemoryError:
        raise
    except MureumError as error:
        return refusal_answer(UnsupportedFormatError.reason, str(error))
    except Exception as error:  # a loader of the team's own may break the contract
        message = f"{job.name} cannot be read ({type(error).__name__}: {error})."
        return refusal_answer(MalformedFileError.reason, message)
    return _bounded(job, parts)


def _bounded(job: Job, parts: tuple[bytes, ...]) -> Iterator[bytes]:
    *_, found, text = parts
    if len(text) <= job.text_bytes and len(found) <= MOST_JSON_BYTES:
        return iter(parts)
    return refusal_answer(FileTooLargeError.reason, too_much_text(job.name, job.text_bytes))


def _write(writing: int, part: bytes) -> None:
    left = memoryview(part)
    while left:
        left = left[os.write(writing, left) :]
