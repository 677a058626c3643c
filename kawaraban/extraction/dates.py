"""Lines that are a date, and the time they state.

In: a short line. Out: whether nothing but date, time and outlet stands in it, and the aware UTC
time; Japanese pages without a zone mean Tokyo. 「2025-08-01 10:30」 → 2025-08-01T01:30Z.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

TOKYO = timezone(timedelta(hours=9), "JST")

_DAY = re.compile(
    r"(?P<year>(?:19|20)\d{2}|令和\s*(?:元|\d{1,2}))\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})日?"
)
_CLOCK = re.compile(
    r"(?P<half>午前|午後|AM|PM)?\s*(?P<hour>\d{1,2})(?:[:：]|時)\s*(?P<minute>\d{2})?(?:分|:\d{2})?(?P<after>\s*[AP]M)?"
)
_PIECES = re.compile(
    r"(?:(?:19|20)\d{2}|令和\s*(?:元|\d{1,2}))\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}日?|"
    r"\d{1,2}\s*[月/]\s*\d{1,2}日?|(?:19|20)\d{2}年\d{1,2}月号?|(?:午前|午後|AM|PM)?\s*\d{1,2}(?:[:：]\d{2}(?::\d{2})?|時(?:\d{1,2}分)?)\s*(?:AM|PM)?|"
    r"\d+\s*(?:分|時間|日|秒)前|[(（]?[月火水木金土日](?:曜日?)?[)）]|GMT\s*[+-]?\d*|JST|UTC|T\b|Z\b|日本時間|"
    r"(?:最終)?(?:更新|公開|掲載|配信|投稿|作成|発表|発行|発信|受信|update[ds]?|posted|published)(?:日時?|時刻|日付)?|"
    r"朝刊|夕刊|付け?|現在|頃|[\s　:：|｜/／、,・()（）\[\]［］【】<>〈〉=＝\-–—~〜]+",
    re.IGNORECASE,
)
_MAX_STAMP_CHARS = 90
_MAX_REST_CHARS = 14  # an outlet beside the date: 「時事通信」


def is_stamp(text: str) -> bool:
    """「2025年8月1日 10時30分 更新」, 「8/1(金) 10:30配信 時事通信」; not 「8月1日、日銀は…」."""
    if len(text) > _MAX_STAMP_CHARS or not any(c.isdigit() for c in text):
        return False
    plain = unicodedata.normalize("NFKC", text)
    has_day = bool(
        _DAY.search(plain) or re.search(r"\d{1,2}\s*[月/]\s*\d{1,2}|\d+\s*(?:分|時間|日)前", plain)
    )
    has_word = bool(
        re.search(r"更新|公開|配信|掲載|投稿|posted|published|update", plain, re.IGNORECASE)
    )
    if not has_day and not (has_word and re.search(r"\d:\d{2}|\d時", plain)):
        return False
    rest = _PIECES.sub("", plain)
    limit = _MAX_REST_CHARS if (has_word or _DAY.search(plain)) else 4
    return len(rest) <= limit and not re.search(r"[。、「」%円]|\d", rest)


def parse_stamp(text: str, *, near: datetime | None = None) -> datetime | None:
    """The time that a line or attribute states, in UTC; None without a full, valid day.

    A day without a year, 「8/1(金) 10:30配信」, is the last such day up to `near`.
    """
    plain = unicodedata.normalize("NFKC", text.strip())[:200]
    try:
        if iso := _ISO.match(plain):
            return datetime.fromisoformat(iso.group().replace(" ", "T", 1)).astimezone(UTC)
        day = _DAY.search(plain) or (_SHORT_DAY.search(plain) if near is not None else None)
        if day is None:
            return None
        stated = day.groupdict().get("year")
        year = _year(stated) if stated else near.astimezone(TOKYO).year if near else 0
        hour, minute = _clock(plain[day.end() :])
        time = datetime(year, int(day["month"]), int(day["day"]), hour, minute, tzinfo=TOKYO)
        if near is not None and not stated and time > near + timedelta(days=1):
            time = time.replace(year=year - 1)
        return time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})")
_SHORT_DAY = re.compile(r"(?<!\d)(?P<month>\d{1,2})\s*[月/]\s*(?P<day>\d{1,2})日?(?!\d)")


def _year(text: str) -> int:
    if text.startswith("令和"):
        era = text[2:].strip()
        return 2018 + (1 if era == "元" else int(era))
    return int(text)


def _clock(text: str) -> tuple[int, int]:
    found = _CLOCK.search(text[:30])
    if not found:
        return 0, 0
    hour = int(found["hour"])
    afternoon = (found["half"] or found["after"] or "").strip().upper() in ("午後", "PM")
    return hour + 12 if afternoon and hour < 12 else hour, int(found["minute"] or 0)
