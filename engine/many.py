"""A rule and a loss as one step of many racers at once: NumPy calls on whole arrays, in place.

A value is a number (the same for all racers), a row (one number for each, (n,)) or a plane ((2, n), as all
vectors are). What is a number is computed once a step; everything else is written into buffers that are used again
and again, small enough to stay in the processor's cache: temporary arrays would cost more than the arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.expressions import COMPARISONS, CONSTANTS, Apply, Assignment, Node, Number, Symbol, names
from engine.expressions.compile import define, namespace, source
from engine.losses import Loss
from engine.rules import Lifted, Rule

Floats = NDArray[np.float64]
NUMBER, ROW, PLANE = 0, 1, 2
MOST_KEPT = 32  # steppers of a loss: of the longest rules 0.15 MB each
_CALLS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "abs": "absolute", "neg": "negative"}
_COMPARE = {"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal", "!=": "not_equal"}


@dataclass(frozen=True)
class Value:
    """A Python name in the generated code. `own`: a buffer that nobody else reads, free to be written over."""

    code: str
    kind: int
    own: bool = False


@dataclass(frozen=True)
class Stepper:
    """The compiled step: `step(t, values)` takes and returns the values of all `names`, in this order."""

    step: Callable[..., tuple[Any, ...]]
    names: tuple[str, ...]
    kinds: tuple[int, ...]

    def buffers(self, given: Mapping[str, float | Floats], count: int) -> tuple[Any, ...]:
        """What the first step takes for `count` racers: `given` by name, 0 for the rest."""
        result: list[Any] = []
        for name, kind in zip(self.names, self.kinds, strict=True):
            value = given.get(name, 0.0)
            shape = ((), (count,), (2, count))[kind]
            result.append(np.float64(value) if kind == NUMBER else np.array(np.broadcast_to(value, shape), dtype=float))
        return tuple(result)

    def kept(self, buffers: tuple[Any, ...], keep: NDArray[np.bool_]) -> tuple[Any, ...]:
        """The same for those racers only that `keep` marks."""
        return tuple(
            b if kind == NUMBER else np.ascontiguousarray(b[..., keep])
            for b, kind in zip(buffers, self.kinds, strict=True)
        )


def stepper(rule: Rule, loss: Loss, rows: frozenset[str]) -> Stepper:
    """The step of `rule` on `loss`, where the hyperparameters in `rows` differ from racer to racer.

    Of its `names`, `w` is the weights after the step, `w_before` those before it. At most `MOST_KEPT` are kept, with
    the loss, so that they go with it.
    """
    kept: dict[tuple[Rule, frozenset[str]], Stepper] = loss.__dict__.setdefault("_steppers", {})
    found = kept.get((rule, rows))
    if found is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        found = kept[rule, rows] = _Writer(rule, loss, rows).stepper()
    return found


class _Writer:
    """Writes the step: arithmetic into NumPy calls, and which buffer each one writes into."""

    def __init__(self, rule: Rule, loss: Loss, rows: frozenset[str]) -> None:
        self.rule, self.loss = rule, loss
        self.lines: list[str] = []
        self.free: dict[int, list[str]] = {ROW: [], PLANE: []}
        self.made: list[tuple[str, int]] = []
        self.count = 0
        self.kinds = self._kinds(rows)
        self.known = {name: Value(f"v{i}", kind) for i, (name, kind) in enumerate(self.kinds.items())}
        self.known["t"] = Value("t", NUMBER)

    def _kinds(self, rows: frozenset[str]) -> dict[str, int]:
        rule = self.rule
        kinds = {name: ROW if name in rows else NUMBER for name in rule.hyperparameters}
        kinds |= dict.fromkeys(rule.assigned, NUMBER) | dict.fromkeys(rule.with_components, PLANE)
        for line in rule.lines:
            kinds |= {call.name: ROW for call in line.calls if call.function == "norm"}
        while True:
            before = dict(kinds)
            for line in rule.lines:
                read = [kinds.get(name, NUMBER) for name in names(line.lifted)]
                kinds[line.name] = max(kinds[line.name], *read, NUMBER)
            if kinds == before:
                return kinds

    def stepper(self) -> Stepper:
        self._gradient(self.known["w"], self.known["g"])
        if self.rule.uses_hessian:
            self._hessian()
        after = self._buffer(PLANE)
        begun, self.lines = self.lines, []
        w = self.known["w"]
        for line in self.rule.lines:
            for call in line.calls:
                self._call(call)
            if line.name == "w":
                self._store(line.lifted, Value(after, PLANE))
                self.known["w"] = Value(after, PLANE)
            else:
                self._assign(line.name, line.lifted)
        self.lines = begun + self.lines
        self.made.remove((after, PLANE))
        held = [(self.known[n].code, kind, n) for n, kind in self.kinds.items() if n != "w"]
        held += [(code, kind, code) for code, kind in self.made]
        taken = ", ".join([w.code, after, *(code for code, _, _ in held)])
        given = ", ".join([after, w.code, *(code for code, _, _ in held)])
        body = "\n".join(f"    {line}" for line in [f"{taken}, = values", *self.lines, f"return {given},"])
        scope = namespace("arrays") | {"copyto": np.copyto}
        scope |= {"loss_gradient": self.loss.gradient, "loss_hessian": self.loss.hessian}
        scope |= {name: getattr(np, name) for name in {*_CALLS.values(), *_COMPARE.values()}}
        step = define(f"def step(t, values):\n{body}", "step", scope)
        return Stepper(step, ("w", "w_before", *(n for _, _, n in held)), (PLANE, PLANE, *(k for _, k, _ in held)))

    # Buffers.

    def _buffer(self, kind: int) -> str:
        if self.free[kind]:
            return self.free[kind].pop()
        name = f"b{len(self.made)}"
        self.made.append((name, kind))
        return name

    def _release(self, *values: Value) -> None:
        for value in values:
            if value.own:
                self.free[value.kind].append(value.code)

    def _new(self) -> str:
        self.count += 1
        return f"n{self.count}"

    # Lines of the rule.

    def _assign(self, name: str, node: Node) -> None:
        target = self.known[name]
        if target.kind == NUMBER:
            self.lines.append(f"{target.code} = {self._number(node)}")
            return
        value = self._value(node)
        if value.own and value.kind == target.kind:
            # The buffers change places, so that nothing is copied.
            self.lines.append(f"{target.code}, {value.code} = {value.code}, {target.code}")
        else:
            self.lines.append(f"copyto({target.code}, {value.code})")
        self._release(value)

    def _store(self, node: Node, target: Value) -> None:
        value = self._value(node, target)
        if value.code != target.code:
            self.lines.append(f"copyto({target.code}, {value.code})")
        self._release(value)

    def _call(self, call: Lifted) -> None:
        target = self.known[call.name]
        vector = self._value(call.arguments[0])
        if call.function == "grad":
            self._gradient(vector, target)
        elif call.function == "norm":
            self.lines.append(f"hypot({vector.code}[0], {vector.code}[1], {target.code})")
        else:
            self._solve(call, vector, target)
        self._release(vector)

    def _solve(self, call: Lifted, vector: Value, target: Value) -> None:
        damping, v, out = self._value(call.arguments[1]), vector.code, target.code
        a, c, d, e = (self._buffer(ROW) for _ in range(4))
        self.lines += [
            f"add(h_xx, {damping.code}, {a}); add(h_yy, {damping.code}, {c})",
            f"multiply({a}, {c}, {d}); multiply(h_xy, h_xy, {e}); subtract({d}, {e}, {d})",
            f"multiply({c}, {v}[0], {c}); multiply(h_xy, {v}[1], {e}); subtract({c}, {e}, {c})",
            f"multiply({a}, {v}[1], {a}); multiply(h_xy, {v}[0], {e}); subtract({a}, {e}, {a})",
            f"divide({c}, {d}, {out}[0]); divide({a}, {d}, {out}[1])",
        ]
        self._release(damping, *(Value(code, ROW, True) for code in (a, c, d, e)))

    # The loss.

    def _program(self, program: Iterable[Assignment], at: Value, targets: Mapping[str, str]) -> None:
        """The lines of a gradient at a plane; the rows that `targets` names are written there."""
        x, y = self._new(), self._new()
        self.lines.append(f"{x}, {y} = {at.code}")
        outer, self.known = self.known, {"x": Value(x, ROW), "y": Value(y, ROW)}
        for symbol, constant in self.loss.constants.items():
            self.known[symbol] = Value(f"number({constant!r})", NUMBER)
        inner: list[Value] = []
        for line in program:
            if line.name in targets:
                out = Value(targets[line.name], ROW)
                self._store(line.expression, out)
                self.known[line.name] = out
            elif max((self.known[n].kind for n in names(line.expression)), default=NUMBER) == NUMBER:
                name = self._new()
                self.lines.append(f"{name} = {self._number(line.expression)}")
                self.known[line.name] = Value(name, NUMBER)
            else:
                value = self._value(line.expression)
                inner.append(value)
                self.known[line.name] = Value(value.code, value.kind)
        self._release(*inner)
        self.known = outer

    def _gradient(self, at: Value, target: Value) -> None:
        if not self.loss.has_formula:
            self.lines.append(f"copyto({target.code}, loss_gradient({at.code}))")
            return
        gx, gy = self._new(), self._new()
        self.lines.append(f"{gx}, {gy} = {target.code}")
        self._program(self.loss.program, at, {"gx": gx, "gy": gy})

    def _hessian(self) -> None:
        if not self.loss.has_formula:
            self.lines.append(f"(h_xx, h_xy), (_, h_yy) = loss_hessian({self.known['w'].code})")
            return
        targets = {name: self._buffer(ROW) for name in ("gx__x", "gx__y", "gy__y")}
        self.lines.append(f"h_xx, h_xy, h_yy = {', '.join(targets.values())}")
        self._program(self.loss.slopes, self.known["w"], targets)

    # Expressions.

    def _number(self, node: Node) -> str:
        return source(node, lambda name: self.known[name].code, "careful")

    def _value(self, node: Node, out: Value | None = None) -> Value:
        """Where an expression's value stands; written into `out` if that can be."""
        if max((self.known[n].kind for n in names(node)), default=NUMBER) == NUMBER:
            if isinstance(node, Symbol) and node.name not in CONSTANTS:
                return self.known[node.name]
            name = self._new()
            self.lines.append(f"{name} = {self._number(node)}")
            return Value(name, NUMBER)
        if isinstance(node, Symbol):
            return self.known[node.name]
        assert isinstance(node, Apply)
        if node.function == "where":
            return self._where(node)
        if node.function == "**":
            return self._power(node, out)
        if node.function in "*/":
            node = _numbers_first(node, lambda n: max((self.known[m].kind for m in names(n)), default=0) == NUMBER)
        parts = [self._value(argument) for argument in node.arguments]
        return self._apply(_CALLS.get(node.function, node.function), parts, out)

    def _apply(self, function: str, parts: list[Value], out: Value | None) -> Value:
        kind = max(part.kind for part in parts)
        if out is not None and out.kind == kind:
            result = out
        else:
            result = next((p for p in parts if p.own and p.kind == kind), None) or Value(self._buffer(kind), kind, True)
        arguments = ", ".join(part.code for part in parts)
        if function == "float32":
            self.lines.append(f"copyto({result.code}, float32({arguments}))")
        else:
            self.lines.append(f"{function}({arguments}, out={result.code})")
        self._release(*(part for part in parts if part.code != result.code))
        return result

    def _power(self, node: Apply, out: Value | None) -> Value:
        base, exponent = node.arguments
        value = self._value(base)
        times = exponent.value if isinstance(exponent, Number) else None
        if times == 2:
            return self._apply("square", [value], out)
        if times == 4:
            return self._apply("square", [self._apply("square", [value], None)], out)
        if times == 3:
            squared = self._apply("square", [Value(value.code, value.kind)], None)
            result = self._apply("multiply", [squared, Value(value.code, value.kind)], out)
            self._release(value)
            return result
        return self._apply("power", [value, self._value(exponent)], out)

    def _where(self, node: Apply) -> Value:
        condition, *branches = node.arguments
        assert isinstance(condition, Apply) and condition.function in COMPARISONS
        sides = [self._value(side) for side in condition.arguments]
        holds = self._new()
        self.lines.append(f"{holds} = {_COMPARE[condition.function]}({', '.join(s.code for s in sides)})")
        self._release(*sides)
        value, otherwise = (self._value(branch) for branch in branches)
        kind = max(side.kind for side in (*sides, value, otherwise))
        result = Value(self._buffer(kind), kind, True)
        self.lines.append(f"copyto({result.code}, {otherwise.code})")
        self.lines.append(f"copyto({result.code}, {value.code}, where={holds})")
        self._release(value, otherwise)
        return result


