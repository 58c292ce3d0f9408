"""Everything that is kept for later has a bound, which this table says in megabytes, and why it holds.

A new cache fails the test until it stands here. Where sizes differ much it is best a `ByteBoundedCache`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted([*(ROOT / "gui").rglob("*.py"), *(ROOT / "engine").rglob("*.py")])
MOST = 64  # megabytes: no cache may have more

# `lru_cache`: module.function → megabytes, and what makes that many.
COUNTED: dict[str, tuple[float, str]] = {
    "gui.augmentation.pictures.numbers_of": (20, "16 pictures of 3 × 224 × 224 floats, 1.2 MB each"),
    "gui.convolution.palette.hue": (0.3, "1024 colours"),
    "gui.fonts.load_fonts": (0.1, "some names"),
    "gui.fonts.maths_family": (0.1, "a name"),
    "gui.formula_boxes.space": (0.1, "256 numbers"),
    "gui.formula_glyphs._face": (32, "64 faces, each with 512 texts and its glyphs, 0.5 MB"),
    "gui.formula_glyphs.italic": (8, "1024 names, each in a rule of at most 2000 characters"),
    "gui.formula_glyphs.stretched": (2, "1024 outlines of brackets"),
    "gui.formula_pieces._setting": (7, "128 settings, each with 64 brackets, 50 KB"),
    "gui.image_input._quiet": (0.1, "nothing"),
    "gui.image_input._thumbnail": (3, "64 thumbnails of at most 96 × 96"),
    "gui.image_input.shipped_digits": (0.1, "forty digits of 64 numbers"),
    "gui.image_input.shipped_pictures": (0.1, "nine names"),
    "gui.memory._trim": (0.1, "a function"),
    "gui.optimizers.markers.marker_path": (0.5, "256 outlines of twenty corners"),
    "gui.widgets.icons.icon": (19, "256 icons, at the largest text 135 × 135 pixels"),
    "engine.arrows.kinds": (13, "64 rules of at most 2000 characters, 0.2 MB"),
    "engine.arrows.signs": (13, "64 rules of at most 2000 characters, 0.2 MB"),
    "engine.convolution.geometry._checked": (8, "256 geometries; the largest, of 256 × 256 cells, takes 31 KB"),
    "engine.curvature._same_rule": (13, "64 rules of at most 2000 characters, 0.2 MB"),
    "engine.data.harmonics._harmonics": (64, "two tables of 32 MB, whatever the data"),
    "engine.data.harmonics.integral": (0.3, "one table"),
    "engine.data.harmonics.lagrange": (0.1, "one table"),
    "engine.data.loss._bare": (24, "two losses of 10,000 samples, with their tables 12 MB"),
    "engine.data.loss._box": (4, "16 samples of 30,000 numbers"),
    "engine.data.loss._scaled": (10, "two samples of 10,000 rows with twenty copies each, 5 MB"),
    "engine.data.scene._loss": (60, "two losses of 10,000 samples with twenty copies each, tables and steps, 30 MB"),
    "engine.data.scene._losses": (60, "the same, and as much that is held out"),
    "engine.data.scene._own_columns": (1, "four tables of 30,000 numbers"),
    "engine.data.scene._samples": (1, "four samples of 30,000 numbers"),
    "engine.expressions.boxes.format_exactly": (0.4, "2048 short texts"),
    "engine.expressions.derivative._known_partials": (0.1, "there are some thirty functions"),
    "engine.expressions.typeset._name": (1, "1024 names"),
    "engine.gallery.rule_lines": (0.1, "there are eight ways"),
    "engine.heightmap._blur": (8.5, "64 matrices of at most 128 × 128"),
    "engine.heightmap._prefilter": (2.2, "16 matrices of at most 130 × 128"),
    "engine.line_parts._conditions": (4, "256 lines, 14 KB where they are longest"),
    "engine.line_parts._parts": (4, "256 lines, 14 KB where they are longest"),
    "engine.loop.compiled": (20, "128 rules of at most 2000 characters, 0.15 MB"),
    "engine.scene._heights": (31, "three grids of 128 × 128, with all their cells 10 MB"),
    "engine.scene._own": (20, "64 rules of at most 2000 characters, 0.3 MB"),
    "engine.scene._typed": (16, "16 formulas of at most 800 operations, 1 MB"),
    "engine.stochastic._noise": (1.1, "256 blocks of 512 numbers"),
    "engine.time_factors._moving": (13, "64 rules of at most 2000 characters, 0.2 MB"),
}

# Dicts that a function looks into and fills, and that outlive its call: module.function.dict → megabytes, and why.
BY_HAND: dict[str, tuple[float, str]] = {
    "engine.data.loss.at_step.self._seen": (8, "`MOST_KEPT` samples, and no loss after that"),
    "engine.export.__init__.self.rules": (0.1, "goes with one export"),
    "engine.heightmap.cell.known": (10, "a grid has at most 127 × 127 cells, 16 numbers each"),
    "engine.loop.ident.self.idents": (0.1, "goes with the writer of one rule"),
    "engine.loop._numbers_apart.self.numbers": (0.1, "goes with the writer of one rule"),
    "engine.many.stepper.kept": (5, "32 steppers of 0.15 MB; goes with its loss"),
    "engine.tuning.measure.known": (0.1, "a number for each rate that one search tries"),
    "gui.convolution.picture.figures.metrics.self._metrics": (0.1, "sizes are whole pixels up to 37"),
    "gui.convolution.picture.figures.widest.self._found": (0.1, "two numbers"),
    "gui.convolution.picture.marks._outline.found.cells": (0.1, "the outlines of one moment"),
    "gui.convolution.picture.marks.marks_at.found.cells": (0.1, "the outlines of one moment"),
    "gui.convolution.picture.plates.plate.self._made": (24, "the grids of one layer, and it goes with that"),
    "gui.formula._at_width.self._laid": (0.2, "eight layouts, then none"),
    "gui.formula.heightForWidth.self._heights": (0.1, "512 numbers, then none"),
    "gui.formula_glyphs._shaped.self.fonts": (0.1, "the fonts that stand in for one another"),
    "gui.formula_glyphs.glyph.self.glyphs": (0.2, "the letters of rules and formulas, some hundred"),
    "gui.formula_glyphs.run.self.runs": (0.4, "512 texts, then none"),
    "gui.formula_pieces.fence.at.fences": (0.1, "64 brackets, then none"),
    "gui.lecture.illustrator._open.self._panels": (40, "a panel of each of four kinds"),
    "gui.lecture.illustrator._open.self._scenes": (1, "a scene of each of four kinds"),
    "gui.main_window.show_panel.self.places": (40, "a panel of each of four kinds"),
    "gui.optimizers.picture.trails._pen.self.pens": (0.1, "a pen for each racer and theme; goes with the trails"),
    "gui.presentation.tools.follow.self.layers": (1, "a layer for each of four kinds of panel"),
    "gui.recording.grid_act._formula.self._formulas": (0.3, "a formula for each of ten passes"),
    "gui.recording.rule_block._boxes_of.self._boxes": (2, "the steps a rule is measured at, until it has its size"),
    "gui.worker._start._latest": (0.1, "two numbers for each widget that ever asked for work, and key"),
}  # fmt: skip

# Bounded by what they count themselves: module → megabytes of all of them.
BY_BYTES: dict[str, float] = {
    "engine.data.on_grid": 8,
    "engine.stochastic": 8,
    "gui.convolution.matrix_view": 4,
    "gui.convolution.picture.figures": 8,
    "gui.convolution.picture.frames": 8,
    "gui.convolution.picture.grid": 4,
    "gui.convolution.picture.tiles": 48,
    "gui.convolution.timeline": 16,
    "gui.minima.subject": 16,
    "gui.recording.race_act": 64,
}


@dataclass(frozen=True)
class Found:
    kind: str
    name: str
    node: ast.Call | None = None


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def called(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def caches_in(tree: ast.Module, module: str) -> Iterator[Found]:
    for node in ast.walk(tree):
        call = node if isinstance(node, ast.Call) else None
        if call is not None and called(call) in ("ByteBoundedCache", "byte_bounded"):
            yield Found("bytes", module, call)
        if call is not None and called(call) in ("lru_cache", "cache") and not isinstance(call.func, ast.Attribute):
            yield Found("call", module, call)
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if called(decorator) in ("lru_cache", "cache"):
                    yield Found(
                        "count", f"{module}.{node.name}", decorator if isinstance(decorator, ast.Call) else None
                    )
            for name in filled(node):
                yield Found("hand", f"{module}.{node.name}.{name}")


def filled(function: ast.FunctionDef) -> set[str]:
    """Dicts that the function both asks for a key and gives one, without those that are made in it or given to it."""
    stored, asked = set(), set()
    own = {argument.arg for argument in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = [part for target in targets for part in ast.walk(target)]
            stored |= {ast.unparse(part.value) for part in parts if isinstance(part, ast.Subscript)}
            if node.value is not None and called(node.value) != "setdefault":
                own |= {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            asked.add(ast.unparse(node.comparators[0]))
        elif (
            isinstance(node, ast.Call)
            and called(node) in ("get", "setdefault")
            and isinstance(node.func, ast.Attribute)
        ):
            asked.add(ast.unparse(node.func.value))
            if node.func.attr == "setdefault":
                stored.add(ast.unparse(node.func.value))
    return {name for name in stored & asked if name not in own and " " not in name and not name.endswith("__dict__")}


ALL = [found for path in FILES for found in caches_in(ast.parse(path.read_text(encoding="utf-8")), module_of(path))]


@pytest.mark.parametrize(
    ("kind", "table"), [("count", COUNTED), ("hand", BY_HAND), ("bytes", BY_BYTES)], ids=["count", "hand", "bytes"]
)
def test_every_cache_stands_in_its_table(kind: str, table: dict[str, object]) -> None:
    assert {found.name for found in ALL if found.kind == kind} - {"engine.bounded_cache"} == set(table)


def test_no_cache_counts_without_end() -> None:
    for found in ALL:
        if found.kind == "count":
            sizes = [] if found.node is None else [k.value for k in found.node.keywords if k.arg == "maxsize"]
            assert len(sizes) == 1 and isinstance(sizes[0], ast.Constant), f"{found.name} says no maxsize"
            assert isinstance(sizes[0].value, int), f"{found.name} keeps all"
    decorators = [found.node for found in ALL if found.kind == "count"]
    loose = [found for found in ALL if found.kind == "call" and found.node not in decorators]
    assert not loose, "lru_cache is used as a decorator of a function, so that there is one of it"


def test_no_bound_is_large() -> None:
    for name, (megabytes, why) in {**COUNTED, **BY_HAND}.items():
        assert 0 < megabytes <= MOST and why, name
    assert max(BY_BYTES.values()) <= MOST


def test_bounds_in_bytes_are_those_of_the_table() -> None:
    for name, megabytes in BY_BYTES.items():
        module = import_module(name)
        found = []
        for one in ALL:
            if one.kind == "bytes" and one.name == name:
                assert one.node is not None
                found.append(eval(ast.unparse(one.node.args[0]), vars(module)))
        assert all(isinstance(bound, int) for bound in found)
        assert sum(found) == megabytes * 2**20, name


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("from functools import cache\n@cache\ndef f(a): ...", "count"),
        ("@lru_cache\ndef f(a): ...", "count"),
        ("class A:\n def f(self, k):\n  if k not in self.kept:\n   self.kept[k] = 1\n  return self.kept[k]", "hand"),
        ("KEPT = {}\ndef f(k):\n v = KEPT.get(k)\n if v is None:\n  v = KEPT[k] = 1\n return v", "hand"),
        ("class A:\n def __init__(self):\n  self.f = lru_cache(maxsize=64)(g)", "call"),
        ("A = ByteBoundedCache(5)", "bytes"),
    ],
)
def test_a_new_cache_is_seen(code: str, kind: str) -> None:
    assert kind in {found.kind for found in caches_in(ast.parse(code), "new")}


def test_qts_own_pictures_are_bounded_by_bytes(qapp: object) -> None:
    from PySide6.QtGui import QPixmapCache

    assert QPixmapCache.cacheLimit() <= 10 * 1024  # kilobytes
