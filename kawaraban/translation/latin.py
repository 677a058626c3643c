"""Names that the Japanese itself writes in Latin letters: they stay as they are.

Input:  a sentence. Output: spans of such names. Capitals alone up to four (AI, GDP, CEO) may be
spelled out in English and are left free; a run of more than four words is a quotation.

    中国のDeepSeekは「V3.2-exp」とRTX Pro 6000Dを… → DeepSeek, RTX Pro 6000D
"""

from __future__ import annotations

import re

# Digits go with the letters before them (6000D, H200), but not those of an amount (GPU3万枚).
_WORD = r"[a-z]{0,2}[A-Z][A-Za-zÀ-ɏ0-9]*(?:[-&+.'’][A-Za-zÀ-ɏ0-9]+)*"
_TAIL = r"(?:[ ](?:[A-Z][A-Za-zÀ-ɏ0-9]*(?:[-&+.][A-Za-zÀ-ɏ0-9]+)*|\d+[A-Z][A-Za-z]?))"
_RUN = re.compile(rf"(?<![A-Za-z0-9@/.]){_WORD}{_TAIL}*(?![A-Za-zÀ-ɏ@/])")
_AMOUNT = re.compile(r"\d+$")
_COUNTED = re.compile(r"[.,]?\d*[万億兆千百十年月日人社台件個本枚基回倍割%％ドル円]")
_LETTERS = re.compile(r"[A-Za-z]")
_MAX_WORDS = 4


def latin_names(text: str) -> list[tuple[int, int]]:
    """Spans of names in Latin letters, in order."""
    found = []
    for match in _RUN.finditer(text):
        start, end = match.span()
        amount = _AMOUNT.search(text, start, end)
        if amount and _COUNTED.match(text, end):
            end = amount.start()
        name = text[start:end]
        if _is_name(name):
            found.append((start, end))
    return found


def spaced(name: str) -> str:
    """iPodTouch → iPod Touch: Japanese leaves out the spaces of English names."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


def _is_name(name: str) -> bool:
    n_letters = len(_LETTERS.findall(name))
    if n_letters < 3 or len(name.split(" ")) > _MAX_WORDS:
        return False
    return n_letters > 4 or not name.isupper()
