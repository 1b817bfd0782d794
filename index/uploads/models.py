"""What passes between the service, which takes files, and the worker, which reads them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from index.groups import PUBLIC, Groups

SOURCE_PREFIX = "uploads/"
"""How the source of every document begins that was handed over, and of no other."""

UPLOADS_MARKER = "uploads.of-the-service"
"""The file that tells the ingestion to leave a folder out, for its files were handed over."""

MOST_CRASHES = 3
"""How many workers may die of a job before it is not begun again."""


class JobKind(StrEnum):
    """What was asked for."""

    ADD = "add"
    REPLACE = "replace"
    DELETE = "delete"
    RETRY = "retry"


class JobState(StrEnum):
    """How far a job is; done and failed are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that lies safely on the disk and belongs to nothing yet.

    ``key`` is the generated name under which it lies; nothing of the sender's is in it.
    """

    key: str
    content_hash: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Marks:
    """What a document is to carry from now on; None leaves what it carries already."""

    tags: frozenset[str] | None = None
    groups: Groups | None = None


AS_THEY_ARE = Marks()


@dataclass(frozen=True, slots=True)
class Upload:
    """What a document should be: this file, by these names, with these tags, for these groups.

    The first of ``names`` is the one that the source ends in; the others were given to files with
    the same bytes. ``deleted`` tells that the document is on its way out. ``read_as`` is the name
    that the present bytes came with: its suffix tells their format, the source's may not.
    ``owner`` is whoever handed over the present file.
    """

    document_id: str
    source: str
    names: tuple[str, ...]
    file: ReceivedFile
    tags: frozenset[str]
    uploaded_at: datetime
    deleted: bool = False
    read_as: str = ""
    groups: Groups = PUBLIC
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One wish about one document. ``stage`` tells what a running one does: reading or storing.

    ``outcome`` says what a finished one did (added, changed, unchanged, removed, duplicate);
    ``reason`` and ``message`` say why one failed, as of any file. ``attempts`` counts how often it
    was begun, ``crashes`` how many workers died while they did it and nothing else. ``owner`` is
    who asked for it, where that is known.
    """

    job_id: str
    kind: JobKind
    document_id: str
    source: str
    name: str
    state: JobState
    created_at: datetime
    stage: str = ""
    outcome: str = ""
    reason: str = ""
    message: str = ""
    attempts: int = 0
    crashes: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of a listing, newest first, with the number of jobs in the whole listing."""

    jobs: tuple[Job, ...]
    total: int
