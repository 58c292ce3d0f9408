"""Tree to Python: one source text, run on floats (one point, fastest) or on arrays (many points).

Arithmetic on single floats is ten times as fast as on two-element arrays, but raises where NumPy
gives inf or nan. So there are three flavours of the same program: `floats` raises ArithmeticError
or ValueError, `careful` takes NumPy scalars and never raises, `arrays` broadcasts.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from engine.expressions.parse import COMPARISONS, CONSTANTS, RULE_ONLY, Apply, Assignment, Node, Number, Symbol

Flavour = Literal["floats", "careful", "arrays"]


def _square(value: Any) -> Any:
    return value * value


def _sign(value: float) -> float:
    return 1.0 if value > 0 else -1.0 if value < 0 else value


def _floor(value: float) -> float:
    return float(math.floor(value))


_SINGLE = struct.Struct("f")


def _float32(value: float) -> float:
    rounded: float = _SINGLE.unpack(_SINGLE.pack(value))[0]
    return rounded


def _float32_array(value: Any) -> Any:
    return np.float64(np.float32(value)) if np.ndim(value) == 0 else value.astype(np.float32).astype(float)


def _maximum(a: float, b: float) -> float:
    return a if a >= b or a != a else b


def _minimum(a: float, b: float) -> float:
    return a if a <= b or a != a else b


def _careful_power(base: Any, exponent: Any) -> Any:
    """math.pow where it has an answer: np.power rounds otherwise on some processors, and a race that goes on
    carefully must go on with the same numbers."""
    try:
        return np.float64(math.pow(base, exponent))
    except (OverflowError, ValueError):
        return np.power(base, exponent)


_SHARED = ("sqrt", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh")
_FLOATS: dict[str, Any] = {name: getattr(math, name) for name in _SHARED} | {
    "arctan": math.atan, "abs": abs, "sign": _sign, "floor": _floor, "float32": _float32,
    "maximum": _maximum, "minimum": _minimum, "power": math.pow, "square": _square, "hypot": math.hypot,
}  # fmt: skip
_NUMPY: dict[str, Any] = {name: getattr(np, name) for name in _SHARED} | {
    "arctan": np.arctan, "abs": np.abs, "sign": np.sign, "floor": np.floor, "float32": _float32_array,
    "maximum": np.maximum, "minimum": np.minimum, "power": np.power, "square": np.square, "where": np.where,
    "number": np.float64, "hypot": np.hypot,
}  # fmt: skip
_CAREFUL = _NUMPY | {"power": _careful_power}


def namespace(flavour: Flavour) -> dict[str, Any]:
    """The functions that generated code may call; nothing else is reachable, builtins included."""
    return {"__builtins__": {}} | {"floats": _FLOATS, "careful": _CAREFUL, "arrays": _NUMPY}[flavour]


def source(node: Node, local: Callable[[str], str], flavour: Flavour) -> str:
    """Python for an expression; `local` names the variables."""

    def write(node: Node) -> str:
        if isinstance(node, Symbol) and node.name not in CONSTANTS:
            return local(node.name)
        if not isinstance(node, Apply):
            constant = node.value if isinstance(node, Number) else CONSTANTS[node.name]
            # Plain literals among themselves would raise, 0.0/0.0 for one.
            return repr(constant) if flavour == "floats" else f"number({constant!r})"
        function = node.function
        if function == "**":
            return _power(node, write)
        parts = [write(argument) for argument in node.arguments]
        if function == "neg":
            return f"(-{parts[0]})"
        if function in "+-*/" or function in COMPARISONS:
            return f"({parts[0]} {function} {parts[1]})"
        if function == "where" and flavour != "arrays":
            return f"({parts[1]} if {parts[0]} else {parts[2]})"
        return f"{function}({', '.join(parts)})"

    return write(node)


def _power(node: Apply, write: Callable[[Node], str]) -> str:
    base, exponent = node.arguments
    written = write(base)
    if isinstance(exponent, Number):
        if exponent.value == 2:
            return f"square({written})" if isinstance(base, Apply) else f"({written}*{written})"
        if exponent.value == 3 and not isinstance(base, Apply):
            return f"({written}*{written}*{written})"
        if exponent.value == 4:
            return f"square(square({written}))"
    return f"power({written}, {write(exponent)})"


def compile_program(
    program: Sequence[Assignment],
    arguments: Sequence[str],
    results: Sequence[str],
    flavour: Flavour = "arrays",
    constants: Mapping[str, float] | None = None,
) -> Callable[..., tuple[Any, ...]]:
    """A function of `arguments` that runs the lines in order and returns the named `results`.

    Names in `constants` are fixed. Raises KeyError for a name that nobody gives.
    """
    known = {name: f"v_{name}" for name in arguments}
    fixed = dict(constants or {})

    def local(name: str) -> str:
        if name in known:
            return known[name]
        constant = repr(float(fixed[name]))
        return constant if flavour == "floats" else f"number({constant})"

    lines = [f"def program({', '.join(known.values())}):"]
    for line in program:
        code = source(line.expression, local, flavour)
        known[line.name] = f"v_{line.name}"
        lines.append(f"    v_{line.name} = {code}")
    lines.append(f"    return ({', '.join(local(name) for name in results)},)")
    return define("\n".join(lines), "program", namespace(flavour))


def define(code: str, name: str, scope: dict[str, Any]) -> Callable[..., Any]:
    """Run generated source (made here from a checked tree, never typed text) and take a function."""
    exec(compile(code, "<generated>", "exec"), scope)  # noqa: S102
    function: Callable[..., Any] = scope[name]
    return function


def constant_value(node: Node) -> float:
    """The number that an expression without variables stands for; nan or inf where there is none."""
    with np.errstate(all="ignore"):
        if isinstance(node, Apply):
            if node.function in RULE_ONLY:
                return math.nan
            parts = [np.float64(constant_value(a)) for a in node.arguments]
            operator = {
                "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide,
                "**": np.power, "neg": np.negative,
            }.get(node.function) or _NUMPY[node.function]  # fmt: skip
            return float(operator(*parts))
    return node.value if isinstance(node, Number) else CONSTANTS[node.name]
