"""Formulas and rules at random: whatever is typed gives a result or one sentence, quickly, and its numbers agree."""

from __future__ import annotations

import math
import signal
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import numpy as np

from engine.descent import race
from engine.expressions import Apply, Assignment, ExpressionError, Node, compile_program, walk
from engine.expressions.typeset import latex, typeset, typeset_assignment
from engine.expressions.written import plain
from engine.losses import LOSSES, Loss
from engine.optimizers import OPTIMIZERS, Optimizer
from tests.stress.result import Result

LONGEST_SENTENCE = 300
SLOW = 1.0  # seconds of processor time for one text
STUCK = 20  # seconds after which it is given up
POINTS = 6
TAME = (1e-6, 1e6)  # where every part of a formula lies here or is 0, rounding stays small
DISAGREE = 1e-6
STEPPED = ("float32", "floor", "sign")  # no difference tells their slope
STEPS = 40
ONE = "sqrt exp log sin cos tan sinh cosh tanh arctan abs sign floor float32 ln √ atan".split()
TWO = "maximum minimum max min".split()
JUNK = (
    *"()+-*/^=,._ \n\t#'\"[]{}<>!&|%@:;\\√²³⁴₁²×·÷−≤≥≠←πηβε∇αx0123456789eE", "**", "lambda ", "__", "import ", " if ",
    " else ", "1e999", "9**9**9", "x.y", "x[0]", "f'{x}'", "🙂", "\u2028", "\x00", "한", "where(", "grad(", "norm(",
    "solve(", "e\u0301", "０", "½",
)  # fmt: skip


class Writer:
    """Random text from the grammar of the maths language."""

    def __init__(self, rng: Random, names: list[str], rule: bool) -> None:
        self.rng, self.names, self.rule = rng, names, rule

    def expression(self, depth: int) -> str:
        rng = self.rng
        if depth <= 0 or rng.random() < 0.15:
            return self.atom()
        kind = rng.random()
        inner = depth - 1
        if kind < 0.5:
            sign = rng.choice((" + ", " - ", "*", "*", "/", "−", "·", " × "))
            return f"{self.bracketed(inner)}{sign}{self.bracketed(inner)}"
        if kind < 0.65:
            power = rng.choice(("²", "³", "**2", "^3", "**4", "**0.5", "**-1", "**1.5", f"**{self.atom()}"))
            return self.bracketed(inner) + power
        if kind < 0.85:
            return f"{rng.choice(ONE)}({self.expression(inner)})"
        if kind < 0.91:
            return f"{rng.choice(TWO)}({self.expression(inner)}, {self.expression(inner)})"
        if kind < 0.95:
            sign = rng.choice(("<", "<=", ">", ">=", "==", "!=", "≤", "≥", "≠"))
            sides = f"{self.expression(inner)} {sign} {self.expression(inner)}"
            return f"where({sides}, {self.expression(inner)}, {self.expression(inner)})"
        if self.rule and kind < 0.99:
            return rng.choice(("grad({})", "norm({})", "solve({}, λ)")).format(self.expression(min(inner, 2)))
        return f"-{self.bracketed(inner)}"

    def bracketed(self, depth: int) -> str:
        text = self.expression(depth)
        return text if text.isalnum() or self.rng.random() < 0.2 else f"({text})"

    def atom(self) -> str:
        if self.rng.random() < 0.65:
            return self.rng.choice(self.names)
        return self.rng.choice("0 1 2 3 0.5 10 1e-3 100 π e 1e6 7.25 1e-300 1e300".split())


def formula(rng: Random) -> str:
    """The text of a loss, mostly a good one."""
    own = rng.sample(["a", "b", "η", "β1", "beta2", "k"], rng.choice((0, 0, 1, 2)))
    text = Writer(rng, ["x", "y", "x", "y", *own], False).expression(rng.choice((1, 2, 3, 4, 4, 6, 9)))
    return _mutated(text, rng) if rng.random() < 0.25 else text


