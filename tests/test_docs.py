"""The README names every command and every setting it should, and its figures have a script."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import typer

from kawaraban.__main__ import app
from kawaraban.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """ "digest", "flows run", … as a user types them."""
    group = typer.main.get_command(app)
    names = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        names += [f"{name} {sub}" for sub in inner] if inner else [name]
    return names


@pytest.mark.parametrize("command", commands())
def test_readme_when_a_command_exists_then_it_names_it(command: str) -> None:
    group, _, name = command.partition(" ")
    row = re.search(rf"kawaraban {group}\b.*", README)
    assert row, f"README.md does not mention `kawaraban {command}`"
    assert not name or re.search(rf"\b{re.escape(name)}\b", row.group()), row.group()


@pytest.mark.parametrize("variable", re.findall(r"`KAWARABAN_([A-Z_]+)`", README))
def test_readme_when_it_names_a_setting_then_the_setting_exists(variable: str) -> None:
    assert variable.lower() in {field.name for field in fields(Settings)}


def test_readme_when_read_then_no_mark_of_unfinished_text_is_left() -> None:
    assert "@@" not in README
