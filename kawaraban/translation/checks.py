"""Signs that a translation is not what the Japanese says: flags with a reason in words.

Input:  a sentence, its English, what the decoder said about it, the figures and terms compared.
Output: flags; none for a translation that gives no ground for doubt.

    >>> [flag.kind for flag in check("株価は上がらなかった。", "The stock price rose.")]
    ['negation']

Every limit is in `Limits`. They were set on true and deliberately corrupted translations
(benchmarks/faithfulness.py prints the curve): at most 3 % false alarms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kawaraban.translation.directions import check_directions
from kawaraban.translation.transliteration import sounds_like
from kawaraban.types import Flag, NumberCheck, TermCheck


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond these a translation is suspect. Lengths in characters, `ja` counted without spaces."""

    min_log_prob: float = -1.2  # mean natural log-probability per piece
    min_similarity: float = 0.31  # cosine in the sentence encoder's space
    min_log_prob_apart: float = -0.8  # where the meanings are also this far apart:
    min_similarity_unsure: float = 0.46
    min_length_ratio: float = 1.6  # English characters per Japanese character
    min_length_spare_chars: float = 2.0
    max_length_ratio: float = 3.8  # and more for a short sentence:
    max_length_extra_chars: float = 32.0  # so many characters on top, whatever the length
    min_ja_chars: int = 12  # shorter sentences have no reliable ratio
    max_repeats: int = 2  # of a phrase of three words, beyond the repeats of the source
    max_missing_share: float = 0.5  # of names, terms and loanwords
    min_missing: int = 3
    min_quote_chars: int = 14  # a shorter 「…」 is often a name


_JAPANESE = re.compile(r"[ぁ-ヿ㐀-鿿々〆]")
_KATAKANA_WORD = re.compile(r"[ァ-ヴー]{4,}(?:・[ァ-ヴー]{2,})*")
_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9.&+-]{2,}(?![A-Za-z0-9])")
_NEGATED_END = re.compile(
    r"(?:ない|なかった|ません(?:でした)?|(?<!は)ず(?=[、。])|ぬ)(?:もの|わけ|の|ん)?(?:だ|です|である"
    r"|という|とし|と[述語話指説主強明答伝み]|」|。|$)"
)
_NOT_A_NEGATION = re.compile(
    r"ではない(?:だろう|でしょう)?か|じゃないか|のではない(?:か|だろう|でしょう)"
    r"|かもしれ(?:ない|ません)|なければな[らり]|なくてはな[らり]|ねばな[らり]|ほかならない"
    r"|(?:違|ちが)いない|しかない|ほかない|ざるを得ない|わけにはいかない|だけでな[いく]"
    r"|のみならず|とは限らない|やむを得ない|やまない|くてはいけない|なければいけない"
    r"|欠かせない|欠かせません|絶えない|絶えません|計り知れない|紛れもない|間違いない|少なくない|少なくありません|にすぎない|に過ぎない|かねない|えない$|必ず|まず|たず|少ない"
    r"|危ない|あぶない|もったいない|相次ぐ|にもかかわらず|関わらず|絶えず|思わず|尽きない"
    r"|変わらない|止まらない|とまらない"
)
_NEGATIVE_EN = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|unable|un\w+|dis\w+"
    r"|in(?:adequate|sufficient|capable|complete|ability|effective|visible|appropriate|dependent"
    r"|evitab|finite|numerabl)\w*|im(?:possible|probable|practical)\w*|ir(?:regular|relevant)\w*"
    r"|non\w*|\w+less|fail\w*|lack\w*|den(?:y|ied|ies|ying)|refus\w+|reject\w*|few|little|hardly"
    r"|barely|rarely|seldom|avoid\w*|prevent\w*|stop\w*|halt\w*|ban\w*|miss\w*|absent|absence"
    r"|yet to|far from|rather than|exempt\w*|rul\w+ out|ceas\w+|less|fewer|zero|free of|shun\w*"
    r"|skip\w*|withh\w+|oppos\w+|lost|lose\w*|loss|beyond|other than|except|only|difficult\w*"
    r"|hard to|remain\w*|short of|short|limited|same|still|essential|must|have to|need to)\b"
    r"|n['’]t\b",
    re.I,
)
_PLAIN_NOT = re.compile(
    r"\b(?:not|never|cannot)\b(?! only| just| necessarily| to mention)|n['’]t\b",
    re.I,
)
_NEGATIVE_JA = re.compile(
    r"な[いかくけさし]|ず(?!つ)|ぬ|ません|まい|無|不|非|未|否|反|拒|禁|停|止|失|欠|避|違|断|難し|困難|苦手"
    r"|だめ|ダメ|やめ|以外|逆|しか|ゼロ|免|脱|離|NO|ノー|ノン|防|控え|差し控|見送|除|誤|遠|抑え|別の|別だ|疑"
    r"|外れ|外す|一般人"
)
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
    similarity: float | None = None,
    numbers: Sequence[NumberCheck] = (),
    terms: Sequence[TermCheck] = (),
    strict_terms: frozenset[str] = frozenset(),
    limits: Limits | None = None,
) -> tuple[Flag, ...]:
    """Flags of one translation; the absence of a term of `strict_terms` is a flag of its own."""
    limits = limits or Limits()
    if not re.search(r"\w", en):
        return (Flag("empty", "there is no English"),) if re.search(r"\w", ja) else ()
    flags = [
        *_decoder_flags(log_prob, hit_limit, similarity, limits),
        *_script_flags(ja, en),
        *_repetition(ja, en, limits),
        *_length(ja, en, limits),
        *_number_flags(numbers),
        *check_directions(ja, en, numbers),
        *_term_flags(terms, strict_terms),
        *_coverage(ja, en, terms, limits),
        *_negation(ja, en),
        *_question(ja, en),
        *_quotes(ja, en, limits),
    ]
    return tuple(dict.fromkeys(flags))


