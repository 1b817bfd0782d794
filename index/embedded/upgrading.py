"""Bringing a store of an older format up to date, by whoever writes to it next."""

import sqlite3
from pathlib import Path

from index.embedded.database import transaction
from index.embedded.signatures import make_missing_signatures
from index.embedded.store import (
    FORMAT_VERSION,
    READABLE_FORMATS,
    SCRIPTS,
    read_meta,
    statements_of,
)


def bring_up_to_date(path: Path, connection: sqlite3.Connection) -> None:
    """Give a store of an older format what it lacks, from the text that it holds.

    Readers see either format meanwhile; a crash leaves the rest to the next writer.
    """
    present = read_meta(path, connection)["format"]
    if present != str(FORMAT_VERSION):
        with transaction(connection, path):
            for script in SCRIPTS[READABLE_FORMATS.index(present) + 1 :]:
                for statement in statements_of(script):
                    connection.execute(statement)
            connection.execute(
                "UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT_VERSION),)
            )
    make_missing_signatures(path, connection)
