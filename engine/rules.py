"""An update rule: a few lines of the maths language, understood once and compiled for `descent`.

In a rule `w` is the weights, `g` the loss gradient at `w`, `grad(·)` the gradient at another point,
`norm(·)` a vector's length, `solve(v, λ)` the vector (H + λI)⁻¹v with the Hessian H at `w`, and `t` the
step, from 1. Names read before they are assigned are state: they are kept from step to step
and start at 0 unless told otherwise. Names never assigned are hyperparameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from engine.expressions import (
    CONSTANTS,
    RULE_ONLY,
    Apply,
    Assignment,
    ExpressionError,
    Flavour,
    Node,
    Symbol,
    names,
    parse_program,
    walk,
)
from engine.expressions.compile import define, namespace, source

Value = float | tuple[float, float]
Record = list[tuple[float, ...]]
Descend = Callable[..., None]


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
        return self._with_components - {call.name for line in self.lines for call in line.calls}

    @cached_property
    def _with_components(self) -> frozenset[str]:
        """`vectors`, and the results of grad and solve."""
        found = {"w", "g"} | {c.name for line in self.lines for c in line.calls if c.function != "norm"}
        while True:
            more = {line.name for line in self.lines if found.intersection(names(line.lifted))}
            if more <= found:
                return frozenset(found)
            found |= more

    def _is_vector(self, node: Node) -> bool:
        return not self._with_components.isdisjoint(names(node))

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
        for what, _, name in self.columns:
            width = 2 if name in self._with_components else 1
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

    def descend(self, flavour: Flavour) -> Descend:
        """The compiled loop: see `_loop`."""
        return _loop(self, flavour)

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
            raise ExpressionError(f"“{line.name}” is {meaning} and cannot be assigned", number)
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


@lru_cache(maxsize=256)
def _loop(rule: Rule, flavour: Flavour) -> Descend:
    """Generate `descend(gradient, row, first, last, limit, record, *hyperparameters)`.

    It runs steps first..last from the state in `row`, appends one row a step (laid out as
    `rule.columns`) to `record`, and stops early once |w| reaches `limit` or is undefined.
    `gradient` takes (x, y) and returns a pair; before the hyperparameters, a rule with solve also takes
    `hessian`, from (x, y) to (xx, xy, yy). Numbers without an x and a y (1 - β**t) are computed once
    a step, or once a run when they do not depend on the step.
    """
    writer = _Writer(rule, flavour)
    body = list(writer.body())
    arguments = ", ".join(["hessian"] * rule.uses_hessian + [writer.ident(h) for h in rule.hyperparameters])
    code = [
        f"def descend(gradient, row, first, last, limit, record{', ' if arguments else ''}{arguments}):",
        *(f"    {line}" for line in writer.unpack()),
        *(f"    {line}" for line in writer.once),
        "    append = record.append",
        "    for t in range(first, last + 1):",
        *(f"        {line}" for line in body),
        "        if not (-limit < w_x < limit and -limit < w_y < limit):",
        "            break",
    ]
    scope = namespace(flavour) | {"range": range}
    return define("\n".join(code), "descend", scope)


class _Writer:
    """Writes the Python of one step, component by component."""

    def __init__(self, rule: Rule, flavour: Flavour) -> None:
        self.rule, self.flavour = rule, flavour
        self.once: list[str] = []
        self.numbers: dict[str, str] = {}
        self.vectors = rule._with_components
        self.idents: dict[str, str] = {"w": "w", "g": "g", "t": "t"}

    def ident(self, name: str) -> str:
        return self.idents.setdefault(name, f"n{len(self.idents)}")

    def parts(self, name: str) -> list[str]:
        ident = self.ident(name)
        return [f"{ident}_x", f"{ident}_y"] if name in self.vectors else [ident]

    def unpack(self) -> Iterator[str]:
        last = {name: slot for (what, _, name), slot in self._recorded() if what == "line"}
        for name, slot in last.items():
            for offset, part in enumerate(self.parts(name)):
                yield f"{part} = row[{slot.start + offset}]"

    def _recorded(self) -> Iterator[tuple[tuple[str, int, str], slice]]:
        return zip(self.rule.columns, self.rule.slots, strict=True)

    def body(self) -> Iterator[str]:
        row = ["g_x", "g_y"]
        yield "g_x, g_y = gradient(w_x, w_y)"
        if self.rule.uses_hessian:
            yield "h_xx, h_xy, h_yy = hessian(w_x, w_y)"
        for line_number, line in enumerate(self.rule.lines):
            for call in line.calls:
                yield from self._call(call, row)
            parts = self.parts(line.name)
            yield from self._assign(parts, line.lifted)
            if any(later.name == line.name for later in self.rule.lines[line_number + 1 :]):
                # Assigned again further down: the row needs this line's own value.
                kept = [f"l{line_number}_{part}" for part in parts]
                yield f"{', '.join(kept)} = {', '.join(parts)}"
                parts = kept
            row += parts
        yield f"append(({', '.join(row)},))"

    def _call(self, call: Lifted, row: list[str]) -> Iterator[str]:
        """A grad, norm or solve; what is recorded of it is added to `row`."""
        point = f"p{self.ident(call.name)}"
        x, y = f"{point}_x", f"{point}_y"
        yield from self._assign([x, y], call.arguments[0])
        parts = self.parts(call.name)
        if call.function == "grad":
            yield f"{', '.join(parts)} = gradient({x}, {y})"
            row += [x, y]
        elif call.function == "norm":
            yield f"{parts[0]} = hypot({x}, {y})"
        else:
            yield f"d = {source(call.arguments[1], self.ident, self.flavour)}"
            yield "d_x, d_y = h_xx + d, h_yy + d"
            yield "d = d_x*d_y - h_xy*h_xy"
            yield f"{', '.join(parts)} = (d_y*{x} - h_xy*{y})/d, (d_x*{y} - h_xy*{x})/d"
        row += parts

    def _assign(self, targets: list[str], node: Node) -> Iterator[str]:
        if len(targets) == 1:
            yield f"{targets[0]} = {source(node, self.ident, self.flavour)}"
            return
        before: list[str] = []
        node = self._numbers_apart(node, before)
        yield from before
        written = [self._component(node, suffix) for suffix in ("_x", "_y")]
        yield f"{targets[0]}, {targets[1]} = {written[0]}, {written[1]}"

    def _component(self, node: Node, suffix: str) -> str:
        def local(name: str) -> str:
            return self.ident(name) + (suffix if name in self.vectors else "")

        return source(node, local, self.flavour)

    def _numbers_apart(self, node: Node, before: list[str]) -> Node:
        """Give every largest part without x and y a name of its own, computed beforehand."""
        if not isinstance(node, Apply):
            return node
        read = [n.name for n in walk(node) if isinstance(n, Symbol)]
        if self.vectors.isdisjoint(read):
            code = source(node, self.ident, self.flavour)
            fixed = set(self.rule.hyperparameters) | set(CONSTANTS)
            name = f"c{len(self.numbers)}"
            if fixed.issuperset(read):
                if code not in self.numbers:
                    self.numbers[code] = name
                    self.once.append(f"{self.ident(name)} = {code}")
                return Symbol(self.numbers[code])
            self.numbers[f"{code} #{name}"] = name
            before.append(f"{self.ident(name)} = {code}")
            return Symbol(name)
        if node.function in {"<", "<=", ">", ">=", "==", "!="}:
            return node
        arguments = tuple(self._numbers_apart(argument, before) for argument in node.arguments)
        return Apply(node.function, arguments, node.at)
