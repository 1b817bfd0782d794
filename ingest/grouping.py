"""Which groups documents get: those that are given, or those that they carry; never fewer unasked.

New files in a folder that holds documents of some groups would be open to everybody if nothing
was said, so something has to be said.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePosixPath

from index.groups import Groups
from ingest.discovery import lies_in
from ingest.errors import GroupsMissingError
from ingest.known import Known

_SHOWN = 5


def check_groups_are_given(known: Known, roots: Iterable[str]) -> None:
    """Raise GroupsMissingError where nobody said who may read what is new below these sources.

    A path of which nothing is stored yet is judged by the next folder above of which something
    is; the base itself says nothing, for anything may lie there.
    """
    grouped = {s: each.groups for s, each in known.documents.items() if each.groups}
    for root in roots if grouped else ():
        if root in known.documents:
            continue  # a file that keeps what it carries
        folders = (root, *_folders_above(root))
        folder = next((each for each in folders if _holds(each, known.documents)), None)
        inside = [
            groups for source, groups in grouped.items() if folder and lies_in(source, folder)
        ]
        if inside:
            raise GroupsMissingError(_MISSING.format(folder, _named(frozenset().union(*inside))))


def to_regroup(known: Known, roots: Collection[str], groups: Groups) -> dict[str, Groups]:
    """Return, by source, the groups of all documents below the roots that carry others."""
    return {
        source: groups
        for source, each in known.documents.items()
        if each.groups != groups and any(lies_in(source, root) for root in roots)
    }


def _holds(root: str, sources: Iterable[str]) -> bool:
    return any(lies_in(source, root) for source in sources)


def _folders_above(source: str) -> Iterator[str]:
    """Yield the folders that a source lies in, the nearest first, without the base and the root."""
    yield from (str(each) for each in PurePosixPath(source).parents if each.name)


def _named(groups: Groups) -> str:
    names = sorted(groups)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


_MISSING = (
    "{} holds documents for groups ({}). Say who may read what is read now: --group NAME, which"
    " may be repeated, or --public for everybody. It then holds for all documents below the path."
)
