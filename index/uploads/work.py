"""How jobs pass from hand to hand: claimed for a while, held, done, failed or put back."""

import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from index.uploads.ledger import Entry, FileShelf, Ledger
from index.uploads.models import Job, JobState


class Work:
    """One worker's view of the jobs; each object is a worker of its own."""

    def __init__(self, ledger: Ledger, shelf: FileShelf, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._shelf = shelf
        self._now = now
        self._worker = secrets.token_hex(8)

    def is_due(self) -> bool:
        """Return whether there is a job to do; that writes nothing."""
        return bool(self._ledger.due(self._seconds(), 1))

    def claim(self, limit: int, lease_seconds: float) -> Sequence[Job]:
        """Return jobs to do; one that a worker may have died of is returned alone."""
        if not self.is_due():
            return ()
        with self._ledger.transaction():
            due = [self._after_a_death(entry) for entry in self._ledger.due(self._seconds(), limit)]
            first = next(iter(due), None)
            given = due[:1] if first and first.alone else [e for e in due if not e.alone]
            return [self._given(e, lease_seconds, alone=len(given) == 1) for e in given]

    def hold(self, job_ids: Collection[str], lease_seconds: float, stage: str) -> frozenset[str]:
        """Prolong leases; return the jobs that are still this worker's."""
        until = self._seconds() + lease_seconds
        with self._ledger.transaction():
            held = list(self._held(job_ids))
            for entry in held:
                job = replace(entry.job, stage=stage or entry.job.stage)
                self._ledger.keep_entry(replace(entry, job=job, leased_until=until))
        return frozenset(entry.job.job_id for entry in held)

    def finish(self, job_id: str, outcome: str) -> None:
        """Mark a job as done, and remove what its document needs no more."""
        with self._ledger.transaction():
            for entry in self._held([job_id]):
                told = "duplicate" if entry.duplicate and outcome != "removed" else outcome
                self._end(entry, state=JobState.DONE, outcome=told)
                self._tidy(entry.job.document_id, outcome)

    def fail(self, job_id: str, reason: str, message: str) -> None:
        """Mark a job as failed."""
        with self._ledger.transaction():
            for entry in self._held([job_id]):
                self._end(entry, state=JobState.FAILED, reason=reason, message=message)

    def put_back(self, job_ids: Collection[str]) -> None:
        """Let jobs wait again, as if they had not been claimed."""
        with self._ledger.transaction():
            for entry in list(self._held(job_ids)):
                attempts = entry.job.attempts - 1
                job = replace(entry.job, state=JobState.WAITING, stage="", attempts=attempts)
                self._ledger.keep_entry(replace(entry, job=job, worker="", leased_until=0.0))

    def _given(self, entry: Entry, lease_seconds: float, *, alone: bool) -> Job:
        job = replace(
            entry.job,
            state=JobState.RUNNING,
            stage="",
            started_at=self._now(),
            attempts=entry.job.attempts + 1,
        )
        until = self._seconds() + lease_seconds
        self._ledger.keep_entry(
            replace(entry, job=job, worker=self._worker, leased_until=until, alone=alone)
        )
        return job

    def _held(self, job_ids: Collection[str]) -> Iterator[Entry]:
        for job_id in job_ids:
            entry = self._ledger.entry(job_id)
            if entry and entry.job.state is JobState.RUNNING and entry.worker == self._worker:
                yield entry

    def _end(self, entry: Entry, **changes: str) -> None:
        job = replace(entry.job, stage="", finished_at=self._now(), **changes)  # type: ignore[arg-type]
        self._ledger.keep_entry(replace(entry, job=job, worker="", leased_until=0.0))

    def _tidy(self, document_id: str, outcome: str) -> None:
        """Remove files of older versions, and a document that disappeared.

        Files go before the transaction ends: after a crash the job is done again, and nothing
        that a later job reads is missing.
        """
        upload = self._ledger.upload(document_id)
        removed = outcome == "removed"
        gone = upload is not None and upload.deleted and removed
        if not removed and self._ledger.open_jobs(document_id):
            return
        if gone:
            self._ledger.forget_upload(document_id)
        needed = {upload.file.key} if upload and not gone else set()
        stale = self._ledger.files_of(document_id) - needed
        self._ledger.forget_files(stale)
        self._shelf.discard(stale)

    def _seconds(self) -> float:
        return self._now().timestamp()

    def _after_a_death(self, entry: Entry) -> Entry:
        """Return what is known of a job after its worker died, where one did.

        A death before a stage was told is no job's fault; one among others is nobody's for
        certain, so each of them is done alone from then on. A worker that finds its own job, for
        its lease could not be prolonged on a full disk, lives.
        """
        running = entry.job.state is JobState.RUNNING
        if not running or not entry.job.stage or entry.worker == self._worker:
            return entry
        crashes = entry.job.crashes + entry.alone
        return replace(entry, job=replace(entry.job, crashes=crashes), alone=True)
