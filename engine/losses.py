"""Losses over the plane: a formula in x and y, its gradient, and what is known of it.

`Loss` is the type; the built-in ones stand in `loss_table.py`, one block each. Formula and hand-written gradient
are texts of the maths language, so built-in and typed losses are compiled, typeset and shown the same way.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.expressions import (
    FUNCTIONS,
    RULE_ONLY,
    Apply,
    Assignment,
    ExpressionError,
    Node,
    compile_program,
    names,
    parse,
    parse_program,
    walk,
)
from engine.parameters import Parameter, checked_values
from engine.quoting import quoted

Floats = NDArray[np.float64]
Box = tuple[tuple[float, float], tuple[float, float]]
Point = tuple[float, float]
PointGradient = Callable[[float, float], tuple[float, float]]
PointHessian = Callable[[float, float], tuple[float, float, float]]
FAR = 1e6  # the largest coordinate of a start or a view
_SECOND = ("gx__x", "gx__y", "gy__y")
MOST_NAMES = 12  # free numbers of a typed formula, each with a slider
LONGEST_NAME = 20


@dataclass(frozen=True)
class Loss:
    """A loss surface. `gradient_program` assigns gx and gy; `minima` are those marked on the picture."""

    key: str
    name: str
    formula: str
    gradient_program: str
    domain: Box = ((-5.0, 5.0), (-5.0, 5.0))
    marked: tuple[Point, ...] = ()
    begin: Point = (-4.0, 3.0)
    story: str = ""
    source: str = ""
    parameters: tuple[Parameter, ...] = ()
    changed: tuple[tuple[str, float], ...] = ()
    differentiated: tuple[Assignment, ...] = ()  # of a typed formula, in place of the text

    @cached_property
    def minima(self) -> Floats:
        """The marked minima, (k, 2), read-only."""
        return _fixed(np.array(self.marked, dtype=float).reshape(-1, 2))

    @cached_property
    def start(self) -> Floats:
        """A start that tells a story, (2,), read-only."""
        return _fixed(np.array(self.begin, dtype=float))

    @cached_property
    def values(self) -> Mapping[str, float]:
        """The parameters by name."""
        return MappingProxyType({p.name: p.default for p in self.parameters} | dict(self.changed))

    @cached_property
    def constants(self) -> dict[str, float]:
        """The parameters by the symbol that stands in the formula."""
        return {p.symbol: self.values[p.name] for p in self.parameters}

    @property
    def has_formula(self) -> bool:
        """Whether `formula` and `program` can be read; False for a grid of heights."""
        return True

    @property
    def terms(self) -> int:
        """How many numbers are summed up for one value: what a picture of it costs."""
        return 1

    @property
    def effort(self) -> float:
        """How many times dearer a step is than one on a short formula."""
        return 1.0

    @cached_property
    def program(self) -> tuple[Assignment, ...]:
        """The lines that end with gx and gy assigned."""
        return self.differentiated or parse_program(self.gradient_program)

    @cached_property
    def _value(self) -> Callable[..., tuple[Floats, ...]]:
        line = Assignment("z", parse(self.formula), self.formula)
        return compile_program([line], ["x", "y"], ["z"], "arrays", self.constants)

    @cached_property
    def _gradient(self) -> Callable[..., tuple[Floats, ...]]:
        return compile_program(self.program, ["x", "y"], ["gx", "gy"], "arrays", self.constants)

    @cached_property
    def float_gradient(self) -> PointGradient:
        """The gradient on plain floats, fastest; raises ArithmeticError or ValueError where undefined."""
        return compile_program(self.program, ["x", "y"], ["gx", "gy"], "floats", self.constants)

    @cached_property
    def careful_gradient(self) -> PointGradient:
        """The gradient on NumPy scalars: inf and nan where it is undefined."""
        return compile_program(self.program, ["x", "y"], ["gx", "gy"], "careful", self.constants)

    @cached_property
    def _twice(self) -> tuple[Assignment, ...] | ExpressionError:
        from engine.expressions.derivative import differentiate_program

        try:
            return differentiate_program(self.program, ("x", "y"))
        except ExpressionError as error:
            return error  # kept, since finding out takes a while

    @property
    def slopes(self) -> tuple[Assignment, ...]:
        """The lines of `program` with the second derivatives gx__x, gx__y and gy__y.

        Raises ExpressionError for a typed formula whose derivatives are too long.
        """
        if isinstance(self._twice, ExpressionError):
            raise self._twice
        return self._twice

    @cached_property
    def float_hessian(self) -> PointHessian:
        """The second derivatives (xx, xy, yy) on plain floats, exact from the gradient's own tree.

        Raises ExpressionError for a typed formula whose derivatives are too long.
        """
        return compile_program(self.slopes, ["x", "y"], _SECOND, "floats", self.constants)

    @cached_property
    def careful_hessian(self) -> PointHessian:
        """As `float_hessian`, on NumPy scalars: inf and nan where it is undefined."""
        return compile_program(self.slopes, ["x", "y"], _SECOND, "careful", self.constants)

    @cached_property
    def _hessian(self) -> Callable[..., tuple[Floats, ...]]:
        return compile_program(self.slopes, ["x", "y"], _SECOND, "arrays", self.constants)

    def hessian(self, w: ArrayLike) -> Floats:
        """The Hessian at w (2, ...), as (2, 2, ...); exact, see `float_hessian`."""
        x, y = np.asarray(w, dtype=float)
        out = np.empty((2, 2, *x.shape))
        with np.errstate(all="ignore"):
            out[0, 0], out[0, 1], out[1, 1] = self._hessian(x, y)
        out[1, 0] = out[0, 1]
        return out

    def value(self, w: ArrayLike) -> Floats:
        """The loss at w (2, ...), as (...). Where it is undefined, nan or inf, without a warning."""
        x, y = np.asarray(w, dtype=float)
        with np.errstate(all="ignore"):
            (z,) = self._value(x, y)
        return np.array(np.broadcast_to(z, x.shape))

    def gradient(self, w: ArrayLike) -> Floats:
        """The gradient at w (2, ...), of the same shape."""
        x, y = np.asarray(w, dtype=float)
        out = np.empty((2, *x.shape))
        with np.errstate(all="ignore"):
            out[0], out[1] = self._gradient(x, y)
        return out

    def with_values(self, /, **changes: float) -> Loss:
        """A copy with other parameters. Raises ValueError naming the bad one."""
        if not changes:
            return self
        values = checked_values(self.parameters, self.values, changes)
        changed = tuple((p.name, values[p.name]) for p in self.parameters if values[p.name] != p.default)
        return dataclasses.replace(self, changed=changed)

    @staticmethod
    def from_text(
        text: str,
        domain: Box = ((-5.0, 5.0), (-5.0, 5.0)),
        start: Point = (-4.0, 3.0),
        parameters: tuple[Parameter, ...] | None = None,
        **values: float,
    ) -> Loss:
        """A loss from a typed formula, with its exact gradient. Names other than x and y become its parameters,
        1 unless `values` says otherwise; with `parameters` only their symbols are known.

        Raises ExpressionError, with the place, for anything else, and for what is too long to be computed;
        ValueError for a value that does not belong.
        """
        from engine.expressions.derivative import differentiate

        tree = parse(text)
        free = free_names(tree, None if parameters is None else [p.symbol for p in parameters])
        if parameters is None:
            parameters = tuple(_free_number(name) for name in free)
        slopes = tuple(Assignment(f"g{v}", differentiate(tree, v), "") for v in ("x", "y"))
        loss = Loss(
            "own", "Own formula", text.strip(), "", domain, (), start, parameters=parameters, differentiated=slopes
        )
        try:
            _ = loss._value, loss._gradient
        except (SyntaxError, RecursionError, MemoryError):  # Python's own limits, e.g. 200 brackets inside each other
            raise ExpressionError("this formula is too long to be differentiated") from None
        return loss.with_values(**values)


def free_names(tree: Node, known: Collection[str] | None = None) -> list[str]:
    """The names in a loss formula that stand for numbers to choose, each once; all must be `known`, if given.

    Raises ExpressionError, with the place, for a name or function that has no business there.
    """
    free: list[str] = []
    for node in walk(tree):
        if isinstance(node, Apply):
            if node.function in RULE_ONLY:
                raise ExpressionError(f"{node.function} has a meaning only in an update rule", *node.at)
            continue
        for name in names(node):
            if name in ("x", "y") or name in free:
                continue
            if set(name) <= {"x", "y"}:
                raise ExpressionError(f"write the multiplication: {'*'.join(name[:4])}, not {name[:4]}", *node.at)
            # gx, gy and what contains __ are names of the gradient's own.
            taken = name in FUNCTIONS or name in ("gx", "gy", "max", "min", "ln", "atan") or "__" in name
            if taken or (known is not None and name not in known):
                raise ExpressionError(f"only x and y can stand here, not {quoted(name)}", *node.at)
            if len(name) > LONGEST_NAME:
                raise ExpressionError(f"a name has at most {LONGEST_NAME} characters", *node.at)
            if len(free) == MOST_NAMES:
                raise ExpressionError(f"at most {MOST_NAMES} free numbers can stand in a formula", *node.at)
            free.append(name)
    return free


def _free_number(symbol: str) -> Parameter:
    return Parameter(symbol, symbol, 1.0, -5.0, 5.0, False, "A number of your own.", least=-math.inf)


def _fixed(array: Floats) -> Floats:
    array.flags.writeable = False
    return array


class _Table(Mapping[str, Loss]):
    """The built-in losses by key, read from `loss_table` when first asked for."""

    @cached_property
    def _losses(self) -> dict[str, Loss]:
        from engine.loss_table import BLOCKS

        return {block.key: block for block in BLOCKS}

    def __getitem__(self, key: str) -> Loss:
        return self._losses[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._losses)

    def __len__(self) -> int:
        return len(self._losses)


LOSSES: Mapping[str, Loss] = _Table()
