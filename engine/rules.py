"""An update rule: a few lines of the maths language, understood once and compiled for `descent`.

In a rule `w` is the weights, `g` the loss gradient at `w`, `grad(·)` the gradient at another point,
`norm(·)` a vector's length, `solve(v, λ)` the vector (H + λI)⁻¹v with the Hessian H at `w`, and `t` the
step, from 1. Names read before they are assigned are state: they are kept from step to step
and start at 0 unless told otherwise. Names never assigned are hyperparameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine.expressions import (
    RULE_ONLY,
    Apply,
    Assignment,
    ExpressionError,
    Flavour,
    Node,
    Symbol,
    names,
    parse_program,
)
from engine.loop import Descend, compiled
from engine.quoting import quoted

Value = float | tuple[float, float]
Record = list[tuple[float, ...]]


@dataclass(frozen=True)
class Lifted:
    """A `grad(p)`, `norm(v)` or `solve(v, λ)` inside a line, where x and y meet: evaluated before the line,
    its result known as `name`."""

    function: str
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Line:
    """One line of a rule. `expression` is as typed; in `lifted` each of `calls` is a name."""

    name: str
    expression: Node
    lifted: Node
    calls: tuple[Lifted, ...]
    text: str


@dataclass(frozen=True)
class Rule:
    """A parsed update rule. Raises ExpressionError, with the place, when the text is none."""

    text: str
    initial: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        _check(self.program)
        for number, line in enumerate(self.lines, start=1):
            for call in line.calls:
                if call.function != "grad" and not self._is_vector(call.arguments[0]):
                    raise ExpressionError(f"{call.function} takes a vector, such as g", number)
                if call.function == "solve" and self._is_vector(call.arguments[1]):
                    raise ExpressionError("the damping in solve is one number", number)

    @cached_property
    def program(self) -> tuple[Assignment, ...]:
        return parse_program(self.text)

    @cached_property
    def assigned(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line.name for line in self.program))

    @cached_property
    def hyperparameters(self) -> tuple[str, ...]:
        """Symbols that are never assigned, in reading order."""
        read = (name for line in self.program for name in names(line.expression))
        known = {*self.assigned, "w", "g", "t"}
        return tuple(dict.fromkeys(name for name in read if name not in known))

    @cached_property
    def state(self) -> tuple[str, ...]:
        """Names other than `w` that are read before they are assigned."""
        seen, state = set[str](), list[str]()
        for line in self.program:
            state += [n for n in names(line.expression) if n in self.assigned and n not in seen]
            seen.add(line.name)
        return tuple(dict.fromkeys(name for name in state if name != "w"))

    @cached_property
    def vectors(self) -> frozenset[str]:
        """Names that have an x and a y; the others are one number."""
        return self.with_components - {call.name for line in self.lines for call in line.calls}

    @cached_property
    def with_components(self) -> frozenset[str]:
        """`vectors`, and the results of grad and solve."""
        found = {"w", "g"} | {c.name for line in self.lines for c in line.calls if c.function != "norm"}
        while True:
            more = {line.name for line in self.lines if found.intersection(names(line.lifted))}
            if more <= found:
                return frozenset(found)
            found |= more

    def _is_vector(self, node: Node) -> bool:
        return not self.with_components.isdisjoint(names(node))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        lines, count = list[Line](), 0
        for assignment in self.program:
            calls: list[Lifted] = []
            lifted = _lift(assignment.expression, calls, count)
            count += len(calls)
            lines.append(
                Line(
                    assignment.name,
                    assignment.expression,
                    lifted,
                    tuple(calls),
                    assignment.text,
                )
            )
        return tuple(lines)

    @cached_property
    def columns(self) -> tuple[tuple[str, int, str], ...]:
        """What one step records, in order: (what, line, name) for each number or pair.

        `what` is "g", "point" and "gradient" (of a grad call), "norm", "solution", or "line" (the value of a
        line).
        """
        columns = [("g", 0, "g")]
        for index, line in enumerate(self.lines):
            for call in line.calls:
                columns += [(what, index, call.name) for what in _RECORDED[call.function]]
            columns.append(("line", index, line.name))
        return tuple(columns)

    @cached_property
    def slots(self) -> tuple[slice, ...]:
        """Where in a recorded row the numbers of each of `columns` are."""
        slots, start = [], 0
        for _, _, name in self.columns:
            width = 2 if name in self.with_components else 1
            slots.append(slice(start, start + width))
            start += width
        return tuple(slots)

    @cached_property
    def weights(self) -> slice:
        """Where in a recorded row the new `w` is."""
        return next(
            slot
            for (what, _, name), slot in reversed([*zip(self.columns, self.slots, strict=True)])
            if what == "line" and name == "w"
        )

    @cached_property
    def uses_g(self) -> bool:
        """Whether any line reads the gradient at `w` (Nesterov reads it elsewhere only)."""
        return any("g" in names(line.expression) for line in self.program)

    def gradients_per_step(self) -> int:
        """How many gradient evaluations one step costs."""
        calls = sum(call.function == "grad" for line in self.lines for call in line.calls)
        return int(self.uses_g) + calls

    @cached_property
    def uses_hessian(self) -> bool:
        return any(call.function == "solve" for line in self.lines for call in line.calls)

    def descend(self, flavour: Flavour, varying: bool = False) -> Descend:
        """The compiled loop: see `engine.loop.compiled`."""
        return compiled(self, flavour, varying)

    def start_row(self, point: tuple[float, float]) -> tuple[float, ...]:
        """What stands in place of a recorded row before the first step."""
        initial = dict(self.initial)
        row: list[float] = []
        for (what, _, name), slot in zip(self.columns, self.slots, strict=True):
            if what == "line" and name == "w":
                row += point
            else:
                row += [initial.get(name, 0.0)] * (slot.stop - slot.start)
        return tuple(row)


def _check(program: tuple[Assignment, ...]) -> None:
    for number, line in enumerate(program, start=1):
        if line.name in {"g", "t"}:
            meaning = "the gradient at w" if line.name == "g" else "the step"
            raise ExpressionError(f"{quoted(line.name)} is {meaning} and cannot be assigned", number)
    if all(line.name != "w" for line in program):
        raise ExpressionError("a rule must assign w, the weights", len(program))


_RECORDED = {"grad": ("point", "gradient"), "norm": ("norm",), "solve": ("solution",)}
_MARKS = {"grad": "∇", "norm": "‖", "solve": "Δ∇"}


def _lift(node: Node, calls: list[Lifted], count: int) -> Node:
    if not isinstance(node, Apply):
        return node
    arguments = tuple(_lift(argument, calls, count) for argument in node.arguments)
    if node.function in RULE_ONLY:
        name = f"{_MARKS[node.function]}{count + len(calls) + 1}"
        calls.append(Lifted(node.function, name, arguments))
        return Symbol(name, node.at)
    return Apply(node.function, arguments, node.at)
