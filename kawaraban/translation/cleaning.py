"""Text as the translator takes it and gives it: one line, nothing that cannot be seen.

    >>> clean_source("円は\u3000152円\x00台\n")
    '円は 152円 台'

Control characters and line breaks become spaces, format characters (zero width, bidirectional,
soft hyphen) go, lone surrogates become U+FFFD, runs of spaces become one.
"""

from __future__ import annotations

import re
import unicodedata

from kawaraban.translation.annotation import MARKS

_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_AFTER_OPENING = re.compile(r"(?<=[(\[“]) +")
_MARK = re.compile("[" + "".join(MARKS) + "]")


def clean_source(text: str) -> str:
    """A sentence for the tokenizer; may be empty."""
    text = _SURROGATE.sub("\ufffd", text)
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def clean_output(text: str) -> str:
    """What the tokenizer made of the decoder's pieces: NFC, without annotation marks, and without
    the space that the model puts before a form that was told to it: ( Sendai)."""
    text = clean_source(_MARK.sub("", text))
    return unicodedata.normalize("NFC", _AFTER_OPENING.sub("", text))
