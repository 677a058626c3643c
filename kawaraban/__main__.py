"""The `kawaraban` command: the one place that wires settings, store, engines and leaves together.

Standard output is for programs (JSON), standard error for people. Exit code 0: done, 1: failed,
2: wrong use.
"""

from __future__ import annotations

import sys

import typer

from kawaraban.commands import flows, glossary, keys, models, newsletter, reading, serving, store
from kawaraban.errors import KawarabanError, UsageError

app = typer.Typer(
    help="The Japanese news as a bilingual English digest, made on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (reading.digest, reading.articles, reading.translate, reading.summarize):
    app.command()(command)
app.command()(serving.serve)
app.add_typer(newsletter.app, name="newsletter")
app.add_typer(glossary.app, name="glossary")
app.add_typer(models.app, name="models")
app.add_typer(flows.app, name="flows")
app.add_typer(store.app, name="store")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """Run the command line; errors become one line on standard error and an exit code."""
    try:
        app()
    except UsageError as error:
        print(f"kawaraban: {error}", file=sys.stderr)
        sys.exit(2)
    except KawarabanError as error:
        print(f"kawaraban: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)


if __name__ == "__main__":
    main()
