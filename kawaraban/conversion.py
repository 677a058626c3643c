"""Original weights of transformers → a CTranslate2 model at int8, by CTranslate2's own converter.

Input:  a folder as it stands on the hub: config.json, weights, tokenizer.
Output: a CTranslate2 folder without its SentencePiece files.

    convert(Path("opus-mt-ja-en"), Path("converted"))
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from kawaraban.errors import ArtifactError, UsageError
from kawaraban.hub_errors import first_line

_CONVERTER = 'pip install "transformers>=5,<6" torch'
# Scores compared with transformers 5 (tests/test_conversion.py). T5 is not among them: transformers
# ties its embeddings on loading, and the converter then scales an output that was not scaled.
_CONVERTIBLE = ("marian", "m2m_100")


def convert(original: Path, target: Path) -> None:
    """Transformers weights → CTranslate2 at int8; the whole model must fit into memory once."""
    from ctranslate2.converters import TransformersConverter

    try:
        settings = json.loads((original / "config.json").read_text(encoding="utf-8"))
        require_family(str(original), str(settings.get("model_type", "")))
        TransformersConverter(str(original)).convert(str(target), quantization="int8")
    except (ImportError, OSError, RuntimeError, ValueError, KeyError, AttributeError) as error:
        raise ArtifactError(
            f"{original}: cannot be converted ({first_line(str(error))}); expected weights that "
            "CTranslate2's converter knows; pull a repository that holds a CTranslate2 model"
        ) from error


def require_converter(repository: str) -> None:
    missing = [name for name in ("transformers", "torch") if not importlib.util.find_spec(name)]
    if missing:
        raise UsageError(
            f"{repository}: holds original weights, to be converted once, and found no "
            f"{' and no '.join(missing)}; expected both; `{_CONVERTER}`"
        )


def require_family(repository: str, model_type: str) -> None:
    if model_type and model_type not in _CONVERTIBLE:
        raise ArtifactError(
            f"{repository}: found original weights of type {model_type!r}; expected one that is "
            f"known to be converted rightly ({', '.join(_CONVERTIBLE)}); pull a repository that "
            "holds the model in CTranslate2's form"
        )
