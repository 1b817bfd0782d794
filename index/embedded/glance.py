"""What a store says of its documents, to whoever has no model loaded."""

from contextlib import closing
from pathlib import Path

from index.embedded import reading
from index.embedded.database import connect, translated
from index.embedded.store import FILE_NAME, Identity, check_identity, read_meta
from index.embedded.swapping import finish_restore
from index.models import Failure, Fingerprint


def stored_without_model(folder: Path) -> tuple[dict[str, Fingerprint], list[Failure]]:
    """Return what was last read of every document, and the files that failed.

    Whatever embedder made the vectors; there is nothing where there is no index.
    """
    finish_restore(folder)
    path = folder / FILE_NAME
    if not path.exists():
        return {}, []
    with closing(connect(path, write=False)) as connection:
        meta = read_meta(path, connection)
        if not meta:
            return {}, []
        check_identity(path, connection, Identity(meta["embedder"], int(meta["dimension"])))
        with translated(path):
            return reading.read_fingerprints(connection), reading.read_failures(connection)
