"""Sessions and turns."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("turns_begun", sa.Integer, nullable=False),
        sa.Column("summary", sa.Text),
        sa.Column("summary_until", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("used_at", sa.Double, nullable=False),
    )
    op.create_index("ix_sessions_owner", "sessions", ["owner"])
    op.create_index("ix_sessions_used_at", "sessions", ["used_at"])
    _create_turns()


def _create_turns() -> None:
    op.create_table(
        "turns",
        sa.Column(
            "session_id",
            sa.Text,
            sa.ForeignKey("sessions.session_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("lease_until", sa.Double, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("rewritten_question", sa.Text),
        sa.Column("abstained", sa.Boolean),
        sa.Column("backend", sa.Text),
        sa.Column("citations", sa.JSON),
        sa.Column("prompt_tokens", sa.Integer),
        sa.Column("completion_tokens", sa.Integer),
        sa.Column("asked_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
    )
