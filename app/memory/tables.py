"""The tables, and the clock that all processes share."""

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

METADATA = MetaData()

sessions = Table(
    "sessions",
    METADATA,
    Column("session_id", Text, primary_key=True),
    Column("owner", Text, index=True),
    Column("title", Text),
    Column("turns_begun", Integer, nullable=False),
    Column("summary", Text),
    Column("summary_until", Integer, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("used_at", Double, nullable=False, index=True),
)

turns = Table(
    "turns",
    METADATA,
    Column("session_id", ForeignKey("sessions.session_id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text),
    Column("rewritten_question", Text),
    Column("abstained", Boolean),
    Column("backend", Text),
    Column("citations", JSON),
    Column("document_ids", JSON),
    Column("prompt_tokens", Integer),
    Column("completion_tokens", Integer),
    Column("asked_at", Double, nullable=False),
    Column("ended_at", Double),
)

api_keys = Table(
    "api_keys",
    METADATA,
    Column("key_id", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("groups", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double),
    Column("revoked_at", Double),
)

feedback = Table(
    "feedback",
    METADATA,
    Column("session_id", ForeignKey("sessions.session_id", ondelete="CASCADE"), primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("owner", Text),
    Column("rating", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("expected_source", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("abstained", Boolean, nullable=False),
    Column("cited_source", Text, nullable=False),
    Column("given_at", Double, nullable=False, index=True),
)


class Now(FunctionElement[float]):
    """Seconds since 1970 by the clock of the database, the only one that all replicas share."""

    type = Double()
    inherit_cache = True


@compiles(Now, "sqlite")
def _sqlite_now(element: Now, compiler: Any, **options: Any) -> str:  # noqa: ANN401
    del element, compiler, options
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(Now, "postgresql")
def _postgresql_now(element: Now, compiler: Any, **options: Any) -> str:  # noqa: ANN401
    del element, compiler, options
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"


def visible(owner: str | None, ttl_seconds: float) -> ColumnElement[bool]:
    """Return the condition that a session is the owner's and has not expired.

    Sessions without an owner are seen by callers without one; 0 seconds keep them for ever.
    """
    theirs = sessions.c.owner.is_not_distinct_from(owner)
    return theirs & ~expired(ttl_seconds) if ttl_seconds else theirs


def expired(ttl_seconds: float) -> ColumnElement[bool]:
    """Return the condition that a session was not used for so long."""
    return sessions.c.used_at < Now() - ttl_seconds
