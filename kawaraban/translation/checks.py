"""Signs that a translation is not what the Japanese says: flags with a reason in words.

Input:  a sentence, its English, what the decoder said about it, the figures and terms compared.
Output: flags; none for a translation that gives no ground for doubt.

    >>> [flag.kind for flag in check("株価は上がらなかった。", "The stock price rose.")]
    ['negation']

Every limit is in `Limits`. They were set on true and deliberately corrupted translations
(benchmarks/corruptions.py prints the curve): at most 3 % false alarms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kawaraban.translation.coverage import Meaning, expected_chars, length_score, missing_score
from kawaraban.translation.directions import check_directions
from kawaraban.translation.negation import check_negation
from kawaraban.translation.transliteration import sounds_like
from kawaraban.types import Flag, NumberCheck, TermCheck


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond these a translation is suspect."""

    min_log_prob: float = -0.9  # mean natural log-probability per piece
    min_similarity: float = 0.31  # cosine in the sentence encoder's space
    min_log_prob_apart: float = -0.8  # where the meanings are also this far apart:
    min_similarity_unsure: float = 0.54
    max_short: float = 3.1  # standard deviations below the usual length (coverage.py)
    max_long: float = 2.6  # and above it
    max_missing: float = 1.0  # coverage.missing_score
    min_ja_chars: int = 12  # shorter sentences have no reliable length
    max_repeats: int = 2  # of a phrase of three words, beyond the repeats of the source
    max_missing_share: float = 0.5  # of names, terms and loanwords
    min_missing: int = 3
    min_quote_chars: int = 14  # a shorter 「…」 is often a name


_JAPANESE = re.compile(r"[ぁ-ヿ㐀-鿿々〆]")
_KATAKANA_WORD = re.compile(r"[ァ-ヴー]{4,}(?:・[ァ-ヴー]{2,})*")
_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9.&+-]{2,}(?![A-Za-z0-9])")
_LOOP = re.compile(r"\b(\w+(?:\s+\w+){0,4})(?:[\s,.;!]+\1\b){2,}", re.I)
_PAIR = re.compile(r"\b((?:\w+[\s,]+){2,7}\w+)[\s,.;:!]+(?:and )?\1\b", re.I)
_DOUBLE = re.compile(r"\b(?!that|very|ever|more|long|many|Bora)((?:\w+ )?[A-Za-z]{4,})[ ,]+\1\b")
_QUESTION_JA = re.compile(
    r"(?:か|の|かな|って|だろう|でしょう)?[？?](?:」|』|）|\)|$)|(?:でしょうか|ですか|ますか"
    r"|だろうか|のか|ないか|るか|たか|ょうか)[。」]?$"
)
_ASKED_EN = re.compile(
    r"\?|\b(?:whether|if|ask\w*|question\w*|wonder\w*|what|why|how|who|which|when|where|may"
    r"|might|perhaps|likely|doubt\w*|unclear|seem\w*|could|would|believe\w*|think\w*|should"
    r"|let's|suggest\w*|probably)\b",
    re.I,
)
_QUOTED_JA = re.compile(r"[「『]([^「」『』]*)[」』]")
_QUOTES_EN = re.compile(r"[\"“”‘’«»]|(?<!\w)'|'(?!\w)")
_SAID_EN = re.compile(
    r"\b(?:sa(?:id|ys?|ying)|told|that|stat\w+|call\w+|describ\w+|express\w+|argu\w+|stress\w+"
    r"|add\w+|explain\w+|comment\w+|:)",
    re.I,
)


def check(
    ja: str,
    en: str,
    *,
    log_prob: float = 0.0,
    hit_limit: bool = False,
    meaning: Meaning | None = None,
    numbers: Sequence[NumberCheck] = (),
    terms: Sequence[TermCheck] = (),
    strict_terms: frozenset[str] = frozenset(),
    limits: Limits | None = None,
) -> tuple[Flag, ...]:
    """Flags of one translation; the absence of a term of `strict_terms` is a flag of its own.

    `meaning` is what `coverage.meanings` says of the pair; without it the meanings are not judged.
    """
    limits = limits or Limits()
    if not re.search(r"\w", en):
        return (Flag("empty", "there is no English"),) if re.search(r"\w", ja) else ()
    flags = [
        *_decoder_flags(log_prob, hit_limit, meaning, limits),
        *_script_flags(ja, en),
        *_repetition(ja, en, limits),
        *_length(ja, en, meaning, limits),
        *_number_flags(numbers),
        *check_directions(ja, en, numbers),
        *_term_flags(terms, strict_terms),
        *_coverage(ja, en, terms, limits),
        *check_negation(ja, en),
        *_question(ja, en),
        *_quotes(ja, en, limits),
    ]
    return tuple(dict.fromkeys(flags))


def _decoder_flags(
    log_prob: float, hit_limit: bool, meaning: Meaning | None, limits: Limits
) -> list[Flag]:
    flags = []
    if hit_limit:
        flags.append(Flag("cut", "the translation stopped before it was finished"))
    if log_prob < limits.min_log_prob:
        flags.append(Flag("low_log_prob", f"the model was unsure: {log_prob:.2f} a piece"))
    unsure = log_prob < limits.min_log_prob_apart
    least = limits.min_similarity_unsure if unsure else limits.min_similarity
    if meaning is not None and meaning.similarity < least:
        flags.append(
            Flag("low_similarity", f"the meanings are far apart: {meaning.similarity:.2f}")
        )
    return flags


