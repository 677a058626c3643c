"""`kawaraban models`: the model directories that this installation can use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kawaraban.commands.console import group, print_json, tell
from kawaraban.errors import UsageError
from kawaraban.settings import Settings

if TYPE_CHECKING:
    from kawaraban.hub import Offer

app = group("Model directories: list, verify, pull, add, bench.")


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


@app.command()
def pull(
    name: Annotated[
        str, typer.Argument(help="opus-mt, fugumt, elanmt, nllb-600m, …, or owner/repository.")
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Download without asking.")] = False,
    revision: Annotated[
        str | None, typer.Option("--revision", help="Branch, tag or commit; default: main.")
    ] = None,
    tokenizer: Annotated[
        str, typer.Option("--tokenizer", help="Repository with the SentencePiece files.")
    ] = "",
) -> None:
    """Download a public model, after showing its licence and size, and add it."""
    from kawaraban.hub import look_up
    from kawaraban.hub import pull as pull_model
    from kawaraban.public_models import find_model

    home = Settings.from_env().home
    model = find_model(name, tokenizer_repository=tokenizer)
    offer = look_up(model, home, revision=revision)
    _show(offer)
    if not yes:
        _ask()
    path = pull_model(offer, home, progress=sys.stderr.isatty())
    print_json(
        {
            "name": path.name,
            "license": offer.license,
            "path": str(path),
            "use": f"KAWARABAN_TRANSLATION_MODEL={path}",
        }
    )


def _show(offer: Offer) -> None:
    from kawaraban.public_models import size_text

    tell(f"model    {offer.model.name}")
    for part in offer.parts:
        files = ", ".join(part.choice.files)
        tell(f"from     {part.repository} at {part.revision[:12]}: {files}")
    tell(f"licence  {offer.license}")
    if "-NC" in offer.license.upper():
        tell("         not for commercial use")
    tell(f"size     {size_text(offer.size_bytes)}")
    if offer.converts:
        tell("then     converted to CTranslate2 at int8 on this machine")


def _ask() -> None:
    if not sys.stdin.isatty():
        raise UsageError("nobody can be asked here; read the licence above, then add --yes")
    if not typer.confirm("Download?", err=True):
        tell("nothing was downloaded")
        raise typer.Exit(1)


@app.command()
def bench(
    directory: Annotated[
        Path | None, typer.Argument(help="A translation model; default: the one in use.")
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, help="Least time for each measurement.")
    ] = 3.0,
) -> None:
    """Measure a model's speed on this machine: sentences and pieces a second, as JSON."""
    from kawaraban.artifacts import embedded
    from kawaraban.translation.bench import measure

    settings = Settings.from_env()
    path = directory or Path(settings.translation_model or embedded("ja-en"))
    print_json(
        measure(path, threads=settings.threads, beam_size=settings.beam_size, least_s=seconds)
    )
