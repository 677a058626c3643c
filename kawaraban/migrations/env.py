"""Alembic's entry: runs the migrations over the connection that `kawaraban.store` hands in.

A new revision is a file in `versions/`, its id appended to `kawaraban.store.connection.REVISIONS`,
and the same change in `kawaraban/store/tables.py`; a test compares the two.
"""

from alembic import context

from kawaraban.store.connection import VERSION_TABLE
from kawaraban.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