def _script_flags(ja: str, en: str) -> list[Flag]:
    left = _JAPANESE.findall(en)
    if not left:
        return []
    if len(left) >= 0.5 * len(re.sub(r"\s", "", en)):
        return [Flag("copied", "the Japanese was copied")]
    return [Flag("japanese_left", f"Japanese was left in the English: {''.join(left)[:12]}")]


def _repetition(ja: str, en: str, limits: Limits) -> list[Flag]:
    words = re.findall(r"\w+(?:['’]\w+)?", en.lower())
    allowed = _source_repeats(ja)
    if allowed < 3 and (run := _LOOP.search(en)):
        return [Flag("repetition", f'"{run[1][:40]}" is said over and over')]
    if allowed < 2 and (pair := _PAIR.search(en)):
        return [Flag("repetition", f'"{pair[1][:40]}" is said twice in a row')]
    if allowed < 2 and (double := _DOUBLE.search(en)):
        return [Flag("repetition", f'"{double[1]}" is said twice in a row')]
    for size, most in ((4, 2), (3, limits.max_repeats)):
        counts = Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))
        phrase, count = counts.most_common(1)[0] if counts else ((), 0)
        if count > max(most, allowed + 1):
            return [Flag("repetition", f'"{" ".join(phrase)}" is said {count} times')]
    return []


def _source_repeats(ja: str) -> int:
    """How often the most repeated run of four characters stands in the source."""
    counts = Counter(ja[i : i + 4] for i in range(len(ja) - 3))
    return max(counts.values(), default=1)


def _length(ja: str, en: str, meaning: Meaning | None, limits: Limits) -> list[Flag]:
    if len(re.sub(r"\s", "", ja)) < limits.min_ja_chars:
        return []
    score = length_score(ja, en)
    share = len(en) / expected_chars(ja)
    if score > limits.max_long:
        return [Flag("length", f"the English is {share:.1f} times as long as usual")]
    missing = meaning is not None and missing_score(score, meaning) > limits.max_missing
    if missing and meaning is not None and meaning.gain > 0:
        return [Flag("length", f"part of the sentence may be missing: {meaning.part}")]
    if missing or score < -limits.max_short:
        return [Flag("length", f"the English is short: {share:.0%} of the usual length")]
    return []


def _number_flags(numbers: Sequence[NumberCheck]) -> list[Flag]:
    flags = []
    for item in numbers:
        if item.verdict == "missing":
            flags.append(Flag("number", f"{item.ja} ({item.value}) is not in the English"))
        elif item.verdict == "wrong" and item.ja:
            flags.append(Flag("number", f"{item.ja} ({item.value}) reads {item.en} in the English"))
        elif item.verdict == "wrong":
            flags.append(Flag("number", f"{item.en} is not in the Japanese"))
    return flags


def _term_flags(terms: Sequence[TermCheck], strict: frozenset[str]) -> list[Flag]:
    return [
        Flag("term", f"{item.ja} should read {item.en}")
        if item.ja != item.en
        else Flag("term", f"{item.ja} is not in the English as written")
        for item in terms
        if not item.found and item.ja in strict
    ]


def _coverage(ja: str, en: str, terms: Sequence[TermCheck], limits: Limits) -> list[Flag]:
    """Names, terms, Latin words and loanwords of the source that left no trace in the English."""
    known = {term.ja for term in terms}
    anchors = {term.ja: term.found for term in terms}
    lower = en.lower()
    for match in _LATIN_WORD.finditer(ja):
        anchors.setdefault(match[0], match[0].lower() in lower)
    for match in _KATAKANA_WORD.finditer(ja):
        if not any(match[0] in term or term in match[0] for term in known):
            anchors.setdefault(match[0], sounds_like(match[0], en))
    missing = [anchor for anchor, found in anchors.items() if not found]
    if len(missing) >= limits.min_missing and len(missing) > limits.max_missing_share * len(
        anchors
    ):
        return [Flag("length", f"part of the sentence may be missing: {', '.join(missing[:3])}")]
    return []


def _question(ja: str, en: str) -> list[Flag]:
    if _QUESTION_JA.search(ja.strip()) and not _ASKED_EN.search(en):
        return [Flag("question", "a question became a statement")]
    if en.rstrip("\"'”’ )").endswith("?") and not re.search(
        r"[？?]|か|何|なぜ|どう|誰|だろう|でしょう", ja
    ):
        return [Flag("question", "a statement became a question")]
    return []


def _quotes(ja: str, en: str, limits: Limits) -> list[Flag]:
    quoted = [
        match[1]
        for match in _QUOTED_JA.finditer(ja)
        if len(match[1]) >= limits.min_quote_chars and re.search(r"[ぁ-ん]{2}", match[1])
    ]
    if quoted and not _QUOTES_EN.search(en) and not _SAID_EN.search(en):
        return [Flag("quote", "words in quotation marks are not quoted in the English")]
    return []
