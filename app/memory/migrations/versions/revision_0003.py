"""Turns remember the documents that their answers were made from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; of older turns only the cited documents are known."""
    op.add_column("turns", sa.Column("document_ids", sa.JSON))
