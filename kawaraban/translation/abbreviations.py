"""Countries written with one character: 米中 is the U.S. and China, 米を炊く is rice.

    find_countries("米中の対立") → [(0, 1, "U.S.", …, "country"), (1, 2, "China", …, "country")]
    find_countries("米アマゾン") → [(0, 1, "U.S.", …, "country prefix")]
    find_countries("新米が実る") → []

A character is a country beside another one (日米韓), after 対 訪 駐 在 親 反, or at the head of a
word before an office, an organisation or a katakana noun (米国務省, 米テック企業, 英紙, 独政府).
"""

from __future__ import annotations

import re

_FORMS: dict[str, tuple[str, ...]] = {
    "米": ("U.S.", "United States", "America", "American", "Washington", "US"),
    "中": ("China", "Chinese", "Beijing", "Sino"),
    "日": ("Japan", "Japanese", "Tokyo"),
    "韓": ("South Korea", "South Korean", "Korea", "Korean", "Seoul"),
    "英": ("Britain", "British", "U.K.", "UK", "England", "English", "Anglo"),
    "仏": ("France", "French", "Paris"),
    "独": ("Germany", "German", "Berlin"),
    "伊": ("Italy", "Italian"),
    "露": ("Russia", "Russian", "Moscow"),
    "ロ": ("Russia", "Russian", "Moscow"),
    "豪": ("Australia", "Australian"),
    "印": ("India", "Indian"),
    "台": ("Taiwan", "Taiwanese", "Taipei"),
    "朝": ("North Korea", "North Korean", "Pyongyang"),
    "欧": ("Europe", "European", "EU"),
    "加": ("Canada", "Canadian"),
    "比": ("Philippines", "Philippine", "Filipino", "Manila"),
}
_ALL = "".join(_FORMS)
# 日中 may be "by day", 英独 a list; 米中間選挙 is a U.S. midterm, 米中小企業 U.S. small business.
_PAIR = re.compile(
    rf"(?<![一-龥々ァ-ヴー0-9])(?P<run>(?:[{_ALL}]・?){{2,5}})(?![本人曜国央心年月間学語文字和服食])"
    r"|(?<![一-龥々])(?P<between>日中|日米|日韓|米中|中韓|米韓|中ロ|米ロ|日ロ|中台|米台|日台"
    r"|米欧|日欧|英仏|独仏|日印|日豪|日英|日朝|米朝)間(?!選)"
)
_FALSE_PAIR = re.compile(
    r"日中(?=[のはもを、に]|いっぱい)|米中(?=間選挙|小企業|堅|西部|部)|中日|台中|中台(?=座)"
    r"|日日|日加|中比|比中|加中|台日|印中|朝日"
)
_AFTER = re.compile(rf"(?:対|訪|駐|在|親|反|離|渡|嫌|知)(?P<c>[{_ALL}])(?![本曜国央心])")
_HEAD = re.compile(
    r"(?<![一-龥々ァ-ヴー])(?!印紙|加工|加盟|独立)(?P<c>米|英|仏|独|伊|露|豪|韓|印|加)"
    r"(?=政府|政権|大統領|副大統領|首相|国務|国防|議会|上院|下院|軍|海軍|空軍|陸軍|当局|紙|誌"
    r"|株|債|長期|大手|企業|経済|財務|商務|司法|連邦"
    r"|中央|最高裁|メディア|通信|製造|検索|半導体|投資|銀行|証券|金融|大学|調査|航空|宇宙|電気"
    r"|自動車|動画|情報|運輸|労働|移民|通商|環境"
    r"|食品|疾病|共和|民主|選挙|中間|次期|前|元|両|側|国内|国籍|市場|雇用|消費|小売|住宅|関税"
    r"|独立|英語圏|本土|兵|主導|主要|公共|科学|医"
    r"|与党|野党|外相|外務|石油|保険|格付|ハイテク|[ァ-ヴA-Z])(?!国)"
)


def find_countries(flat: str) -> list[tuple[int, int, str, tuple[str, ...], str]]:
    """(start, end, English, other forms, type) of each one-character country.

    The type is "country" or, of 米 in 米アマゾン, "country prefix": English often leaves it out.
    """
    found: dict[int, str] = {}
    for match in _PAIR.finditer(flat):
        run = match["run"] or match["between"]
        start = match.start()
        if _FALSE_PAIR.match(flat, start) or len(set(run.replace("・", ""))) < len(
            run.replace("・", "")
        ):
            continue
        found |= {start + i: char for i, char in enumerate(run) if char in _FORMS}
    found |= {match.start("c"): match["c"] for match in _AFTER.finditer(flat)}
    heads = {match.start("c"): match["c"] for match in _HEAD.finditer(flat)}
    return [
        (at, at + 1, forms[0], forms[1:], "country" if at in found else "country prefix")
        for at, char in sorted((heads | found).items())
        if (forms := _FORMS[char])
    ]
