"""`kawaraban store`: backup and restore of the database and the raw documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kawaraban.commands.console import group, open_store, print_json
from kawaraban.settings import Settings

app = group("The database and the raw documents.")


@app.command()
def backup(archive: Annotated[Path, typer.Argument(help="Archive to write.")]) -> None:
    """Write database and raw documents into one archive, while other runs go on."""
    from kawaraban.store import backup as write_backup

    settings = Settings.from_env()
    with open_store(settings) as database:
        write_backup(database, archive, home=settings.home)
    print_json({"archive": str(archive), "size_bytes": archive.stat().st_size})


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(help="Archive that `store backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
) -> None:
    """Bring an archive back; refuses to overwrite a database without --force."""
    from kawaraban.store import restore as read_backup

    settings = Settings.from_env()
    read_backup(archive, url=settings.store_url, home=settings.home, force=force)
    print_json({"archive": str(archive), "home": str(settings.home)})
