"""Uploads and jobs as rows of the database, and back."""

import json
import sqlite3
from datetime import datetime

from index.uploads.ledger import Entry
from index.uploads.models import Job, JobKind, JobState, ReceivedFile, Upload

Row = dict[str, str | int | float | None]


def upload_row(upload: Upload) -> Row:
    """Return the columns of an upload."""
    return {
        "document_id": upload.document_id,
        "source": upload.source,
        "names": json.dumps(upload.names, ensure_ascii=False),
        "file_key": upload.file.key,
        "content_hash": upload.file.content_hash,
        "size_bytes": upload.file.size_bytes,
        "tags": names_column(upload.tags),
        "group_names": names_column(upload.groups),
        "uploaded_at": upload.uploaded_at.isoformat(),
        "deleted": upload.deleted,
        "read_as": upload.read_as,
        "owner": upload.owner,
    }


def names_column(names: frozenset[str]) -> str:
    """Return tags or groups as they are kept: the same ones are the same text."""
    return json.dumps(sorted(names), ensure_ascii=False)


def upload_of(row: sqlite3.Row) -> Upload:
    """Return the upload of a row."""
    return Upload(
        document_id=row["document_id"],
        source=row["source"],
        names=tuple(json.loads(row["names"])),
        file=ReceivedFile(row["file_key"], row["content_hash"], row["size_bytes"]),
        tags=frozenset(json.loads(row["tags"])),
        uploaded_at=datetime.fromisoformat(row["uploaded_at"]),
        deleted=bool(row["deleted"]),
        read_as=row["read_as"],
        groups=frozenset(json.loads(row["group_names"])),
        owner=row["owner"],
    )


def entry_row(entry: Entry) -> Row:
    """Return the columns of a job, without its number."""
    job = entry.job
    return {
        "job_id": job.job_id,
        "kind": job.kind.value,
        "document_id": job.document_id,
        "source": job.source,
        "name": job.name,
        "state": job.state.value,
        "created_at": job.created_at.isoformat(),
        "stage": job.stage,
        "outcome": job.outcome,
        "reason": job.reason,
        "message": job.message,
        "attempts": job.attempts,
        "crashes": job.crashes,
        "started_at": job.started_at.isoformat() if job.started_at else None,
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        "worker": entry.worker,
        "leased_until": entry.leased_until,
        "alone": entry.alone,
        "duplicate": entry.duplicate,
        "owner": job.owner,
    }


def entry_of(row: sqlite3.Row) -> Entry:
    """Return the job of a row with what only the queue knows."""
    return Entry(
        number=row["number"],
        job=job_of(row),
        worker=row["worker"],
        leased_until=row["leased_until"],
        alone=bool(row["alone"]),
        duplicate=bool(row["duplicate"]),
    )


def job_of(row: sqlite3.Row) -> Job:
    """Return the job of a row."""
    return Job(
        job_id=row["job_id"],
        kind=JobKind(row["kind"]),
        document_id=row["document_id"],
        source=row["source"],
        name=row["name"],
        state=JobState(row["state"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        stage=row["stage"],
        outcome=row["outcome"],
        reason=row["reason"],
        message=row["message"],
        attempts=row["attempts"],
        crashes=row["crashes"],
        started_at=_moment(row["started_at"]),
        finished_at=_moment(row["finished_at"]),
        owner=row["owner"],
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
