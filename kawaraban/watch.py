"""Watch words that the user keeps in a file: they lift the stories of every coming digest.

    write_watch_words(home, ["半導体", "日銀"])
    read_watch_words(home)  →  ("半導体", "日銀")

The file is `watch-words.txt` under KAWARABAN_HOME, one word a line, `#` begins a note. Words of the
settings and of a run come before them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kawaraban.errors import UsageError
from kawaraban.sources.raw import write_whole

MAX_WORDS = 200
MAX_WORD_CHARS = 100


def read_watch_words(home: Path) -> tuple[str, ...]:
    """The words in the order of the file, each once; none if there is no file."""
    path = home / "watch-words.txt"
    if not path.is_file():
        return ()
    try:
        lines = [line.strip() for line in path.read_text("utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text ({error}); correct it") from None
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def write_watch_words(home: Path, words: Iterable[str]) -> tuple[str, ...]:
    """Replaces the file, and gives the words as they will be read."""
    kept = list(dict.fromkeys(" ".join(word.split()) for word in words))
    for word in kept:
        if not word or word.startswith("#") or len(word) > MAX_WORD_CHARS:
            raise UsageError(
                f"found {word[:40]!r}; expected a word of 1 to {MAX_WORD_CHARS} characters that "
                "does not begin with #"
            )
    if len(kept) > MAX_WORDS:
        raise UsageError(f"found {len(kept)} watch words; expected at most {MAX_WORDS}")
    write_whole(home / "watch-words.txt", "".join(f"{word}\n" for word in kept).encode())
    return read_watch_words(home)
