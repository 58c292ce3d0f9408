"""The scripts that are given away reproduce the race they were made from."""

from __future__ import annotations

import ast
import builtins
import json
import keyword
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine import scene
from engine.descent import race
from engine.export import numpy_script, pytorch_script
from engine.expressions import parse
from engine.expressions.python_text import python_text
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.quoting import in_script
from engine.scene import BranchChoice, CrowdChoice, LossChoice, RacerChoice, Scene, ScheduleChoice

TAMED = {"learning_rate": 0.0005}
RACERS = (
    *(RacerChoice(key, TAMED, pytorch=pytorch) for key in OPTIMIZERS for pytorch in (False, True)),
    RacerChoice("adam", {"learning_rate": 0.05, "beta1": 0.0}),
    RacerChoice("adam", TAMED, pytorch=True, schedule=ScheduleChoice("one_cycle"), clipping=0.5),
    RacerChoice(
        "own", {"learning_rate": 0.001}, rule="m = 0.5*m + g\nw = w - η*m/(1 + norm(grad(w - m)))", name="Mine"
    ),
    RacerChoice("adam", TAMED, on=False),
)
CHOICES = [LossChoice(key) for key in ("rosenbrock", "himmelblau", "ackley", "easom", "six_hump_camel", "absolute")]
CHOICES += [
    LossChoice("ill_conditioned", values={"condition_number": 7.0}),
    LossChoice("own", "where(x > 0, x**2, -x)/3 + maximum(y, -2*y) + e**-x**2 - -y**3/π"),
]


def scene_of(choice: LossChoice) -> Scene:
    return Scene('A "quoted" \\ title', loss=choice, start=(-1.3, 1), steps=60, racers=RACERS)


