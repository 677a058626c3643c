"""`kawaraban keys`: who may use the service from another machine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from kawaraban.commands.console import group, open_store, print_json, tell
from kawaraban.settings import Settings

if TYPE_CHECKING:
    from kawaraban.store import ApiKey

app = group("Keys of the HTTP service.")


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who or what it is for.")],
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="Characters to translate a month (UTC).  [no limit]"),
    ] = None,
) -> None:
    """Make a key and print its token, which is shown this once and stored as a hash."""
    with open_store(Settings.from_env()) as database:
        key, token = database.create_key(name, character_limit=limit)
    print_json(_record(key) | {"token": token})
    tell("keep the token: it cannot be shown again")


@app.command("list")
def list_keys() -> None:
    """One line per key, revoked ones too, with the characters of this month."""
    month = f"{datetime.now(UTC):%Y-%m}"
    with open_store(Settings.from_env()) as database:
        for key in database.list_keys():
            count = database.count_characters(key.id, month=month)
            print_json(_record(key) | {"character_count": count})


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
        "character_limit": key.character_limit,
    }
