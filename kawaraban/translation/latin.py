"""Names that the Japanese itself writes in Latin letters: they stay as they are.

Input:  a sentence. Output: spans of such names. Capitals alone up to four (AI, GDP, CEO) may be
spelled out in English and are left free; a run of more than four words is a quotation. A code of
letters and digits (H800, C3PO++) is a name, and so is the version after one (ChatGPT 4.1).

    中国のDeepSeekは「5G-Advanced」とRTX Pro 6000Dを… → DeepSeek, 5G-Advanced, RTX Pro 6000D
"""

from __future__ import annotations

import re

# Digits go with the letters before them (6000D, H200), but not those of an amount (GPU3万枚).
_LETTERS_ON = r"[A-Za-zÀ-ɏ0-9]*(?:[-&+.'’][A-Za-zÀ-ɏ0-9]+)*\+{0,2}"
_WORD = rf"(?:[a-z]{{0,2}}[A-Z]{_LETTERS_ON}|\d{{1,2}}[A-Z]{{1,3}}-[A-Z]{_LETTERS_ON}|\d[DGK])"
_TAIL = rf"(?:[ ](?:[A-Z]{_LETTERS_ON}|\d+[A-Z][A-Za-z]?|\d+(?:\.\d+)?(?![\d.,:])))"
_RUN = re.compile(rf"(?<![A-Za-z0-9@/.]){_WORD}{_TAIL}*(?![A-Za-zÀ-ɏ@/])")
_AMOUNT = re.compile(r"\d+$")
_COUNTED = re.compile(r"[.,]?\d*[万億兆千百十年月日人社台件個本枚基回倍割%％ドル円]")
_LETTERS = re.compile(r"[A-Za-z]")
_OFFICE = re.compile(r"(?<=[A-Za-z0-9]) C[EFOT]O$")
_CODE = re.compile(r"[A-Z]{1,3}\d+[A-Z]?|[A-Z]+\d+[A-Z]+\+{0,2}|\d[DGK]")
_SPELLED_OUT = re.compile(r"[GQ]\d{1,2}|CO2|PM2|COP\d+|U\d\d|[ABCDFHJMQ]\d")
_MAX_WORDS = 4


def latin_names(text: str) -> list[tuple[int, int]]:
    """Spans of names in Latin letters, in order."""
    found = []
    for match in _RUN.finditer(text):
        start, end = match.span()
        amount = _AMOUNT.search(text, start, end)
        if amount and _COUNTED.match(text, end):
            end = amount.start()
        name = _OFFICE.sub("", text[start:end].rstrip())
        end = start + len(name)
        if _is_name(name):
            found.append((start, end))
    return found


def _is_name(name: str) -> bool:
    if _CODE.fullmatch(name):
        return _SPELLED_OUT.fullmatch(name) is None
    n_letters = len(_LETTERS.findall(name))
    if n_letters < 3 or len(name.split(" ")) > _MAX_WORDS:
        return False
    return n_letters > 4 or not name.isupper()
