"""What is glued to the end of a paragraph and is not part of it.

In: one paragraph. Out: the paragraph and its tail, or the paragraph alone; nothing is lost.
`split_tail("画餅に等しい。 (関連記事: 円安続く 続きを読む")` gives two parts.
"""

from __future__ import annotations

import re

_GAP = r"(?<=[。！？!?」』）)…])[\s　]*[(（\[【〈<＜]?[\s　]*(?:▶|→|⇒|>>|＞＞)?[\s　]*"
_RELATED = re.compile(
    _GAP + r"(?:関連記事|関連ニュース|(?:あわ|合わ)せて読みたい|こちらも(?:読まれて|おすすめ))"
    r"[\s　:：】\])）].*$"
)
_READ_ON = re.compile(
    _GAP + r"(?:続きを読む|続きはこちら|もっと見る|全文を読む|記事全文はこちら|記事の続きを読む|"
    r"この記事は有料会員限定です|関連記事をもっと読む).{0,60}$"
)
_ROLES = r"編集|記者|取材|執筆|翻訳|文|構成|担当|聞き手|Reporting|Writing|Editing"
_AGENCIES = (
    r"共同通信|時事通信|共同|時事|ロイター|ブルームバーグ|Bloomberg|Reuters|QUICK|DZH|NQN|"
    r"日経QUICKニュース"
)
_CREDIT = re.compile(
    r"(?<=[。！？!?」』])[\s　]*[(（\[［〔【](?:"
    rf"(?:{_ROLES})[\s　:：・=＝/／].{{1,60}}|(?:聞き手|取材|文|構成)は[^。]{{2,20}}|"
    r"[^()（）。]{0,24}(?:記者|支局長|特派員|編集委員|論説委員)(?:[\s　・、][^。]{0,30})?|"
    rf"(?:{_AGENCIES}|[^()（）。]{{1,8}}[=＝](?:共同|時事|ロイター|[一-鿿]{{2,6}}))"
    r"(?:[\s　].{0,20})?|"
    r"了|おわり|終わり|つづく|続く|以上)[)）\]］〕】][\s　]*$"
)
_TAILS = (_RELATED, _READ_ON, _CREDIT)
_MAX_TAIL_CHARS = 300
_MIN_HEAD_CHARS = 8


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