def rule(rng: Random) -> str:
    """The text of an optimizer's rule, mostly a good one."""
    if rng.random() < 0.2:
        text = rng.choice([optimizer.rule.text for optimizer in OPTIMIZERS.values()])
        return _mutated(text, rng) if rng.random() < 0.8 else text
    state = rng.sample(["m", "v", "u", "s1", "â"], rng.choice((0, 1, 2)))
    names = ["w", "g", "g", "η", "β", "t", "λ", *state, *state]
    writer = Writer(rng, names, True)
    lines = [f"{name} = {writer.expression(rng.choice((1, 2, 3)))}" for name in state]
    step = f"η*{writer.bracketed(2)}" if rng.random() < 0.7 else writer.expression(3)
    text = "\n".join([*lines, f"w = w - {step}"])
    return _mutated(text, rng) if rng.random() < 0.25 else text


def _mutated(text: str, rng: Random) -> str:
    for _ in range(rng.choice((1, 1, 2, 5))):
        at, what = rng.randrange(len(text) + 1), rng.random()
        if what < 0.4:
            text = text[:at] + rng.choice(JUNK) + text[at:]
        elif what < 0.7:
            text = text[:at] + text[at + rng.choice((1, 1, 3)) :]
        elif what < 0.85:
            text = text[:at] + text[at:][::-1]
        elif what < 0.97:
            text = text[:at] + text[: at // 2] + text[at:]
        else:
            text *= rng.choice((2, 20, 300))
    return text


class DisagreeError(Exception):
    """Two ways to the same number lead to different ones."""


@contextmanager
def _limit() -> Iterator[None]:
    """No text may keep the processor for long; no warning may come of one."""

    def stuck(*_: Any) -> None:
        raise TimeoutError(f"not done after {STUCK} s")

    before = signal.signal(signal.SIGPROF, stuck)
    signal.setitimer(signal.ITIMER_PROF, STUCK)
    began = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    if (took := time.process_time() - began) > SLOW:
        raise TimeoutError(f"{took:.1f} s of processor time")


def try_formula(text: str, rng: Random) -> None:
    try:
        loss = Loss.from_text(text)
    except ExpressionError as error:
        _check_sentence(error)
        return
    line = loss.differentiated[0]
    tree = _tree(loss)
    for box in (typeset(tree), typeset_assignment(line, {"x": 0.5, "y": -3e-7})):
        plain(box), latex(box)
    values = {p.name: rng.choice((p.default, rng.uniform(-2, 2))) for p in loss.parameters}
    loss = loss.with_values(**values)
    points = np.array([[rng.uniform(-3, 3) for _ in range(POINTS)] for _ in "xy"])
    z, slopes = loss.value(points), loss.gradient(points)
    tame, generic = _tame(tree, loss, points)
    if tame.sum() >= 3:
        _compare_flavours(tree, loss, points[:, tame], z[tame])
    if generic.sum() >= 3 and not any(isinstance(n, Apply) and n.function in STEPPED for n in walk(tree)):
        _compare_slopes(loss, points[:, generic], slopes[:, generic])
    race(loss, [OPTIMIZERS["adam"], OPTIMIZERS["gradient_descent"]], start=(points[0, 0], points[1, 0]), steps=STEPS)


def try_rule(text: str, rng: Random) -> None:
    try:
        optimizer = Optimizer.from_rule(text)
    except ExpressionError as error:
        _check_sentence(error)
        return
    for line in optimizer.rule.program:
        box = typeset_assignment(line)
        plain(box), latex(box)
    values = {p.name: rng.choice((p.default, p.low, p.high, 10 ** rng.uniform(-4, 0))) for p in optimizer.parameters}
    try:
        optimizer = optimizer.with_values(**values)
    except ValueError as error:
        _check_sentence(error)
    loss = LOSSES[rng.choice(list(LOSSES))]
    (left, right), (low, high) = loss.domain
    run = race(loss, [optimizer], start=(rng.uniform(left, right), rng.uniform(low, high)), steps=STEPS)
    assert run.points.shape == (STEPS + 1, 1, 2)


def _check_sentence(error: ValueError) -> None:
    words = str(error)
    if not words or "\n" in words or len(words) > LONGEST_SENTENCE or not words.isprintable():
        raise DisagreeError(f"the message is no short sentence: {words[: LONGEST_SENTENCE + 50]!r}")


def _tree(loss: Loss) -> Node:
    from engine.expressions import parse

    return parse(loss.formula)


def _tame(tree: Node, loss: Loss, points: Any) -> tuple[Any, Any]:
    """At which points all parts of a formula are numbers of a moderate size; at which of these none is 0, where
    roots and powers are infinitely steep."""
    tame, generic = np.ones((2, points.shape[1]), dtype=bool)
    parts = [node for node in walk(tree) if not (isinstance(node, Apply) and node.function in "<=>=!=")]
    lines = [Assignment(f"p{i}", node, "") for i, node in enumerate(parts[:150])]
    with np.errstate(all="ignore"):
        found = compile_program(lines, ["x", "y"], [line.name for line in lines], "arrays", loss.constants)(*points)
        for part in found:
            size = np.abs(part)
            moderate = (size > TAME[0]) & (size < TAME[1])
            tame &= moderate | (size == 0)
            generic &= moderate
    return (tame, generic) if len(parts) == len(lines) else (tame & False, generic & False)


def _compare_flavours(tree: Node, loss: Loss, points: Any, expected: Any) -> None:
    """Floats and careful scalars against the array's values; a majority counts, since a step may lie anywhere."""
    line = [Assignment("z", tree, "")]
    for flavour, kind in (("floats", float), ("careful", np.float64)):
        program = compile_program(line, ["x", "y"], ["z"], flavour, loss.constants)  # type: ignore[arg-type]
        different = 0
        for x, y, z in zip(*points, expected, strict=True):
            with np.errstate(all="ignore"):
                (found,) = program(kind(x), kind(y))
            different += not math.isclose(found, z, rel_tol=DISAGREE, abs_tol=DISAGREE)
        if different * 2 > len(expected):
            places = f"{different} of {len(expected)} points"
            raise DisagreeError(f"{flavour} and arrays differ at {places}: {found} and {z}")


def _compare_slopes(loss: Loss, points: Any, slopes: Any) -> None:
    """Against central differences, where two of them agree with each other."""
    for axis in (0, 1):
        estimates = []
        for h in (1e-4, 5e-5):
            shift = np.zeros((2, 1))
            shift[axis] = h
            estimates.append((loss.value(points + shift) - loss.value(points - shift)) / (2 * h))
        coarse, fine = estimates
        with np.errstate(all="ignore"):
            sure = np.isfinite(fine) & (np.abs(coarse - fine) <= 1e-5 * (1 + np.abs(fine)))
            wrong = sure & ~(np.abs(slopes[axis] - fine) <= 1e-3 * (1 + np.abs(fine)))
        if sure.sum() >= 3 and wrong.sum() * 2 > sure.sum():
            at = int(np.argmax(wrong))
            raise DisagreeError(f"∂/∂{'xy'[axis]} at {points[:, at]} is {slopes[axis, at]}, by differences {fine[at]}")


def one(seed: int, number: int) -> str:
    """One case; what is wrong with it, or nothing."""
    rng = Random(f"{seed}/{number}")
    text, attempt = (formula(rng), try_formula) if rng.random() < 0.6 else (rule(rng), try_rule)
    try:
        with _limit():
            attempt(text, rng)
    except Exception as error:
        shown = text if len(text) < 400 else f"{text[:400]}… ({len(text)} characters)"
        return f"{type(error).__name__}: {str(error)[:400]}\n  case {seed}/{number}: {attempt.__name__} {shown!r}"
    return ""


def run(seed: int, seconds: float, most: int = 10**9) -> Result:
    """Texts for so long, or so many."""
    result, end = Result(), time.monotonic() + seconds
    while time.monotonic() < end and result.tried < most:
        if fault := one(seed, result.tried):
            result.faults.append(fault)
        result.tried += 1
    return result
