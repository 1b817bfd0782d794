"""What must be true once all is done: nothing acknowledged is lost, nothing removed is left."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eval.bench.upload_wishes import Expected
from index.base import SearchIndex, Snapshot
from index.embedder.base import TextKind
from index.uploads.models import SOURCE_PREFIX, UPLOADS_MARKER, JobState
from index.uploads.sqlite import FOLDER_NAME, SqliteUploads

_EVERYTHING = 1_000_000


def problems(index: SearchIndex, data: Path, expected: Expected) -> list[str]:
    """Return a sentence for each thing that is wrong."""
    found = [finding.message for finding in index.examine() if finding.problem]
    with index.snapshot() as snapshot, SqliteUploads(data, _in_a_day) as queue:
        present = _texts(snapshot)
        found += _wrong_documents(present, expected)
        found += _wrong_words(snapshot, present, expected)
        found += _wrong_vectors(index, snapshot)
        found += _wrong_jobs(queue)
        found += _wrong_files(queue, data, expected)
    return found


def _texts(snapshot: Snapshot) -> dict[str, str]:
    page = snapshot.documents(limit=_EVERYTHING)
    return {d.source: snapshot.text(d.document_id) for d in page.documents}


def _wrong_documents(present: dict[str, str], expected: Expected) -> Iterator[str]:
    for source in present:
        if source.removeprefix(SOURCE_PREFIX) not in expected.markers:
            yield f"{source} was never handed over"
    for name, allowed in expected.markers.items():
        text = present.get(SOURCE_PREFIX + name, "")
        held = {marker for marker in expected.all_markers if marker in text} or {""}
        if len(held) > 1 or not held <= allowed:
            yield f"{name} holds {sorted(held)}; it may hold {sorted(allowed)}"


def _wrong_words(snapshot: Snapshot, present: dict[str, str], expected: Expected) -> Iterator[str]:
    everything = "\n".join(present.values())
    for marker in sorted(expected.all_markers):
        hits = len(snapshot.search_lexical(marker, 10))
        if hits != (marker in everything):
            yield f"BM25 finds {marker} {hits} times; stored is {marker in everything}"


def _wrong_vectors(index: SearchIndex, snapshot: Snapshot) -> Iterator[str]:
    vector = index.embedder.encode(["문서"], TextKind.QUERY)[0]
    found = [hit.chunk_id for hit in snapshot.search_dense(vector, _EVERYTHING)]
    stored = len(snapshot.parents(found))
    if not len(found) == len(set(found)) == stored == index.status().children:
        yield f"{len(found)} vectors are found, and {stored} of them stored"


def _wrong_jobs(queue: SqliteUploads) -> Iterator[str]:
    for job in queue.jobs(limit=_EVERYTHING).jobs:
        broken = job.state is JobState.FAILED and job.reason == "malformed"
        if job.state is not JobState.DONE and not (broken and job.source.endswith(".pdf")):
            yield f"the job {job.kind} of {job.source} is {job.state} {job.reason} {job.message}"


def _wrong_files(queue: SqliteUploads, data: Path, expected: Expected) -> Iterator[str]:
    queue.clean()
    kept = queue.uploads(list(expected.ids.values())).values()
    needed = {upload.file.key for upload in kept}
    lying = {path.name for path in (data / FOLDER_NAME).iterdir()} - {UPLOADS_MARKER}
    for name in sorted(needed - lying):
        yield f"the file {name} is gone"
    unsure = sum(1 for allowed in expected.markers.values() if len(allowed) > 1)
    if len(lying - needed) > unsure:
        yield f"{len(lying - needed)} files belong to no document that was acknowledged"


def _in_a_day() -> datetime:
    """Return a moment at which no file that lies there now is being received any more."""
    return datetime.now(UTC) + timedelta(days=1)