def _decoder_flags(
    log_prob: float, hit_limit: bool, similarity: float | None, limits: Limits
) -> list[Flag]:
    flags = []
    if hit_limit:
        flags.append(Flag("cut", "the translation stopped before it was finished"))
    if log_prob < limits.min_log_prob:
        flags.append(Flag("low_log_prob", f"the model was unsure: {log_prob:.2f} a piece"))
    unsure = log_prob < limits.min_log_prob_apart
    least = limits.min_similarity_unsure if unsure else limits.min_similarity
    if similarity is not None and similarity < least:
        flags.append(Flag("low_similarity", f"the meanings are far apart: {similarity:.2f}"))
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


def _length(ja: str, en: str, limits: Limits) -> list[Flag]:
    n_ja, n_en = weight(ja), len(re.sub(r"\s+", " ", en))
    if n_ja < limits.min_ja_chars:
        return []
    ratio = n_en / n_ja
    if n_en < limits.min_length_ratio * n_ja - limits.min_length_spare_chars:
        return [Flag("length", f"the English is short for the Japanese ({ratio:.1f} to 1)")]
    if n_en > limits.max_length_ratio * n_ja + limits.max_length_extra_chars:
        return [Flag("length", f"the English is long for the Japanese ({ratio:.1f} to 1)")]
    return []


def weight(ja: str) -> float:
    """Japanese length in kanji-like units: Latin letters and digits count a third."""
    text = re.sub(r"\s", "", ja)
    narrow = len(re.findall(r"[\x21-\x7e０-９Ａ-Ｚａ-ｚ]", text))
    return len(text) - narrow * 2 / 3


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


def _negation(ja: str, en: str) -> list[Flag]:
    plain = _NOT_A_NEGATION.sub("", _QUOTED_JA.sub("", ja) if ja.count("「") else ja)
    if _NEGATED_END.search(plain) and not _NEGATIVE_EN.search(en):
        return [Flag("negation", "the Japanese is negative, the English is not")]
    if _PLAIN_NOT.search(en) and not _NEGATIVE_JA.search(ja):
        return [Flag("negation", "the English is negative, the Japanese is not")]
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
