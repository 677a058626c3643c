"""Text with tags → the same tags round the English.

    <p>日銀は<b>利上げ</b>を決めた。</p>  →  <p>The BOJ decided on a <b>rate hike</b>.</p>

Tags are kept letter for letter. Block tags end a text; what lies between two of them is one run of
text with inline elements in it. A run is translated sentence by sentence as plain text, so that the
translator sees whole sentences; then each inline element is laid round the words that stand for
its content: where its content translated alone, or as it is, occurs in the English, it goes there,
otherwise to the place that corresponds by length. No tag is lost, and elements stay nested.

Content that is not to be translated (`translate="no"`, `class="notranslate"`, `<code>`, ignored
tags) stays as it is: as a run of its own, or inside a sentence as a term whose English is itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.parsers import expat

from kawaraban.errors import ParseError

Mode = Literal["html", "xml"]

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[!?][^>]*>|</?[^\W\d][^\s/>]*(?:\"[^\"]*\"|'[^']*'|[^'\">])*>",
    re.DOTALL,
)
_NAME = re.compile(r"</?\s*([^\s/>]+)")
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "label", "mark", "q", "rb", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
_RAW = frozenset({"script", "style", "textarea", "noscript", "template"})
_KEPT = frozenset({"code", "kbd", "samp", "var"})
_KEPT_ATTRIBUTE = re.compile(
    r"""\btranslate\s*=\s*["']?no\b|\bclass\s*=\s*(?:"[^"]*\bnotranslate\b|'[^']*\bnotranslate\b|notranslate\b)""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """Which tags end a text, and which keep what is in them."""

    mode: Mode = "html"
    ignore: frozenset[str] = frozenset()
    splitting: frozenset[str] = frozenset()
    non_splitting: frozenset[str] = frozenset()
    outline: bool = True  # in XML, find out which tags end a text


@dataclass(slots=True)
class Element:
    """An inline element of a run: `text[start:end]` of the run is in it."""

    open_tag: str
    start: int
    end: int
    close_tag: str = ""
    kept: bool = False  # its content is not to be translated
    inside: str = ""  # of a kept one: its content, tags and all
    children: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """A text between two block tags, with its inline elements."""

    text: str
    elements: list[Element]
    lead: str = ""  # white space round it, as it stands
    tail: str = ""


Part = str | Run  # what is passed on letter for letter, or translated


def parse(source: str, rules: Rules) -> list[Part]:
    """The parts of a marked-up text, in order."""
    return list(_Parser(source, rules).parts())


def check_xml(source: str) -> None:
    """Raises ParseError for XML that is not well-formed, or that declares entities."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise ParseError("Tag handling parsing failed, please check input.")

    parser.EntityDeclHandler = refuse
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", source)
    body = re.sub(r"<!DOCTYPE[^>\[]*>", "", body)
    try:
        parser.Parse(f"<r>{body}</r>".encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError:
        refuse()


@dataclass(slots=True)
class _Token:
    text: str
    kind: Literal["text", "open", "close", "void", "other"]
    name: str = ""


class _Parser:
    def __init__(self, source: str, rules: Rules) -> None:
        self._rules = rules
        self._tokens = list(_tokens(source, rules.mode))
        self._inline = _inline_in_xml(self._tokens, rules) if rules.mode == "xml" else None

    def parts(self) -> Iterator[Part]:
        run: list[_Token] = []
        kept: list[str] = []  # open tags of block elements that are not translated
        for index, token in enumerate(self._tokens):
            if self._is_inline(index, token) and not kept:
                run.append(token)
                continue
            yield from self._close(run)
            run = []
            if kept:
                if token.kind == "open" and token.name == kept[-1]:
                    kept.append(token.name)
                elif token.kind == "close" and token.name == kept[-1]:
                    kept.pop()
            elif token.kind == "open" and self._keeps(token):
                kept.append(token.name)
            yield token.text
        yield from self._close(run)

    def _is_inline(self, index: int, token: _Token) -> bool:
        if token.kind in ("text", "other"):
            return token.kind == "text"
        if self._inline is not None:
            return index in self._inline
        if token.name in self._rules.splitting:
            return False
        return token.name in _INLINE or token.name in self._rules.non_splitting

    def _keeps(self, token: _Token) -> bool:
        if token.name in self._rules.ignore:
            return True
        if self._rules.mode == "xml":
            return False
        return token.name in _KEPT | _RAW or _KEPT_ATTRIBUTE.search(token.text) is not None

    def _close(self, tokens: list[_Token]) -> Iterator[Part]:
        """A run of the tokens; unpaired tags at its edges are passed on."""
        if not any(token.kind == "text" and token.text.strip() for token in tokens):
            yield from (token.text for token in tokens)
            return
        paired = _pairs(tokens)
        first = next(i for i in range(len(tokens)) if i in paired or tokens[i].kind != "close")
        yield from (token.text for token in tokens[:first])
        last = len(tokens)
        while last > first and last - 1 not in paired and tokens[last - 1].kind == "open":
            last -= 1
        yield self._run(tokens[first:last])
        yield from (token.text for token in tokens[last:])

    def _run(self, tokens: list[_Token]) -> Run:
        paired = _pairs(tokens)
        text = ""
        top: list[Element] = []
        stack: list[Element] = []
        kept_until = -1
        for index, token in enumerate(tokens):
            siblings = stack[-1].children if stack else top
            if token.kind == "text":
                text += html.unescape(token.text)
            if index < kept_until:
                stack[-1].inside += token.text
            elif token.kind == "open" and index in paired:
                element = Element(token.text, len(text), len(text), kept=self._keeps(token))
                siblings.append(element)
                stack.append(element)
                kept_until = paired[index] if element.kept else -1
            elif token.kind == "close" and index in paired:
                element = stack.pop()
                element.end, element.close_tag = len(text), token.text
            elif token.kind != "text":
                siblings.append(Element(token.text, len(text), len(text)))
        return _trimmed(text, top)


def _tokens(source: str, mode: Mode) -> Iterator[_Token]:
    position = 0
    raw = ""
    for match in _TOKEN.finditer(source):
        if match.start() > position:
            yield _Token(source[position : match.start()], "other" if raw else "text")
        position = match.end()
        tag = match.group()
        named = None if tag.startswith(("<!", "<?")) else _NAME.match(tag)
        name = named[1] if named else ""
        if mode == "html":
            name = name.lower()
        if (raw and not (tag.startswith("</") and name == raw)) or named is None:
            yield _Token(tag, "other")
        elif tag.startswith("</"):
            raw = ""
            yield _Token(tag, "close", name)
        elif tag.endswith("/>") or (mode == "html" and name in _VOID):
            yield _Token(tag, "void", name)
        else:
            raw = name if mode == "html" and name in _RAW else ""
            yield _Token(tag, "open", name)
    if position < len(source):
        yield _Token(source[position:], "other" if raw else "text")


def _inline_in_xml(tokens: Sequence[_Token], rules: Rules) -> frozenset[int]:
    """Indices of tags that stand inside a text: their parent has text of its own beside them."""
    paired = _pairs(tokens)
    has_text = [False]
    inline: set[int] = set()
    stack: list[tuple[int, list[int]]] = [(-1, [])]  # index of the parent, its children's tags
    for index, token in enumerate(tokens):
        if token.kind == "text":
            has_text[-1] = has_text[-1] or bool(token.text.strip())
        elif token.kind == "open" and index in paired:
            stack[-1][1].extend((index, paired[index]))
            stack.append((index, []))
            has_text.append(False)
        elif token.kind == "close" and index in paired:
            if has_text.pop():
                inline.update(stack[-1][1])
            stack.pop()
        elif token.kind == "void":
            stack[-1][1].append(index)
    if has_text[0]:
        inline.update(stack[0][1])
    if not rules.outline:
        inline = {i for i, token in enumerate(tokens) if token.kind in ("open", "close", "void")}
    names = {i: tokens[i].name for i in range(len(tokens))}
    inline |= {i for i in range(len(tokens)) if names[i] in rules.non_splitting}
    return frozenset(i for i in inline if names[i] not in rules.splitting)


def _pairs(tokens: Sequence[_Token]) -> dict[int, int]:
    """Index of each open tag that is closed → its close tag's, and the other way round."""
    paired: dict[int, int] = {}
    stack: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "open":
            stack.append(index)
        elif token.kind == "close":
            for depth in range(len(stack) - 1, -1, -1):
                if tokens[stack[depth]].name == token.name:
                    paired[stack[depth]] = index
                    paired[index] = stack[depth]
                    del stack[depth:]
                    break
    return paired


def _trimmed(text: str, elements: list[Element]) -> Run:
    stripped = text.strip()
    lead = text[: len(text) - len(text.lstrip())]
    tail = text[len(lead) + len(stripped) :]
    _shift(elements, len(lead), len(stripped))
    return Run(stripped, elements, lead, tail)


def _shift(elements: Sequence[Element], by: int, limit: int) -> None:
    for element in elements:
        element.start = min(max(element.start - by, 0), limit)
        element.end = min(max(element.end - by, 0), limit)
        _shift(element.children, by, limit)
