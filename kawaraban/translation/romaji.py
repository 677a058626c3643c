"""Whether a word of the English may be a Japanese name: made of whole syllables.

>>> [word for word in ("Yamaoka", "Kenichi", "Police", "Japan") if is_romaji(word)]
['Yamaoka', 'Kenichi']
"""

from __future__ import annotations

import re

_SYLLABLES = re.compile(
    r"(?:(?:[kgnhbpmr]y|[kgsztdnhbpmrfjwy]|sh|ch|ts|(?<=[aiueo])(?:kk|pp|ss|tt|ssh|tch))?[aiueo]h?"
    r"|n(?![aiueo]))+",
    re.I,
)
_MIN_LETTERS = 3
_ENGLISH = frozenset(
    {
        *("are", "one", "the", "some", "more", "here", "there", "these", "time", "made", "make"),
        *("take", "rate", "home", "none", "use", "due", "age", "ago", "were", "she", "too", "into"),
        *("union", "human", "women", "men", "again", "ten", "sunday", "monday", "june", "date"),
        *("japan", "asia", "africa", "america", "china", "korea", "india", "iran", "oman", "peru"),
        *(
            "canada",
            "asean",
            "asian",
            "give",
            "sure",
            "huge",
            "wide",
            "site",
            "name",
            "game",
            "same",
            "note",
        ),
    }
)


def is_romaji(word: str) -> bool:
    """A capitalised word of Japanese syllables that is no common English word."""
    plain = word.strip(".")
    return (
        len(plain) >= _MIN_LETTERS
        and plain[0].isupper()
        and plain.lower() not in _ENGLISH
        and _SYLLABLES.fullmatch(plain) is not None
    )
