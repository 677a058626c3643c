"""The search keeps texts with their large and small letters, so that a snippet reads as written."""

import runpy
from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    before = runpy.run_path(str(Path(__file__).with_name("0003_keys_and_search.py")))
    op.execute("DELETE FROM search_entries")
    before["fill"](op.get_bind())


def downgrade() -> None:
    """Small letters are found in either form: there is nothing to take back."""
