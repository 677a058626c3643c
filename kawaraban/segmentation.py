"""Article text → sentences with character offsets. Rules, no dictionary, linear time.

Input is the text of an article, output the spans of its sentences. A sentence ends

* at 。 and its kin (｡ ．), and at full-width ！？ or a run of them;
* at ASCII ! ? after Japanese letters only (本当か? 市場は…), never in Yahoo!ニュース;
* at a Latin full stop only where a whole English sentence stands by itself;
* at every line break: extraction has joined lines that were broken mid-sentence.

It never ends inside 「」『』（）“” or another closed pair: 「強気だ。買いだ。」と述べた。 is one
sentence, 「強気だ。」彼は笑った。 is two. A pair counts only when it closes in the same line within
`_MAX_SHELTER_CHARS`, so a bracket that is never closed protects nothing.

    >>> [("円安が進む。「想定内だ。」と述べた。"[a:b]) for a, b in split_sentences(…)]
    ["円安が進む。", "「想定内だ。」と述べた。"]

White space belongs to the sentence before it; white space that opens the text to the first one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from kawaraban.types import Article, Sentence

_MAX_SHELTER_CHARS = 500
_SLOGAN_CHARS = 8

_PAIRS = {
    "「": "」", "『": "』", "（": "）", "(": "）", "“": "”", "【": "】", "〔": "〕", "［": "］",
    "[": "］", "《": "》", "〈": "〉", "｛": "｝", "{": "｝", "〝": "〟", "｢": "｣",
}  # fmt: skip
_CLOSERS = {
    "」": "」", "』": "』", "）": "）", ")": "）", "”": "”", "】": "】", "〕": "〕", "］": "］",
    "]": "］", "》": "》", "〉": "〉", "｝": "｝", "}": "｝", "〟": "〟", "｣": "｣",
}  # fmt: skip
_QUOTE_OPENERS = '「『“"〝｢'
_STOPS = "。｡．！？!?‼⁇⁈⁉"

_BRACKETS_BEHIND = {*_CLOSERS, "（", "("}

_JA = "ぁ-ゖァ-ヺー々〆一-鿿豈-﫿\U00020000-\U0003ffff"
_BLANK = r"\s\u200b\ufeff"
_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_BRACKET = re.compile("[" + re.escape("".join([*_PAIRS, *_CLOSERS])) + '"]')
_STOP_RUN = re.compile(f"[{_STOPS}.]+")

# Names and addresses that hold a stop: モーニング娘。は新曲を出した。
_ATOM = re.compile(
    r"https?://[!-~]+"
    r"|モーニング娘。|ゲスの極み乙女。|ずっと真夜中でいいのに。|君の名は。|いいとも！"
    r"|(?:Yahoo ?|Yum|Hey|Say|Jeopardy|Oh|Wow)[!！]|(?:ヤフー|ハロー|ハイキュー|アメトーーク)[!！]+"
    r"|[ァ-ヺー][!！](?=[ァ-ヺ])"
)

# What makes the words after a quotation, or after ？！, go on with the sentence:
# 「…。」と述べた / どうなる？という声
_GOES_ON = re.compile(
    r"と(?!ころ|はいえ|りわけ|くに|もに|ても|ある|うとう)|って|を|へ|から(?!こ)|まで|など|なの|ほか|です|であ"
    r"|が(?![、んい])|に(?!もかか|わか)|の(?![ちぞ])|は(?![たじ、])|も(?!し|っと|ちろん|はや|う)"
    r"|で(?!も|は、|すが|すから|き)|や(?!が|は|っと)|か(?![つなれのね])|だ(?!が|から|け|っ|れ)"
    r"|な(?![おぜかんら])|[、，,・／/→=＝:：」』）)]"
)
_ASKS_ON = re.compile(
    r"[、，,]|って|と(?:い[うっわえ]|の|し[てた]|思|言|述|話|語|叫|訴|呼|聞|問|、|も|は(?!いえ)|尋|題|書)|の(?:声|か|問)"
)
# What still belongs to the sentence that a stop ended: closers, ※1, [2], （注3）, （共同）.
_TAIL = re.compile(
    r"(?:[」』）)”】〕］\]》〉｝}〟｣]+"
    r"|[ \u3000]?(?:[\[［](?:注|\*|※)?\d{1,3}[\]］]|[（(]注\s?\d{0,3}[)）]"
    r"|[※*＊]\d{1,2}(?![\d.:：は])"
    r"|[⁰¹²³⁴-⁹†‡]+)"
    r"|[（(](?![\dａ-ｚa-zA-Zア-ンｱ-ﾝ一二三四五六七八九十]{1,2}[)）])[^（）()。！？!?]{1,15}[)）])+"
)
_SPACE = re.compile(f"[{_BLANK}]+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Ltd|Corp|Co|Cos|LLC|Bros|No|Nos|Mr|Mrs|Ms|Messrs|Dr|Prof|St|Sr|Jr|vs|v|cf|al|Fig|Vol|pp|p"
    r"|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Capt|Ave|Blvd|Dept|Univ|approx|est|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    r"|Sept|Sep|Oct|Nov|Dec|e\.g|i\.e|a\.m|p\.m|Ph\.D)|\b[A-Za-z]|[A-Z]\.[A-Z])\Z"
)
_LATIN_START = re.compile(r"[\"'“‘(\[]?[A-Z]")
_JA_LETTER = re.compile(f"[{_JA}]")
_BULLETS = "・•‣▪■◆●◇□"


def segment(article: Article) -> list[Sentence]:
    """The sentences of the body in reading order; offsets count characters of `article.text`."""
    sentences: list[Sentence] = []
    offset = 0
    for number, paragraph in enumerate(article.paragraphs):
        for start, end in split_sentences(paragraph):
            start, end = _strip(paragraph, start, end)
            if start < end:
                text = paragraph[start:end]
                place = (offset + start, offset + end)
                sentences.append(Sentence(len(sentences), text, *place, number))
        offset += len(paragraph) + 1
    return sentences


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans that cover `text` without gap: joined in order they give it back.

    Every span holds something to read, unless the whole text is blank (then one span); an empty
    text has no spans.
    """
    cuts: list[int] = []
    for line in _LINE.finditer(text):
        cuts.extend(_cuts_in_line(text, line.start(), line.end()))
        cuts.append(line.end())
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in cuts:
        if cut <= start or _SPACE.fullmatch(text, start, cut):
            continue  # blank so far: it opens the next sentence, or is taken in below
        space = _SPACE.match(text, cut)
        cut = space.end() if space else cut
        spans.append((start, cut))
        start = cut
    if start < len(text):
        spans.append((start, len(text)))
    return spans


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    if lead := _SPACE.match(text, start, end):
        start = lead.end()
    while end > start and _SPACE.match(text[end - 1]):
        end -= 1
    return start, end


