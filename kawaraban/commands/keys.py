"""`kawaraban keys`: who may use the service from another machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kawaraban.commands.console import group, open_store, print_json, tell
from kawaraban.settings import Settings

if TYPE_CHECKING:
    from kawaraban.store import ApiKey

app = group("Keys of the HTTP service.")


@app.command()
def create(name: Annotated[str, typer.Argument(help="Who or what it is for.")]) -> None:
    """Make a key and print its token, which is shown this once and stored as a hash."""
    with open_store(Settings.from_env()) as database:
        key, token = database.create_key(name)
    print_json(_record(key) | {"token": token})
    tell("keep the token: it cannot be shown again")


@app.command("list")
def list_keys() -> None:
    """One line per key, revoked ones too."""
    with open_store(Settings.from_env()) as database:
        for key in database.list_keys():
            print_json(_record(key))


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(help="As `keys list` shows it.")]) -> None:
    """Refuse a key from now on; a running service obeys within ten seconds."""
    with open_store(Settings.from_env()) as database:
        database.revoke_key(key_id)
    print_json({"id": key_id, "revoked": True})


def _record(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "created_at": key.created_at.isoformat(),
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }
