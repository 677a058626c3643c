"""`kawaraban glossary`: check, bring in and write out the terms that the translation obeys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kawaraban.commands.console import group, print_json

app = group("Terms and names that the translation obeys.")


@app.command()
def check(file: Annotated[Path, typer.Argument(help="TSV, CSV or TBX of your terms.")]) -> None:
    """Read a glossary and report every line that cannot be used."""
    from kawaraban.translation.glossary import load_glossary

    glossary = load_glossary(file)
    print_json({"file": str(file), "terms": len(glossary), "version": glossary.version})
