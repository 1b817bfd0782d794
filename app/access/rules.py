"""For which groups a caller may hand documents over, and which of these it may change."""

from app.access.caller import Caller
from app.errors import ForbiddenError
from index.errors import UploadNotFoundError
from index.groups import PUBLIC, Groups, may_read
from index.uploads.models import Upload


def may_hand_over(caller: Caller, groups: Groups) -> bool:
    """Return whether a caller may hand over a document for these groups.

    Without any group of its own it hands over for everybody; with some, for none but these, and
    not for everybody: what a group gives away is decided by who sees all.
    """
    if caller.groups is None:
        return True
    return groups <= caller.groups and bool(groups) == bool(caller.groups)


def groups_to_give(caller: Caller, wanted: Groups | None) -> Groups:
    """Return the groups of a document that a caller hands over; raise ForbiddenError for others.

    Where nothing is wanted these are all of the caller's groups.
    """
    given = (caller.groups or PUBLIC) if wanted is None else wanted
    check_may_give(caller, given)
    return given


def check_may_give(caller: Caller, groups: Groups) -> None:
    """Raise ForbiddenError unless a caller may hand over a document for these groups."""
    if not may_hand_over(caller, groups):
        own = ", ".join(sorted(caller.groups or PUBLIC))
        raise ForbiddenError(
            f"Your key hands documents over for its own groups only: {own}."
            if own
            else "Your key is in no group, and hands documents over for everybody only."
        )


def check_may_change(caller: Caller, upload: Upload) -> None:
    """Raise unless a caller could have handed this document over.

    UploadNotFoundError, as for an unknown id, where it may not even be read; else ForbiddenError.
    """
    if not may_read(caller.groups, upload.groups):
        raise no_document(upload.document_id)
    if not may_hand_over(caller, upload.groups):
        raise ForbiddenError(
            "The document is for groups that your key is not in, or for everybody: a key changes"
            " what it could have handed over."
        )


def no_document(document_id: str) -> UploadNotFoundError:
    """Return the error for a document that is not there, for whoever asks."""
    return UploadNotFoundError(f"There is no document with the id {document_id!r}.")