def _cuts_in_line(text: str, start: int, end: int) -> list[int]:
    """Ends of the sentences inside one line, the end of the line itself not included."""
    shelters = _shelters(text, start, end)
    opens = [shelter[0] for shelter in shelters]
    goes_on = _quotes_that_go_on(text, shelters, end)
    cuts = _bullet_cuts(text, start, end)
    sentence_start = position = start
    while run := _STOP_RUN.search(text, position, end):
        k = bisect_right(opens, run.start()) - 1
        if k >= 0 and run.start() < shelters[k][1]:
            position = shelters[k][1]
            if not _closes_sentence(text, shelters[k], sentence_start) or goes_on[k]:
                continue
        elif _is_end(text, run, sentence_start, end):
            position = run.end()
        else:
            position = run.end()
            continue
        if (tail := _TAIL.match(text, position, end)) is not None:
            position = tail.end()
            if text[tail.start()] in _BRACKETS_BEHIND and _GOES_ON.match(text, position, end):
                continue
        cuts.append(position)
        sentence_start = position
    return sorted(cuts)


def _shelters(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Outermost spans in which no sentence ends: closed pairs, names with a stop, addresses."""
    found = [*_pairs(text, start, end)]
    found += [atom.span() for atom in _ATOM.finditer(text, start, end)]
    outermost: list[tuple[int, int]] = []
    for opened, closed in sorted(found):
        if not outermost or opened >= outermost[-1][1]:
            outermost.append((opened, closed))
    return outermost


def _pairs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Closed pairs of brackets. `「『A」` closes 「 over the open 『; a stray 」 is passed over."""
    stack: list[tuple[str, int]] = []
    n_open: dict[str, int] = {}
    straight: int | None = None
    for bracket in _BRACKET.finditer(text, start, end):
        char, at = bracket.group(), bracket.start()
        if char == '"':
            if straight is not None and at - straight < _MAX_SHELTER_CHARS:
                yield straight, at + 1
                straight = None
            else:
                straight = at
        elif char in _PAIRS:
            stack.append((_PAIRS[char], at))
            n_open[_PAIRS[char]] = n_open.get(_PAIRS[char], 0) + 1
        elif n_open.get(_CLOSERS[char]):
            wanted = ""
            while wanted != _CLOSERS[char]:
                wanted, opened = stack.pop()
                n_open[wanted] -= 1
            if at - opened < _MAX_SHELTER_CHARS:
                yield opened, at + 1


def _quotes_that_go_on(text: str, shelters: list[tuple[int, int]], end: int) -> list[bool]:
    """For each shelter: do the words behind it, or behind the quotes that follow it, go on?

    「買いだ。」「売りだ。」と二人は述べた。 → both go on.
    """
    goes_on = [False] * len(shelters)
    for k in range(len(shelters) - 1, -1, -1):
        behind = shelters[k][1]
        if k + 1 < len(shelters) and shelters[k + 1][0] == behind and text[behind] in "「『":
            goes_on[k] = goes_on[k + 1]
        else:
            goes_on[k] = _GOES_ON.match(text, behind, end) is not None
    return goes_on


def _closes_sentence(text: str, shelter: tuple[int, int], sentence_start: int) -> bool:
    """Whether a closed pair can end a sentence: 「終わりだ。」彼は… yes, 『笑うね。』司会の… no.

    A short one inside a sentence is a slogan: 標語「つなぐ。」発表へ. A parenthesis ends a sentence
    only when it is the whole of it: （詳細は後日。）同社は…
    """
    opened, closed = shelter
    inner = text[opened + 1 : closed - 1]
    if not inner or text[closed - 1] not in _CLOSERS or inner[-1] not in _STOPS:
        return False
    begins = not text[sentence_start:opened].strip()
    if text[opened] == "「":
        short = len(inner) <= _SLOGAN_CHARS and len(_STOP_RUN.findall(inner)) == 1
        slogan = _ATOM.fullmatch(inner) or (short and not begins)
        return inner[-1] in "。｡" and not slogan
    return begins and (text[opened] in "（(【" or (text[opened] in '“"' and inner[-1] in "。｡"))


def _is_end(text: str, run: re.Match[str], sentence_start: int, end: int) -> bool:
    """Whether a run of stops outside all closed pairs ends a sentence."""
    stops, behind = run.group(), run.end()
    if run.start() == sentence_start or behind == end:
        return behind < end and run.start() > sentence_start
    previous, following = text[run.start() - 1], text[behind]
    if "。" in stops or "｡" in stops:
        return True
    if any(mark in stops for mark in "！？‼⁇⁈⁉"):
        return not _ASKS_ON.match(text, behind, end)
    if stops == "．":
        return _is_ja(following) or (_is_ja(previous) and not following.isalnum())
    if ("!" in stops or "?" in stops) and (_is_ja(previous) or previous in _CLOSERS):
        latin_follows = following.isascii() and following.isalnum()
        return not latin_follows and not _ASKS_ON.match(text, behind, end)
    if stops == "." and "ぁ" <= previous <= "ゖ":
        return following.isspace() or _is_ja(following)
    return ".." not in stops and _ends_english(text, run, sentence_start, end)


def _ends_english(text: str, run: re.Match[str], sentence_start: int, end: int) -> bool:
    """`We are ready. They are not.` ends at "ready."; `Apple Inc. Chief Cook` nowhere."""
    space = _SPACE.match(text, run.end(), end)
    if space is None or space.end() >= end:
        return False
    if _ABBREVIATION.search(text[max(sentence_start, run.start() - 8) : run.start()]):
        return False
    since = max(sentence_start, run.start() - 300)
    if _JA_LETTER.search(text, since, run.start()):
        return False
    if _LATIN_START.match(text, space.end(), end):
        return True
    n_words = len(text[since : run.start()].split())
    starts_ja = _is_ja(text[space.end()]) and not _GOES_ON.match(text, space.end(), end)
    return starts_ja and n_words >= 4


def _bullet_cuts(text: str, start: int, end: int) -> list[int]:
    """A line that opens with a bullet is cut before each further one: ・買い ・売り → two."""
    lead = _SPACE.match(text, start, end)
    first = lead.end() if lead else start
    if first >= end or text[first] not in _BULLETS:
        return []
    item = re.compile(f"(?<=[{_BLANK}]){re.escape(text[first])}")
    return [found.start() for found in item.finditer(text, first + 1, end)]


def _is_ja(char: str) -> bool:
    return _JA_LETTER.match(char) is not None
