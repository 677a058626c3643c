"""Is a page Japanese? By script, over the whole page, never by one line.

In: the text of all blocks. Out: a reason to refuse it, or None. Example: a Chinese page has no kana
and is refused; 「経済対策決定」 alone is too short to be refused.
"""

from __future__ import annotations

import re

_KANA = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾟ]")
_LETTER = re.compile(r"[^\W\d_]")
_SAMPLE_CHARS = 200_000
_MIN_LETTERS = 40
_MIN_KANA_SHARE = 0.05  # Japanese news has about 0.5; a Chinese page with Japanese names 0.02


def refusal(text: str) -> str | None:
    """Why the text is not taken for Japanese, with the measured share."""
    sample = text[:_SAMPLE_CHARS]
    n_letters = len(_LETTER.findall(sample))
    if n_letters < _MIN_LETTERS:
        return None
    share = len(_KANA.findall(sample)) / n_letters
    if share >= _MIN_KANA_SHARE:
        return None
    least = f"{_MIN_KANA_SHARE:.0%}"
    return f"not Japanese: kana are {share:.1%} of the letters, expected at least {least}"
