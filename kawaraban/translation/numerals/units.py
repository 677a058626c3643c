"""Japanese units and counters, longest first, with the canonical unit and kind of each.

3万9000人 → 人 is ("person", "count"); 5兆ドル → ドル is ("USD", "amount").
"""

from __future__ import annotations

from kawaraban.translation.numerals.quantity import Kind

CURRENCIES = {
    "円": "JPY", "銭": "JPY", "ドル": "USD", "米ドル": "USD", "弗": "USD", "㌦": "USD",
    "セント": "cent",
    "ユーロ": "EUR", "ポンド": "GBP", "英ポンド": "GBP", "元": "CNY", "人民元": "CNY",
    "中国元": "CNY", "ウォン": "KRW", "豪ドル": "AUD", "オーストラリアドル": "AUD",
    "カナダドル": "CAD", "加ドル": "CAD", "香港ドル": "HKD", "台湾ドル": "TWD", "台湾元": "TWD",
    "新台湾ドル": "TWD", "NTドル": "TWD", "シンガポールドル": "SGD", "NZドル": "NZD",
    "ニュージーランドドル": "NZD", "ルピー": "INR", "インドルピー": "INR", "ルーブル": "RUB",
    "バーツ": "THB", "スイスフラン": "CHF", "フラン": "CHF", "ペソ": "peso", "ドン": "VND",
    "リンギ": "MYR", "リンギット": "MYR", "ルピア": "IDR", "リラ": "TRY", "レアル": "BRL",
    "リアル": "rial", "ディルハム": "AED", "ランド": "ZAR", "シェケル": "ILS",
    "クローナ": "SEK", "クローネ": "krone", "フォリント": "HUF", "ズロチ": "PLN",
    "フリブニャ": "UAH", "タカ": "BDT", "ビットコイン": "BTC", "マルク": "mark",
    "ペセタ": "peseta", "リヤル": "SAR",
}  # fmt: skip

RATES = {
    "%": "percent", "パーセント": "percent", "㌫": "percent", "割": "percent",
    "ポイント": "point", "%ポイント": "point", "パーセントポイント": "point", "㌽": "point",
    "ベーシスポイント": "basis point", "bp": "basis point", "bps": "basis point",
}  # fmt: skip

DURATIONS = {
    "年間": "year", "カ年": "year", "年": "year", "カ月間": "month",
    "カ月": "month", "週間": "week", "週": "week", "日間": "day", "日": "day",
    "時間": "hour", "分間": "minute", "分": "minute", "秒間": "second", "秒": "second",
    "世紀": "century", "泊": "night", "晩": "night", "ミリ秒": "millisecond",
}  # fmt: skip

MEASURES = {
    "キロメートル": "km", "キロ": "kilo", "km": "km", "㎞": "km", "メートル": "m", "m": "m",
    "センチメートル": "cm", "センチ": "cm", "cm": "cm", "㎝": "cm", "ミリメートル": "mm",
    "ミリ": "milli", "mm": "mm", "㎜": "mm", "nm": "nm", "ナノメートル": "nm", "ナノ": "nm",
    "マイクロメートル": "um", "ミクロン": "um", "フィート": "foot", "インチ": "inch",
    "ヤード": "yard", "マイル": "mile", "カイリ": "nautical mile", "海里": "nautical mile",
    "平方メートル": "m2", "平方キロメートル": "km2", "平方キロ": "km2", "平方フィート": "ft2",
    "立方メートル": "m3", "ヘクタール": "hectare", "ha": "hectare", "エーカー": "acre",
    "坪": "tsubo", "トン": "ton", "t": "ton", "キログラム": "kg", "kg": "kg", "㎏": "kg",
    "グラム": "g", "g": "g", "ミリグラム": "mg", "mg": "mg", "オンス": "ounce",
    "リットル": "liter", "L": "liter", "l": "liter", "ミリリットル": "ml", "ml": "ml",
    "mL": "ml", "cc": "ml", "ガロン": "gallon", "バレル": "barrel", "ブッシェル": "bushel",
    "キロワット時": "kWh", "kWh": "kWh", "メガワット": "MW", "MW": "MW", "ギガワット": "GW",
    "GW": "GW", "キロワット": "kW", "kW": "kW", "ワット": "W", "W": "W", "TWh": "TWh",
    "GWh": "GWh", "MWh": "MWh", "ボルト": "V", "V": "V", "馬力": "hp", "カロリー": "cal",
    "キロカロリー": "kcal", "kcal": "kcal", "GB": "GB", "TB": "TB", "MB": "MB", "PB": "PB",
    "ギガバイト": "GB", "テラバイト": "TB", "メガバイト": "MB", "ビット": "bit",
    "バイト": "byte", "ギガヘルツ": "GHz", "GHz": "GHz", "MHz": "MHz", "Hz": "Hz",
    "ppm": "ppm", "ヘクトパスカル": "hPa", "hPa": "hPa", "デシベル": "dB", "シーベルト": "Sv",
    "ミリシーベルト": "mSv", "マイクロシーベルト": "uSv", "ベクレル": "Bq", "℃": "degree",
    "°C": "degree", "度": "degree", "光年": "light-year", "ノット": "knot", "カラット": "carat",
    "テラフロップス": "teraflops", "ペタフロップス": "petaflops", "パラメータ": "parameter",
    "パラメーター": "parameter", "トークン": "token", "語": "word", "字": "character",
    "文字": "character", "画素": "pixel", "ピクセル": "pixel", "インチ型": "inch",
}  # fmt: skip

