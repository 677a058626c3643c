"""What is glued to the end of a paragraph and is not part of it.

In: one paragraph. Out: the paragraph and its tail, or the paragraph alone; nothing is lost.
`split_tail("画餅に等しい。 (関連記事: 円安続く 続きを読む")` gives two parts.
"""

from __future__ import annotations

import re

_RELATED = re.compile(
    r"(?<=[。！？!?」』）)])[\s　]*[(（\[【〈<＜]?[\s　]*(?:▶|→|⇒|>>|＞＞)?[\s　]*"
    r"(?:関連記事|関連ニュース|あわせて読みたい|合わせて読みたい|こちらも(?:読まれて|おすすめ))[\s　:：】\])）].*$"
)
_READ_ON = re.compile(
    r"(?<=[。！？!?」』）)…])[\s　]*[(（\[【]?[\s　]*"
    r"(?:続きを読む|続きはこちら|もっと見る|全文を読む|記事全文はこちら|記事の続きを読む|"
    r"この記事は有料会員限定です|関連記事をもっと読む).{0,60}$"
)
_CREDIT = re.compile(
    r"(?<=[。！？!?」』])[\s　]*[(（\[［〔【][\s　]*(?:"
    r"(?:編集|記者|取材|執筆|翻訳|文|構成|担当|聞き手|Reporting|Writing|Editing)"
    r"[\s　:：・=＝/／].{1,60}"
    r"|.{0,12}(?:記者|支局長|特派員|編集委員|論説委員)(?:[\s　・、].{0,30})?"
    r"|(?:共同|時事|ロイター|ブルームバーグ|Bloomberg|Reuters|共同通信|時事通信|"
    r"QUICK|DZH|NQN|日経QUICKニュース|[^()（）。]{1,8}[=＝](?:共同|時事|ロイター|[一-鿿]{2,6}))"
    r"(?:[\s　].{0,20})?"
    r"|(?:了|おわり|終わり|つづく|続く|以上)"
    r")[)）\]］〕】][\s　]*$"
)
_TAILS = (_RELATED, _READ_ON, _CREDIT)
_MAX_TAIL_CHARS = 300
_MIN_HEAD_CHARS = 15


def split_tail(text: str) -> tuple[str, ...]:
    """「…と述べた。（編集：山川薫）」 → 「…と述べた。」「（編集：山川薫）」."""
    offset = max(0, len(text) - _MAX_TAIL_CHARS)
    window = text[offset:]
    for pattern in _TAILS:
        found = pattern.search(window)
        if found and offset + found.start() >= _MIN_HEAD_CHARS:
            cut = offset + found.start()
            rest = text[cut:].strip()
            return (*split_tail(text[:cut].rstrip()), rest)
    return (text,)
