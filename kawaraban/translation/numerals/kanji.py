"""Whether a numeral in kanji is a figure at all: 三人 and 二千四百 are, 三菱 and 十分 are not."""

from __future__ import annotations

import re

_KANJI_UNITS = frozenset(
    [
        "人", "名", "社", "件", "台", "基", "個", "枚", "冊", "回", "度", "機", "隻", "両", "頭",
        "匹", "羽", "株", "カ国", "カ所", "箇所", "つ", "年", "年間", "カ月", "カ月間", "週間",
        "日間", "時間", "倍", "割", "円", "ドル", "ユーロ", "%", "パーセント", "ポイント", "位",
        "番目", "回目", "度目", "人目", "年目", "日目", "つ目", "世紀", "周年", "歳", "代",
        "議席", "票", "点", "種類", "段階", "都市", "校", "店", "店舗", "団体", "組", "世帯",
        "戸", "棟", "軒", "室", "席", "品目", "項目", "者", "勝", "敗", "試合", "発", "号", "条",
        "項", "章", "次", "等", "級", "階級", "メートル", "キロ", "トン", "ヘクタール",
        "平方メートル", "平方キロメートル", "平方キロ", "語", "字", "本", "カ条", "か条",
        "自治体", "施設", "作品", "作", "部", "期", "期目", "代目", "冠", "チーム", "クラブ",
        "カ年", "人組", "つ星", "期連続", "カ国語", "社目", "件目",
    ]
)  # fmt: skip


def kanji_figure(flat: str, pos: int, end: int, word: str) -> bool:
    """一二三 count as figures before a unit, or when long enough to be nothing else."""
    written = flat[pos:end]
    if re.match(r"数[十百千万億]", written) or (
        written == "数" and word and word not in ("字", "次", "代")
    ):
        return True
    if written[-1:] in "万億兆" and len(written) > 1 and written[0] not in "万億兆":
        return True
    if re.search(r"[男女]子$", flat[:pos]) and re.fullmatch(r"[二四八]?百", written):
        return True  # 男子百決勝: meters
    if len(written) >= 3 and re.search(r"[十百千]", written):
        return True
    if flat[pos - 1 : pos] == "第":
        return True
    if re.search(r"[一-龥]$", flat[:pos]) and not re.search(
        r"[約計後前各全第同最大間の年月日時]$", flat[:pos]
    ):
        return (
            len(written) == 1 and word in ("カ国", "カ月", "カ所", "人", "社") and written != "数"
        )
    return word in _KANJI_UNITS