COUNTERS = [
    "桁", "けた",
    "人", "名", "社", "件", "台", "基", "本", "カ国", "カ所", "箇所", "個", "枚", "冊", "回",
    "度", "機", "隻", "艘", "両", "頭", "匹", "羽", "株", "口", "店", "店舗", "校", "団体", "組",
    "世帯", "戸", "棟", "軒", "室", "席", "議席", "票", "点", "種", "種類", "品目", "項目",
    "段階", "倍速", "都市", "地域", "地点", "機関", "自治体", "市町村", "都道府県", "市", "町",
    "村", "州", "県", "省", "チーム", "クラブ", "選手", "試合", "勝", "敗", "セット", "ゴール",
    "着", "連覇", "連勝", "連敗", "つ", "発", "門", "丁", "通", "曲", "話", "巻", "部", "作",
    "作品", "階", "階建て", "便", "往復", "路線", "車線", "車両", "編成", "カ国語", "カ国地域",
    "社以上", "法人", "銘柄", "業種", "案", "箇条", "条件", "原則", "か条", "人組", "人体制",
    "人家族", "チップ", "ユーザー", "アカウント", "インスタンス", "ダウンロード", "頁", "ページ",
    "行", "列", "バイト", "シーズン", "期", "球", "打点", "安打", "本塁打", "奪三振", "三振",
    "イニング", "ラウンド", "杯", "袋", "箱", "缶", "パック", "粒", "株主", "首", "脚", "名様",
    "者", "例", "拠点", "工場", "カ年計画", "弾", "次元", "次", "方", "カ村", "ドーズ", "回分",
    "人分", "台分", "個分", "発電所", "カ月分", "年分", "日分", "大学", "か国", "家族", "夫婦",
    "遺体", "派", "局", "系統", "床", "病床", "床以上", "区", "選挙区", "小選挙区", "会派", "党",
    "閣僚", "色", "フレーム", "型", "世代", "役", "分野", "案件", "パーセンタイル", "事業",
    "施設", "区間", "区画", "問", "題", "科目", "単位", "得点", "失点",
]  # fmt: skip

ORDINALS = [
    "位", "番目", "回目", "度目", "人目", "件目", "社目", "年目", "日目", "期目", "カ国目",
    "例目", "台目", "つ目", "個目", "代目", "本目", "枚目", "カ月目", "周目", "試合目", "戦目",
    "世紀", "号", "番", "番地", "号機", "号車", "世", "代", "等", "級", "条", "項", "章", "節",
    "巻目", "区目", "周年", "回忌", "合目", "丁目", "次", "階級", "便目", "弾目", "両目", "週目",
    "店舗目", "組目", "シーズン目", "ラウンド目", "歩目", "作目",
]  # fmt: skip

AGES = {"歳": "age", "才": "age", "代": "age", "カ月児": "age"}


def _table() -> dict[str, tuple[str, Kind]]:
    table: dict[str, tuple[str, Kind]] = {}
    for word in COUNTERS:
        table[word] = (word, "count")
    table |= dict.fromkeys(("人", "名", "者", "名様"), ("person", "count"))
    for word in ORDINALS:
        table[word] = ("ordinal", "ordinal")
    table |= {word: (unit, "count") for word, unit in (MEASURES | AGES).items()}
    table |= {word: (unit, "duration") for word, unit in DURATIONS.items()}
    table |= {word: (unit, "rate") for word, unit in RATES.items()}
    table |= {word: (unit, "amount") for word, unit in CURRENCIES.items()}
    table["倍"] = ("times", "times")
    table["倍速"] = ("times", "times")
    table["世紀"] = ("century", "ordinal")
    return table


UNITS: dict[str, tuple[str, Kind]] = _table()
