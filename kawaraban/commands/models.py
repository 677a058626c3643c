"""`kawaraban models`: the model directories that this installation can use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kawaraban.commands.console import group, print_json
from kawaraban.settings import Settings

app = group("Model directories: list, verify, add.")


@app.command("list")
def list_() -> None:
    """Show the embedded models and those added under KAWARABAN_HOME."""
    from kawaraban.artifacts import list_models

    for path, manifest in list_models(Settings.from_env().home):
        print_json(
            {
                "name": manifest.id,
                "kind": manifest.kind,
                "format": manifest.format,
                "license": manifest.license,
                "size_bytes": manifest.size_bytes,
                "path": str(path),
            }
        )


@app.command()
def verify(
    directory: Annotated[
        Path | None, typer.Argument(help="A model directory; default: all that are listed.")
    ] = None,
) -> None:
    """Compare each file with the size and SHA-256 that its manifest names."""
    from kawaraban.artifacts import list_models
    from kawaraban.artifacts import verify as verify_directory

    paths = [directory] if directory else [p for p, _ in list_models(Settings.from_env().home)]
    for path in paths:
        manifest = verify_directory(path)
        print_json({"name": manifest.id, "path": str(path), "files": len(manifest.files)})


@app.command()
def add(
    source: Annotated[
        Path, typer.Argument(help="A CTranslate2 directory or an .argosmodel package.")
    ],
) -> None:
    """Copy a model into KAWARABAN_HOME and write its manifest."""
    from kawaraban.artifacts import add_model

    path = add_model(source, Settings.from_env().home)
    print_json({"path": str(path), "use": f"KAWARABAN_TRANSLATION_MODEL={path}"})