def paths_of(script: str, folder: Path) -> dict[str, Any]:
    """Run as a student runs it, and once more to take the paths out."""
    file = folder / "made.py"
    more = "\nimport json\nwith open('paths.json', 'w') as file:\n"
    more += "    json.dump({name: path.tolist() for name, path in paths.items()}, file)\n"
    file.write_text(script + more, encoding="utf-8")
    done = subprocess.run([sys.executable, "-W", "error", file.name], cwd=folder, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.count("after 60 steps") == len(RACERS) - 1
    return dict(json.loads((folder / "paths.json").read_text()))


@pytest.mark.parametrize("number", range(len(CHOICES)), ids=lambda number: CHOICES[number].key)
def test_the_numpy_script_runs_the_same_race(number: int, tmp_path: Path) -> None:
    scene = scene_of(CHOICES[number])
    points = race(scene.loss.loss(), [r.build() for r in scene.racers if r.on], scene.start, scene.steps).points
    paths = paths_of(numpy_script(scene), tmp_path)
    assert len(paths) == points.shape[1] == len(RACERS) - 1
    for index, (name, path) in enumerate(paths.items()):
        fine = np.isfinite(path).all(axis=1)  # a racer that has diverged stays where it was; a script has nan
        np.testing.assert_allclose(np.array(path)[fine], points[fine, index], rtol=1e-9, atol=1e-12, err_msg=name)
        assert fine.sum() > 60 or "Newton" in name


@pytest.mark.parametrize("number", range(len(CHOICES)), ids=lambda number: CHOICES[number].key)
def test_the_pytorch_script_runs_the_same_race(number: int, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    scene = scene_of(CHOICES[number])
    points = race(scene.loss.loss(), [r.build() for r in scene.racers if r.on], scene.start, scene.steps).points
    paths = paths_of(pytorch_script(scene), tmp_path)
    assert len(paths) == points.shape[1]
    for index, (name, path) in enumerate(paths.items()):
        fine = np.isfinite(path).all(axis=1)  # a racer that has diverged stays where it was; a script has nan
        np.testing.assert_allclose(np.array(path)[fine], points[fine, index], rtol=1e-9, atol=1e-12, err_msg=name)
        assert fine.sum() > 60 or "Newton" in name


def test_torch_classes_where_the_convention_matches() -> None:
    scene = scene_of(CHOICES[0])
    script = pytorch_script(scene.with_(racers=[racer for racer in scene.racers if racer.schedule is None]))
    for kind in ("SGD([w], lr=0.0005)", "momentum=0.9, nesterov=True", "Adagrad(", "Adadelta(", "RMSprop(", "Adam("):
        assert kind in script
    assert "def adam(" in script  # the textbook's
    assert "def adam_pytorch" not in script
    compile(script, "script", "exec")


def test_a_diverging_race_is_written_and_runs(tmp_path: Path) -> None:
    scene = Scene(loss=LossChoice("rosenbrock"), start=(3, 3), racers=(RacerChoice("gradient_descent"),), steps=60)
    (tmp_path / "made.py").write_text(numpy_script(scene), encoding="utf-8")
    subprocess.run([sys.executable, "-W", "error", "made.py"], cwd=tmp_path, check=True, capture_output=True)
    compile(numpy_script(scene.with_(racers=())), "script", "exec")


@pytest.mark.parametrize("key", LOSSES)
def test_every_loss_is_written_as_python(key: str) -> None:
    scope: dict[str, Any] = {}
    exec(numpy_script(Scene(loss=LossChoice(key))), scope)  # noqa: S102
    loss, point = LOSSES[key], np.array([0.7, -1.3])
    assert scope["loss"](*point) == pytest.approx(float(loss.value(point)), rel=1e-12)
    assert scope["gradient"](point) == pytest.approx(loss.gradient(point), rel=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "a - (b - c)",
        "a - b - c",
        "a/(b*c)",
        "a/b*c",
        "-(a + b)**2",
        "(-a)**2",
        "a**b**c",
        "(a**b)**c",
        "a**-b",
        "2**-3",
    ],
)
def test_brackets_mean_what_they_meant(text: str) -> None:
    written = python_text(parse(text), lambda name: name, lambda name, _: name)
    values = {"a": 1.7, "b": 2.3, "c": 0.6}
    assert eval(written, dict(values)) == pytest.approx(eval(text, dict(values)), rel=1e-15)  # noqa: S307
    assert len(written.replace(" ", "")) <= len(text.replace(" ", ""))


@pytest.mark.parametrize("script", [numpy_script, pytorch_script])
def test_a_script_says_what_it_leaves_out(script: Any) -> None:
    racers = (
        RacerChoice("momentum", branch=BranchChoice(7, {"momentum": 0.1}), crowd=CrowdChoice("ring", 24, 1.0)),
        RacerChoice("adam", branch=BranchChoice(9, {}), on=False),
    )
    scene = Scene(racers=racers, steps=20, fair="gradients")
    said = [line for line in script(scene).splitlines() if line.startswith("# Left out")]
    assert len(said) == 3
    for line, word in zip(said, ("step 7", "24 other starts", "equal cost"), strict=True):
        assert word in line
    assert "Left out" not in script(scene.with_(racers=(RacerChoice("adam"),), fair=""))


# Text that wants out of its string or its comment, or that no program should choke on.
NASTY = [
    '"',
    '"""',
    "'''\"\"\"",
    '""" + __import__("os").system("true") + """',
    '"\nimport os\n"',
    '\n"""\nimport os\n"""',
    "\\",
    "ends in \\",
    '\\"""',
    '\\\\"""; import os #',
    "\r\nimport os",
    "a\rimport os",
    "a\fimport os\vimport os",
    "a\x00b",
    "\x1c\x1d\x1e\x85\u2028\u2029import os",
    "\u202e\u2066 import os",
    "\N{ZERO WIDTH SPACE}\ufeff",
    "{x}{0}%s%(name)s",
    "\\x41\\N{BULLET}\\u0041",
    "# coding: utf-7",
    "lone \ud800 half",
    "class",
    "None",
    "print",
    "max",
    "loss",
    "𝐥𝐨𝐬𝐬",
    "ｉｆ",
    "²",
    "½ x",
    "\u0301",
    "1",
    "_",
    "  ",
    "규칙",
    "m" * 60,
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﷺ ﬁ",
]
PARTS = st.one_of(st.sampled_from(NASTY), st.text(max_size=20), st.text("\"\\'\n\r#u{x", max_size=9))
TEXTS = st.lists(PARTS, min_size=1, max_size=3).map(lambda parts: "".join(parts)[:60])


def whole(text: str) -> str:
    """Without half signs, which a file cannot hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def named(text: str) -> Scene:
    """A race in which every text that a scene is free to choose is `text`."""
    racers = (
        RacerChoice("own", {"learning_rate": 0.01}, rule="w = w - η*g", name=text, branch=BranchChoice(3, {})),
        RacerChoice("own", {"learning_rate": 0.02}, rule="w = w - η*g", name=text),
        RacerChoice("adam", pytorch=True),
    )
    loss = LossChoice("own", "x**2 + a*y**2", {"a": 3.0})
    return Scene(text, note=text, loss=loss, steps=5, racers=racers)


def shape(script: str) -> str:
    """The program without its texts: strings emptied, and its own functions called by their number."""
    tree = ast.parse(script.encode("utf-8"))
    given = {"loss", "gradient", "race"}
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name not in given]
    assert not set(names) & set(dir(builtins)) and len(set(names)) == len(names)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            node.func.id = f"rule {names.index(node.func.id)}"
        elif isinstance(node, ast.FunctionDef) and node.name in names:
            node.name = f"rule {names.index(node.name)}"
    return ast.dump(tree)


@pytest.fixture
def raw(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Racers with names as they stand in the file: scripts do not rely on what a scene makes of them."""
    scene._own.cache_clear()
    monkeypatch.setattr(scene, "shown", str)
    yield
    scene._own.cache_clear()


@pytest.mark.usefixtures("raw")
@pytest.mark.parametrize("write", [numpy_script, pytorch_script])
@given(text=TEXTS)
@example(text=NASTY[3])
@example(text=NASTY[10])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_of_a_scene_becomes_code(write: Any, text: str) -> None:
    assert shape(write(named(text))) == shape(write(named("harmless")))


@pytest.mark.usefixtures("raw")
@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("write", [numpy_script, pytorch_script])
def test_names_are_what_they_were(write: Any, text: str) -> None:
    tree = ast.parse(write(named(text)).encode())
    strings = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    assert ast.get_docstring(tree, clean=False) == strings[0] and strings[0].startswith(f"{whole(text)}: ")
    assert f"{whole(text)} 1" in strings and f"{whole(text)} 2" in strings


@given(TEXTS)
def test_quoting_ends_no_string_and_changes_no_text(text: str) -> None:
    inside = in_script(text)
    assert inside.isprintable()
    for quotes in ('"', '"""'):
        assert ast.literal_eval(f"{quotes}{inside}{quotes}") == whole(text)
    assert ast.dump(ast.parse(f"# {inside}\npass")) == ast.dump(ast.parse("pass"))


@pytest.mark.usefixtures("raw")
@pytest.mark.parametrize("text", NASTY)
def test_a_script_with_any_names_still_runs(text: str) -> None:
    scope: dict[str, Any] = {}
    exec(compile(numpy_script(named(text)).encode(), "script", "exec"), scope)  # noqa: S102
    assert {len(path) for path in scope["paths"].values()} == {6}
    assert f"{whole(text)} 1" in scope["paths"]


def test_a_number_of_the_loss_and_a_racer_of_one_name_do_not_meet() -> None:
    racer = RacerChoice("own", {"learning_rate": 0.01}, rule="w = w - η*g", name="pull")
    scene = Scene(loss=LossChoice("own", "x**2 + pull*y**2", {"pull": 3.0}), start=(1, 1), steps=2, racers=(racer,))
    scope: dict[str, Any] = {}
    exec(numpy_script(scene), scope)  # noqa: S102
    assert scope["paths"]["pull"][1] == pytest.approx([0.98, 0.94])
