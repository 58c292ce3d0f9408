"""main → gui → engine, and nothing the other way."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STANDARD = sys.stdlib_module_names
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
GUI = sorted((ROOT / "gui").rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engine_imports_numpy_and_the_standard_library(path: Path) -> None:
    allowed = {"numpy", "engine"}
    if path.stem.removesuffix("_file").endswith(("scene", "lecture", "work", "drawing", "choices")):
        allowed.add("msgspec")  # what is written to files
    for name in imports(path):
        assert name.split(".")[0] in allowed | STANDARD, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", GUI, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_gui_knows_nothing_of_main(path: Path) -> None:
    assert "main" not in {name.split(".")[0] for name in imports(path)}


def test_panels_do_not_know_each_other() -> None:
    panels = {p.parent.name for p in (ROOT / "gui").glob("*/panel.py")}
    for path in GUI:
        here = next((panel for panel in panels if panel in path.parts), None)
        if here is not None:
            for name in imports(path):
                parts = name.split(".")
                assert not (parts[0] == "gui" and parts[1] in panels - {here}), f"{path} imports {name}"


@pytest.mark.parametrize("path", GUI, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_painter_is_ended_whatever_happens(path: Path) -> None:
    """A painter that outlives an exception may outlive what it paints on: only `painting` makes one, for a `with`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    held = {id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items}
    for node in ast.walk(tree) if path.name != "painting.py" else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            assert name not in ("QPainter", "QStylePainter"), f"{path.name}:{node.lineno} makes a painter of its own"
            assert name != "painting" or id(node) in held, f"{path.name}:{node.lineno} holds a painter without a `with`"


def test_the_engine_works_with_qt_blocked_and_without_sympy() -> None:
    code = """
import sys
for name in ("PySide6", "pyqtgraph", "PyQt6"):
    sys.modules[name] = None
from engine import scene_file, lecture_file, share, export, frames, arrows, curvature
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.descent import race
race(LOSSES["rosenbrock"], list(OPTIMIZERS.values()), (-1.5, 2.0), 20)
assert "sympy" not in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True)
