"""Tree to Python as a person would write it, for scripts that are given away."""

from __future__ import annotations

import keyword
from collections.abc import Callable

from engine.expressions.parse import COMPARISONS, CONSTANTS, Apply, Node, Number, Symbol

# How tightly an operator binds; Python's own order.
_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "**": 4}
_ATOM = 5


def python_text(node: Node, name: Callable[[str], str], function: Callable[[str, Apply], str]) -> str:
    """Python for an expression, with no more brackets than it needs.

    `name` gives what a symbol (or π, e) is called, `function` what a call of `FUNCTIONS` is.
    """

    def write(node: Node) -> tuple[str, int]:
        if isinstance(node, Number):
            return number_text(node.value), _ATOM if node.value >= 0 else _BINDS["neg"]
        if isinstance(node, Symbol):
            return name(node.name), _ATOM
        if node.function == "neg":
            return f"-{inside(node.arguments[0], 3)}", 3
        if node.function in _BINDS:
            return binary(node), _BINDS[node.function]
        if node.function in COMPARISONS:
            return f"{inside(node.arguments[0], 1)} {node.function} {inside(node.arguments[1], 1)}", 0
        return f"{function(node.function, node)}({', '.join(write(a)[0] for a in node.arguments)})", _ATOM

    def binary(node: Apply) -> str:
        left, right = node.arguments
        binds = _BINDS[node.function]
        match node.function:
            case "**":  # to the right: a**b**c is a**(b**c)
                return f"{inside(left, _ATOM)}**{inside(right, 3)}"
            case "*" | "/":
                return f"{inside(left, binds)}{node.function}{inside(right, binds + 1)}"
        return f"{inside(left, binds)} {node.function} {inside(right, binds + 1)}"

    def inside(node: Node, least: int) -> str:
        text, binds = write(node)
        return text if binds >= least else f"({text})"

    return write(node)[0]


def number_text(value: float) -> str:
    """A number as it is typed: 2, 0.1, 1e-08."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def identifier(name: str, taken: frozenset[str]) -> str:
    """A name that Python accepts and that is not in `taken`: the symbol itself wherever possible."""
    while keyword.iskeyword(name) or name in taken:
        name += "_"
    return name


def reads(node: Node, names: frozenset[str]) -> bool:
    """Whether any of `names` is read in an expression (constants such as e do not count)."""
    if isinstance(node, Apply):
        return any(reads(argument, names) for argument in node.arguments)
    return isinstance(node, Symbol) and node.name not in CONSTANTS and node.name in names
