"""A rule as one compiled loop: the steps of a single racer, component by component, on plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.expressions import COMPARISONS, CONSTANTS, Apply, Flavour, Node, Symbol, walk
from engine.expressions.compile import define, namespace, source

if TYPE_CHECKING:
    from engine.rules import Lifted, Rule

Descend = Callable[..., None]


@lru_cache(maxsize=128)
def compiled(rule: Rule, flavour: Flavour, varying: bool = False) -> Descend:
    """Generate `descend(gradient, row, first, last, limit, record, *hyperparameters)`.

    It runs steps first..last from the state in `row`, appends one row a step (laid out as
    `rule.columns`) to `record`, and stops early once |w| reaches `limit` or is undefined.
    `gradient` takes (x, y) and returns a pair; before the hyperparameters, a rule with solve also takes
    `hessian`, from (x, y) to (xx, xy, yy). Numbers without an x and a y (1 - β**t) are computed once
    a step, or once a run when they do not depend on the step. If `varying`, every step has functions of its own:
    `gradient` (and `hessian`) are sequences of them, those of the first step first.
    """
    writer = _Writer(rule, flavour)
    body = list(writer.body())
    arguments = ", ".join(["hessian"] * rule.uses_hessian + [writer.ident(h) for h in rule.hyperparameters])
    changing = ["gradient", "hessian"][: 1 + rule.uses_hessian] if varying else []
    code = [
        f"def descend(gradient, row, first, last, limit, record{', ' if arguments else ''}{arguments}):",
        *(f"    {name}s = {name}" for name in changing),
        *(f"    {line}" for line in writer.unpack()),
        *(f"    {line}" for line in writer.once),
        "    append = record.append",
        "    for t in range(first, last + 1):",
        *(f"        {name} = {name}s[t - first]" for name in changing),
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
        self.vectors = rule.with_components
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
        if node.function in COMPARISONS:
            return node
        arguments = tuple(self._numbers_apart(argument, before) for argument in node.arguments)
        return Apply(node.function, arguments, node.at)