def _numbers_first(node: Apply, is_number: Callable[[Node], bool]) -> Apply:
    """A product with its numbers gathered into one factor: η/s · 3/2 · m as (η·3/2)·(m/s)."""
    above: list[Node] = []
    below: list[Node] = []

    def gather(part: Node, over: list[Node], under: list[Node]) -> None:
        if isinstance(part, Apply) and part.function in ("*", "/"):
            gather(part.arguments[0], over, under)
            gather(part.arguments[1], *((over, under) if part.function == "*" else (under, over)))
        else:
            over.append(part)

    gather(node, above, below)
    numbers = _product([n for n in above if is_number(n)]), _product([n for n in below if is_number(n)])
    arrays = _product([n for n in above if not is_number(n)]), _product([n for n in below if not is_number(n)])
    number = numbers[0] if numbers[1] is None else Apply("/", (numbers[0] or Number(1.0), numbers[1]))
    if arrays[0] is None:
        assert arrays[1] is not None
        return Apply("/", (number or Number(1.0), arrays[1]))
    quotient = arrays[0] if arrays[1] is None else Apply("/", (arrays[0], arrays[1]))
    return Apply("*", (number, quotient)) if number is not None else _as_apply(quotient)


def _product(factors: list[Node]) -> Node | None:
    whole: Node | None = None
    for factor in factors:
        whole = factor if whole is None else Apply("*", (whole, factor))
    return whole


def _as_apply(node: Node) -> Apply:
    assert isinstance(node, Apply)
    return node
