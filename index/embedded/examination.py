"""The doctor: proves that store and followers hold the same, and that nothing is broken."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.embedded import lexical
from index.embedded.allowed import Ids
from index.embedded.database import translated
from index.embedded.dense import DenseView, is_approximate
from index.embedded.dense_building import caught_up
from index.embedded.followers import open_dense
from index.embedded.level import Level
from index.embedded.lexical import LexicalFollower
from index.embedded.manifest import Manifest, damaged_files, read_manifest
from index.embedded.signatures import has_signatures
from index.embedded.store import (
    FILE_NAME,
    FORMAT_VERSION,
    Identity,
    open_store,
    read_revision,
)
from index.errors import SearchIndexError
from index.models import Finding

_RECALL_QUERIES = 100
_RECALL_AT = 10
_LEAST_RECALL = 0.9

_MUST_BE_ZERO = {
    "rows that refer to nothing": "SELECT count(*) FROM pragma_foreign_key_check",
    "children without a vector": (
        "SELECT count(*) FROM children LEFT JOIN embeddings USING (child) WHERE vector IS NULL"
    ),
    "vectors of another length": (
        "SELECT count(*) FROM embeddings WHERE length(vector) !="
        " 2 * (SELECT value FROM meta WHERE key = 'dimension')"
    ),
    "children whose text does not fill their place": (
        'SELECT count(*) FROM children WHERE length(text) != "end" - start'
    ),
    "parents that their children do not tile": (
        'SELECT count(*) FROM parents WHERE "end" - start !='
        ' (SELECT coalesce(sum("end" - start), -1) FROM children'
        " WHERE children.parent = parents.parent"
        ' AND children.start >= parents.start AND children."end" <= parents."end")'
    ),
    "documents that their parents do not tile": (
        "SELECT count(*) FROM documents WHERE length !="
        ' (SELECT coalesce(sum("end" - start), 0) FROM parents'
        " WHERE parents.document = documents.document)"
    ),
    "documents with another number of chunks than recorded": (
        "SELECT count(*) FROM documents WHERE parents !="
        " (SELECT count(*) FROM parents WHERE parents.document = documents.document)"
        " OR children !="
        " (SELECT count(*) FROM children WHERE children.document = documents.document)"
    ),
}


_UNSIGNED = "SELECT count(*) FROM documents WHERE document NOT IN (SELECT document FROM signatures)"


@dataclass(frozen=True, slots=True)
class _Patient:
    """What every check looks at."""

    folder: Path
    connection: sqlite3.Connection
    manifest: Manifest
    identity: Identity


def examine(folder: Path, identity: Identity) -> list[Finding]:
    """Return one finding a check; a part that cannot be opened is a finding, not an error."""
    checks: list[Callable[[_Patient], Iterator[Finding]]] = [
        _store,
        _checksums,
        _lexical,
        _dense,
    ]
    findings: list[Finding] = []
    try:
        connection = open_store(folder, identity, write=False)
    except SearchIndexError as error:
        return [Finding("store", problem=True, message=str(error))]
    try:
        patient = _Patient(folder, connection, read_manifest(folder), identity)
        for check in checks:
            findings += _safely(check, patient)
    except SearchIndexError as error:
        findings.append(Finding("manifest", problem=True, message=str(error)))
    finally:
        connection.close()
    return findings


def examine_store(folder: Path, identity: Identity) -> list[Finding]:
    """Return what a check of the store alone found, before it has any followers."""
    with closing(open_store(folder, identity, write=False)) as connection:
        manifest = Manifest(FORMAT_VERSION, identity.embedder, identity.dimension, "")
        return _safely(_store, _Patient(folder, connection, manifest, identity))


def _safely(check: Callable[[_Patient], Iterator[Finding]], patient: _Patient) -> list[Finding]:
    try:
        with translated(patient.folder / FILE_NAME):
            return list(check(patient))
    except SearchIndexError as error:
        return [Finding(check.__name__.strip("_"), problem=True, message=str(error))]


def _store(patient: _Patient) -> Iterator[Finding]:
    answer = patient.connection.execute("PRAGMA integrity_check(5)").fetchall()
    broken = "; ".join(str(row[0]) for row in answer) if answer != [("ok",)] else ""
    yield Finding("store", bool(broken), broken or "the database is whole")
    signed = has_signatures(patient.connection)
    unsigned = {"documents without a signature": _UNSIGNED} if signed else {}
    for name, query in (_MUST_BE_ZERO | unsigned).items():
        count = patient.connection.execute(query).fetchone()[0]
        yield Finding("store", count > 0, f"{count} {name}")


def _checksums(patient: _Patient) -> Iterator[Finding]:
    problems = damaged_files(patient.folder, patient.manifest)
    for problem in problems:
        yield Finding("checksums", problem=True, message=problem)
    if not problems:
        count = len(patient.manifest.files)
        yield Finding("checksums", problem=False, message=f"{count} files are as recorded")


def _lexical(patient: _Patient) -> Iterator[Finding]:
    searcher = LexicalFollower(patient.folder / lexical.FOLDER_NAME).searcher()
    found = np.fromiter(searcher.parent_ids(), dtype=np.int64)
    yield from _compared("BM25", Level.PARENT, found, searcher.revision, patient.connection)


def _dense(patient: _Patient) -> Iterator[Finding]:
    saved = open_dense(patient.folder, patient.manifest, patient.identity)
    view = caught_up(saved, patient.connection)
    yield from _compared("dense", Level.CHILD, view.child_ids(), view.revision, patient.connection)
    if is_approximate(view.base) and len(view.child_ids()):
        recall = _recall(view, patient.connection)
        yield Finding(
            "dense",
            problem=recall < _LEAST_RECALL,
            message=f"recall@{_RECALL_AT} {recall:.3f} against exact search of"
            f" {_RECALL_QUERIES} stored vectors",
        )


def _compared(
    check: str, level: Level, found: Ids, reached: int, connection: sqlite3.Connection
) -> Iterator[Finding]:
    revision = read_revision(connection)
    late = reached != revision
    yield Finding(check, late, f"at revision {reached} of {revision}")
    rows = connection.execute(f"SELECT {level.id_column} FROM {level.table}")
    stored = np.fromiter((row[0] for row in rows), dtype=np.int64)
    numbers = {
        "missing": len(np.setdiff1d(stored, found)),
        "orphaned": len(np.setdiff1d(found, stored)),
        "duplicate": len(found) - len(np.unique(found)),
    }
    message = ", ".join(f"{count} {name}" for name, count in numbers.items())
    yield Finding(check, any(numbers.values()), f"{len(found)} {level.table}, {message}")


def _recall(view: DenseView, connection: sqlite3.Connection) -> float:
    rows = connection.execute(
        "SELECT child_id, vector FROM children JOIN embeddings USING (child) ORDER BY child"
    ).fetchall()
    ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
    vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2")
    vectors = vectors.reshape(len(rows), -1)
    step = max(1, len(rows) // _RECALL_QUERIES)
    shares = []
    for query in vectors[::step][:_RECALL_QUERIES].astype(np.float32):
        scores = np.concatenate(
            [part.astype(np.float32) @ query for part in np.array_split(vectors, 16)]
        )
        best = set(ids[np.argpartition(-scores, _RECALL_AT)[:_RECALL_AT]].tolist())
        hits = {hit.chunk_id for hit in view.search(query, _RECALL_AT, None)}
        shares.append(len(hits & best) / _RECALL_AT)
    return float(np.mean(shares))
