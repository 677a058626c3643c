"""The bodies of DeepL's glossary API, v2 and v3, for the one pair there is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from service.schemas.requests import TERMS_CSV, TERMS_TSV


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


Source = Annotated[Literal["ja"], BeforeValidator(_lower)]
Target = Annotated[Literal["en"], BeforeValidator(_lower)]


_TSV: JsonDict = {"entries_format": {"const": "tsv"}, "entries": {"pattern": TERMS_TSV}}
_CSV: JsonDict = {"entries_format": {"const": "csv"}, "entries": {"pattern": TERMS_CSV}}
_ENTRIES: JsonDict = {
    "anyOf": [{"properties": _TSV}, {"properties": _CSV, "required": ["entries_format"]}]
}


class DictionaryIn(BaseModel):
    """Terms as lines: `日銀<tab>the Bank of Japan`, or as CSV, perhaps with `,ja,en` behind."""

    model_config = ConfigDict(json_schema_extra=_ENTRIES)

    source_lang: Source
    target_lang: Target
    entries: str = Field(min_length=1)
    entries_format: Literal["tsv", "csv"] = "tsv"


class GlossaryIn(DictionaryIn):
    name: str = Field(min_length=1, max_length=1024)


class MultiIn(BaseModel):
    name: str = Field(min_length=1, max_length=1024)
    dictionaries: list[DictionaryIn] = Field(min_length=1, max_length=1)


class ChangeIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    name: str | None = Field(default=None, min_length=1, max_length=1024)
    dictionaries: list[DictionaryIn] = Field(default=[], max_length=1)


class PairIn(BaseModel):
    source_lang: Source
    target_lang: Target


class InfoOut(BaseModel):
    glossary_id: str
    name: str
    ready: bool
    source_lang: str
    target_lang: str
    creation_time: str
    entry_count: int


class DictionaryOut(BaseModel):
    source_lang: str
    target_lang: str
    entry_count: int


class MultiOut(BaseModel):
    glossary_id: str
    name: str
    creation_time: str
    dictionaries: list[DictionaryOut]


class EntriesOut(BaseModel):
    source_lang: str
    target_lang: str
    entries: str
    entries_format: str


class InfosOut(BaseModel):
    glossaries: list[InfoOut]


class MultisOut(BaseModel):
    glossaries: list[MultiOut]


class DictionariesOut(BaseModel):
    dictionaries: list[EntriesOut]


class PairsOut(BaseModel):
    supported_languages: list[dict[str, str]]
