"""Whether a mail can be read: the contrast of each text with its ground, in light and in dark.

    faint_texts(html, dark=True) → ["“Coverage” #5b544a on #1d1a17: 2.3"]

Colours come from the inlined styles and, for dark mode, from the rules of the mail's one style
sheet: selectors of tags, classes and descendants are understood, which is all that it has. WCAG 2.2
asks for 4.5; large text (24 px, or bold from 18.7 px) for 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml import html as lxml_html

NORMAL, LARGE = 4.5, 3.0
_DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)\s*\{((?:[^{}]*\{[^{}]*\})*)\s*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-f])", re.IGNORECASE)
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?((?:\.[\w-]+)*)")
_BREAKS = {"style", "script", "title", "head"}

Declarations = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Rule:
    selector: tuple[str, ...]  # simple selectors, ancestors first
    declarations: Declarations

    @property
    def weight(self) -> tuple[int, int]:
        classes = sum(part.count(".") for part in self.selector)
        return classes, sum(not part.startswith(".") for part in self.selector)

    def fits(self, element: etree._Element) -> bool:
        *ancestors, own = self.selector
        if not _is(element, own):
            return False
        above = element.getparent()
        for part in reversed(ancestors):
            while above is not None and not _is(above, part):
                above = above.getparent()
            if above is None:
                return False
            above = above.getparent()
        return True


def faint_texts(html: str, *, dark: bool) -> list[str]:
    """Each text whose contrast is too low, with its colours."""
    tree = lxml_html.document_fromstring(html)
    rules = _dark_rules(html) if dark else []
    found: dict[str, None] = {}
    for element in tree.iter(etree.Element):
        if element.tag in _BREAKS or "preheader" in (element.get("class") or ""):
            continue
        for text in _own_texts(element):
            color, ground, size, bold = _looks(element, rules)
            needed = LARGE if size >= 24 or (bold and size >= 18.66) else NORMAL
            value = contrast(color, ground)
            if value < needed:
                found[f"“{text[:30]}” {color} on {ground}: {value:.1f}"] = None
    return list(found)


def contrast(first: str, second: str) -> float:
    """WCAG contrast of two colours, 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _own_texts(element: etree._Element) -> Iterator[str]:
    for text in (element.text, *(child.tail for child in element)):
        if text and text.strip():
            yield text.strip()


def _looks(element: etree._Element, rules: list[_Rule]) -> tuple[str, str, float, bool]:
    """Colour, ground, size in px and boldness of the text in an element."""
    color, ground, size, bold = "", "", 0.0, False
    weight_known = False
    for step in (element, *element.iterancestors()):
        style = _style(step, rules)
        color = color or _hex(style.get("color", ""))
        ground = ground or _hex(style.get("background", "") or style.get("background-color", ""))
        if not size and (px := re.fullmatch(r"([\d.]+)px", style.get("font-size", ""))):
            size = float(px[1])
        if not weight_known and ("font-weight" in style or step.tag in ("h1", "h2", "b", "strong")):
            bold, weight_known = style.get("font-weight", "bold") in ("bold", "700"), True
    return color or "#000000", ground or "#ffffff", size or 16.0, bold


def _style(element: etree._Element, rules: list[_Rule]) -> Declarations:
    style = _declarations(element.get("style") or "")
    for rule in sorted((rule for rule in rules if rule.fits(element)), key=lambda r: r.weight):
        style |= rule.declarations
    return style


def _dark_rules(html: str) -> list[_Rule]:
    return [
        _Rule(tuple(selector.split()), _declarations(body))
        for block in _DARK.findall(html)
        for selectors, body in _RULE.findall(block)
        for selector in selectors.split(",")
    ]


def _declarations(text: str) -> Declarations:
    return {
        name: value.replace("!important", "").strip() for name, value in _DECLARATION.findall(text)
    }


def _is(element: etree._Element, simple: str) -> bool:
    match = _SIMPLE.fullmatch(simple)
    if match is None or not isinstance(element.tag, str):
        return False
    classes = set((element.get("class") or "").split())
    wanted = set(match[2].split(".")[1:])
    return (match[1] is None or match[1] == element.tag) and wanted <= classes


def _hex(value: str) -> str:
    """The colour as #rrggbb: "1px solid #FFF" → "#ffffff"; "" where there is none."""
    match = _HEX.search(value)
    if match is None:
        return ""
    digits = match[1].lower()
    return f"#{digits if len(digits) == 6 else ''.join(digit * 2 for digit in digits)}"
