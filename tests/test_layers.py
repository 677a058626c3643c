"""The architecture holds: who may import whom, and which file knows which outside library."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(
    path for package in ("kawaraban", "flows", "service") for path in (ROOT / package).rglob("*.py")
)

# library → the files (or folders) that may import it
OWNERS = {
    "ctranslate2": (
        "kawaraban/translation/engine.py",
        "kawaraban/artifacts.py",
        "kawaraban/conversion.py",
    ),
    "huggingface_hub": ("kawaraban/hub.py", "kawaraban/hub_errors.py"),
    "onnxruntime": ("kawaraban/embedding.py",),
    "sqlalchemy": ("kawaraban/store", "kawaraban/migrations"),
    "sqlite3": ("kawaraban/store",),
    "smtplib": ("kawaraban/newsletter/sending.py",),
    "socket": ("kawaraban/sources", "kawaraban/newsletter/sending.py", "flows/server.py"),
    "prefect": ("flows",),
    "fastapi": ("service",),
    "uvicorn": ("service", "kawaraban/commands/serving.py"),
    "torch": (),
}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def within(path: str, owner: str) -> bool:
    return path in (owner, f"{owner}.py") or path.startswith(f"{owner}/")


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_module_when_it_imports_then_it_keeps_to_its_layer(path: Path) -> None:
    name = relative(path)
    package = name.split("/", 1)[0]
    composes = name.startswith("kawaraban/commands/") or name == "kawaraban/__main__.py"
    for module in imported(path):
        top = module.split(".", 1)[0]
        if top in ("flows", "service") and top != package:
            assert composes, f"{name} imports {module}; only the commands may reach a leaf"
        if top in OWNERS:
            allowed = OWNERS[top]
            assert any(within(name, owner) for owner in allowed), f"{name} imports {module}"


def test_packages_when_imported_then_no_engine_is_loaded() -> None:
    import subprocess
    import sys

    code = (
        "import sys, kawaraban.__main__, kawaraban.pipeline, kawaraban.run\n"
        "heavy = {'ctranslate2', 'onnxruntime', 'sqlalchemy', 'prefect', 'fastapi', 'httpx'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
