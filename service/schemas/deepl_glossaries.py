"""The bodies of DeepL's glossary API, v2 and v3, for the one pair there is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


Source = Annotated[Literal["ja"], BeforeValidator(_lower)]
Target = Annotated[Literal["en"], BeforeValidator(_lower)]


class DictionaryIn(BaseModel):
    source_lang: Source
    target_lang: Target
    entries: str = Field(min_length=1, examples=["日銀\tthe Bank of Japan"])
    entries_format: Literal["tsv", "csv"] = "tsv"


class GlossaryIn(DictionaryIn):
    name: str = Field(min_length=1, max_length=1024)


class MultiIn(BaseModel):
    name: str = Field(min_length=1, max_length=1024)
    dictionaries: list[DictionaryIn] = Field(min_length=1, max_length=1)


class ChangeIn(BaseModel):
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
