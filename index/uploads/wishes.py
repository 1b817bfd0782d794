"""What somebody may want of a document that was handed over, and what becomes of it."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from index.errors import QuotaExceededError, UploadNotFoundError
from index.groups import Groups
from index.identity import document_id_of
from index.uploads.ledger import FileShelf, Ledger
from index.uploads.models import (
    SOURCE_PREFIX,
    Job,
    JobKind,
    JobState,
    Marks,
    ReceivedFile,
    Upload,
)
from index.uploads.naming import cleaned_name, numbered_names
from index.uploads.quota import Quota, check_quota

MOST_NAMES = 100
"""So many names of one document are told."""

KEPT_JOBS = 10_000
"""Finished jobs that are older than so many newer ones are forgotten."""


class Wishes:
    """Writes down what documents should be, with a job for each wish."""

    def __init__(
        self, ledger: Ledger, shelf: FileShelf, now: Callable[[], datetime], quota: Quota
    ) -> None:
        self._ledger = ledger
        self._shelf = shelf
        self._now = now
        self._quota = quota

    def check_room(self, owner: str | None) -> None:
        """Raise QuotaExceededError where not even a file of one byte would be kept."""
        if self._quota.is_limited:
            used = self._ledger.usage(owner)
            check_quota(self._quota, used, used.with_file(1))

    def add(
        self,
        file: ReceivedFile,
        name: str,
        tags: frozenset[str],
        groups: Groups,
        owner: str | None,
    ) -> Job:
        """Return the job of a new document, or of the living one with the same bytes and groups."""
        name = cleaned_name(name)
        with self._ledger.transaction():
            known = self._ledger.living_upload_of(file.content_hash, groups)
            if known is not None:
                known = replace(known, names=_with(known.names, name), tags=known.tags | tags)
                self._ledger.keep_upload(known)
                self._shelf.discard([file.key])
                job = self._new(JobKind.ADD, known, name, owner)
                return self._appended(job, duplicate=True)
            self._check(owner, file)
            source, given = self._free_source(name, groups)
            upload = Upload(
                document_id=document_id_of(source),
                source=source,
                names=(given,),
                file=file,
                tags=tags,
                uploaded_at=self._now(),
                read_as=name,
                groups=groups,
                owner=owner,
            )
            self._ledger.keep_upload(upload)
            return self._appended(self._new(JobKind.ADD, upload, name, owner))

    def replace(
        self, document_id: str, file: ReceivedFile, name: str, marks: Marks, owner: str | None
    ) -> Job:
        """Return the job of a document that is another file from now on."""
        name = cleaned_name(name)
        with self._ledger.transaction():
            before = self._living(document_id)
            self._check(owner, file, before)
            upload = replace(
                before,
                names=_with(before.names[:1], name),
                file=file,
                tags=before.tags if marks.tags is None else marks.tags,
                groups=before.groups if marks.groups is None else marks.groups,
                uploaded_at=self._now(),
                read_as=name,
                owner=owner,
            )
            self._ledger.keep_upload(upload)
            return self._appended(self._new(JobKind.REPLACE, upload, name, owner))

    def remove(self, document_id: str, owner: str | None) -> Job:
        """Return the job of a document that disappears."""
        with self._ledger.transaction():
            upload = self._ledger.upload(document_id)
            if upload is None:
                raise UploadNotFoundError(_NO_UPLOAD.format(document_id))
            if upload.deleted:
                open_jobs = self._ledger.open_jobs(document_id)
                leaving = [job for job in open_jobs if job.kind is JobKind.DELETE]
                if leaving:
                    return leaving[-1]
            self._ledger.keep_upload(replace(upload, deleted=True))
            return self._appended(self._new(JobKind.DELETE, upload, upload.names[0], owner))

    def retry(self, document_id: str, owner: str | None) -> Job:
        """Return the job of a document that is read again."""
        with self._ledger.transaction():
            upload = self._living(document_id)
            return self._appended(self._new(JobKind.RETRY, upload, upload.names[0], owner))

    def _check(self, owner: str | None, file: ReceivedFile, before: Upload | None = None) -> None:
        """Throw a file away and raise QuotaExceededError where the owner may keep no more."""
        if not self._quota.is_limited:
            return
        used = self._ledger.usage(owner)
        wanted = used.with_file(file.size_bytes)
        if before is not None and before.owner == owner:
            wanted = used.with_file(file.size_bytes - before.file.size_bytes, files=0)
        try:
            check_quota(self._quota, used, wanted)
        except QuotaExceededError:
            self._shelf.discard([file.key])
            raise

    def _living(self, document_id: str) -> Upload:
        upload = self._ledger.upload(document_id)
        if upload is None or upload.deleted:
            raise UploadNotFoundError(_NO_UPLOAD.format(document_id))
        return upload

    def _free_source(self, name: str, groups: Groups) -> tuple[str, str]:
        """Return the first source with this name that no document has, or none for long.

        And with it the name, numbered. Names of other groups lie in other folders: a number
        would tell of them.
        """
        folder = SOURCE_PREFIX + (f"{'+'.join(sorted(groups))}/" if groups else "")
        for numbered in numbered_names(name):
            source = folder + numbered
            holder = self._ledger.upload(document_id_of(source))
            if holder is None or holder.deleted:
                return source, numbered
        raise AssertionError("names do not end")

    def _new(self, kind: JobKind, upload: Upload, name: str, owner: str | None) -> Job:
        return Job(
            job_id=secrets.token_hex(16),
            kind=kind,
            document_id=upload.document_id,
            source=upload.source,
            name=name,
            state=JobState.WAITING,
            created_at=self._now(),
            owner=owner,
        )

    def _appended(self, job: Job, *, duplicate: bool = False) -> Job:
        self._ledger.append(job, duplicate=duplicate)
        self._ledger.forget_finished(KEPT_JOBS)
        return job


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return the names with one more; of very many the first and the newest ones."""
    return names if name in names else (*names[:1], *names[1:][-(MOST_NAMES - 2) :], name)


_NO_UPLOAD = (
    "No document with the id {!r} was handed over to the service. Documents that the ingestion"
    " read from a folder are changed there."
)
