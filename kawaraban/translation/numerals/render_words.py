"""Words of the house style: currency signs and names, scales, nouns of measure."""

from __future__ import annotations

SIGNS = {
    "USD": "$",
    "HKD": "HK$",
    "TWD": "NT$",
    "AUD": "A$",
    "CAD": "C$",
    "SGD": "S$",
    "NZD": "NZ$",
}

CURRENCY_NAMES = {
    "JPY": "yen", "EUR": "euros", "GBP": "pounds", "CNY": "yuan", "KRW": "won", "INR": "rupees",
    "RUB": "rubles",
    "THB": "baht", "CHF": "Swiss francs", "VND": "dong", "IDR": "rupiah", "TRY": "lira",
    "MYR": "ringgit",
    "peso": "pesos", "krone": "kroner", "SEK": "kronor", "ZAR": "rand", "AED": "dirhams",
    "ILS": "shekels",
    "BTC": "bitcoins", "cent": "cents", "BRL": "reais", "UAH": "hryvnias", "PLN": "zloty",
    "rial": "rials",
}  # fmt: skip

BIG_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))

VAGUE_SCALES = (
    (10**12, "trillions"), (10**11, "hundreds of billions"), (10**10, "tens of billions"),
    (10**9, "billions"),
    (10**8, "hundreds of millions"), (10**7, "tens of millions"), (10**6, "millions"),
    (10**5, "hundreds of thousands"), (10**4, "tens of thousands"), (1000, "thousands"),
    (100, "hundreds"),
    (10, "dozens"),
)  # fmt: skip

PLURALS = {"century": "centuries", "foot": "feet", "inch": "inches"}

UNIT_NOUNS = {
    "km": "kilometers", "m": "meters", "cm": "centimeters", "mm": "millimeters",
    "kg": "kilograms", "ton": "tons",
    "mile": "miles", "foot": "feet", "inch": "inches", "yard": "yards", "hectare": "hectares",
    "barrel": "barrels",
    "m2": "square meters", "km2": "square kilometers", "m3": "cubic meters", "liter": "liters",
    "g": "grams",
    "nm": "nanometers", "degree": "degrees", "kWh": "kilowatt-hours", "MW": "megawatts",
    "GW": "gigawatts",
    "kW": "kilowatts", "acre": "acres", "hPa": "hectopascals", "bushel": "bushels",
    "ounce": "ounces",
    "nautical mile": "nautical miles", "parameter": "parameters", "token": "tokens",
    "light-year": "light-years",
}  # fmt: skip

PART_NAMES = {
    3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth",
    10: "tenth", 20: "twentieth", 30: "thirtieth", 50: "fiftieth", 100: "hundredth",
    1000: "thousandth",
}  # fmt: skip
