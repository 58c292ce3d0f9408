"""The general formula of each pass, with this layer's stride, padding and dilation put in, as boxes to typeset."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.convolution.layer import Layer
from engine.convolution.steps import Pass
from engine.expressions.boxes import Box, Call, Cases, Fraction, Row, Subscript, Superscript, Text

_PLUS, _MINUS, _DOT, _EQUALS = (Text(sign, "operator") for sign in ("+", "−", "·", "="))


OUTPUT, OFFSET, INPUT = "ijk", "uvr", "mnq"  # letters of the axes


def pass_formula(layer: Layer, stage: Pass, loss: str) -> Box:
    """Such as y_ij = Σ_uv w_uv · x_i+u,j+v + b; channels and kernels are named where there are several."""
    kernels, channels = layer.kernel.shape[:2]
    o, c = ("o" if kernels > 1 else ""), ("c" if channels > 1 else "")
    w = _sub("w", [o, c, *_offsets(layer)])
    i, u, m = (list(letters[: layer.geometry.axes]) for letters in (OUTPUT, OFFSET, INPUT))
    y, g = [o, *i], _sub("g", [o, *i])
    x = _sub("x", [_channel(layer, c), *_windows(layer)])
    match stage:
        case Pass.FORWARD:
            terms: list[Box] = [_sum([c, *u]), w, _DOT, x]
            if layer.bias is not None:
                terms += [_PLUS, _sub("b", [o])]
            return _equation(_sub("y", y), terms)
        case Pass.ACTIVATION:
            return _equation(_sub("a", y), [_activated(layer, _sub("y", y))])
        case Pass.ACTIVATION_GRADIENT:
            slope = Call(Text("σ′", "function"), (_sub("y", y),))
            return _equation(g, [_change(_sub("a", y)), _DOT, slope])
        case Pass.POOLING | Pass.POOLING_GRADIENT:
            return _pooling(layer, stage, o)
        case Pass.UPSTREAM:
            last, first = list(layer.values)[-1], next(iter(layer.gradients))
            if loss == "squared_error":
                left = g if first == "g" else _change(_sub(last, y))
                return _equation(left, [_sub(last, y), _MINUS, _sub("t", y)])
            end = [_EQUALS, Text("1", "number")] if loss == "ones" else []
            if first != "g":
                return Row((_change(_sub(last, y)), *end))
            return _equation(g, [_change(_sub("y", y)), *end])
        case Pass.BIAS_GRADIENT:
            return _equation(_change(_sub("b", [o])), [_sum(i), g])
        case Pass.KERNEL_GRADIENT:
            changed = _sub("w", [o, c, *_offsets(layer)])
            return _equation(_change(changed), [_sum(i), g, _DOT, x])
        case Pass.SCATTER:
            return Row((_change(x), Text("←", "operator"), _change(x), _PLUS, g, _DOT, w))
    gathered = _sub("g", [o, *_backs(layer)])
    return _equation(_change(_sub("x", [_channel(layer, c), *m])), [_sum([o, *u]), gathered, _DOT, w])


def _channel(layer: Layer, c: str) -> str | Box:
    """The input's channel; in a group it is counted from the group's first."""
    if layer.groups == 1:
        return c
    first = Subscript(Text("c", "variable"), Text("0", "number"))
    return Row((first, _PLUS, Text(c, "variable"))) if c else first


def _activated(layer: Layer, y: Box) -> Box:
    if layer.activation == "relu":
        return Call(Text("max", "function"), (_number(0), y))
    if layer.activation == "tanh":
        return Call(Text("tanh", "function"), (y,))
    power = Superscript(Text("e", "variable"), Row((_MINUS, y)))
    return Fraction(_number(1), Row((_number(1), _PLUS, power)))


def _pooling(layer: Layer, stage: Pass, o: str) -> Box:
    assert layer.pooling is not None
    axes = layer.geometry.axes
    size, _ = layer.pooling.windows(axes)
    i, u = list(OUTPUT[:axes]), list(OFFSET[:axes])
    before = "a" if "a" in layer.values else "y"
    inside = [
        Row((_number(s), Text(a, "variable"), _PLUS, Text(b, "variable"))) for s, a, b in zip(size, i, u, strict=True)
    ]
    cell, out = _sub(before, [o, *inside]), _sub("p", [o, *i])
    largest = layer.pooling.kind == "max"
    if stage is Pass.POOLING:
        if largest:
            return _equation(out, [Subscript(Text("max", "upright"), _listed(list(u))), cell])
        return _equation(out, [Fraction(_number(1), _number(math.prod(size))), _sum(u), cell])
    if largest:
        where = Text(QCoreApplication.translate("convolution", "where it is the largest"), "upright")
        return _equation(_change(cell), [Cases(_change(out), where, _number(0))])
    return _equation(_change(cell), [Fraction(_number(1), _number(math.prod(size))), _DOT, _change(out)])


def spoken(box: Box) -> str:
    """The formula as a line of text, indices in square brackets."""
    match box:
        case Text(text):
            return f" {text} " if text in ("+", "−", "=", "←") else f"{text} " if text == "," else text
        case Subscript(base, index):
            return f"{spoken(base)}[{spoken(index)}]"
        case Fraction(top, bottom):
            return f"{spoken(top)}/{spoken(bottom)}"
        case Row(items):
            return "".join(map(spoken, items))
        case Superscript(base, exponent):
            return f"{spoken(base)}^({spoken(exponent)})"
        case Call(name, arguments):
            return f"{spoken(name)}({', '.join(map(spoken, arguments))})"
        case Cases(value, condition, otherwise):
            return f"{spoken(value)} {spoken(condition)}, {spoken(otherwise)}"
    return ""


def _equation(left: Box, right: list[Box]) -> Box:
    return Row((left, _EQUALS, *right))


def _sub(letter: str, indices: Sequence[str | Box]) -> Box:
    base = Text(letter, "variable")
    shown = [index for index in indices if index]
    if not shown:
        return base
    return Subscript(base, _listed(shown))


def _listed(indices: Sequence[str | Box]) -> Box:
    parts: list[Box] = []
    for index in indices:
        if parts:
            parts.append(Text(",", "operator"))
        parts.append(Text(index, "variable") if isinstance(index, str) else index)
    return Row(tuple(parts))


def _sum(indices: Sequence[str]) -> Box:
    below = _listed([index for index in indices if index])
    return Row((Subscript(Text("Σ", "upright"), below), Text("", "upright")))


def _change(of: Box) -> Box:
    """∂L/∂(of)."""
    d = Text("∂", "variable")
    return Fraction(Row((d, Text("L", "variable"))), Row((d, of)))


def _offsets(layer: Layer) -> list[str | Box]:
    """u and v; read from the end in a true convolution."""
    if not layer.flip:
        return list(OFFSET[: layer.geometry.axes])
    pairs = zip(layer.geometry.window, OFFSET, strict=False)
    return [Row((_number(k - 1), _MINUS, Text(u, "variable"))) for k, u in pairs]


def _number(value: int) -> Box:
    return Text(str(value), "number")


def _windows(layer: Layer) -> list[Box]:
    return [_window(layer, axis, OUTPUT[axis], OFFSET[axis]) for axis in range(layer.geometry.axes)]


def _backs(layer: Layer) -> list[Box]:
    return [_back(layer, axis, INPUT[axis], OFFSET[axis]) for axis in range(layer.geometry.axes)]


def _window(layer: Layer, axis: int, i: str, u: str) -> Box:
    """s·i + d·u − p."""
    layout = layer.geometry
    s, d, p = layout.stride[axis], layout.dilation[axis], layout.padding[axis]
    parts: list[Box] = [*_times(s, i), _PLUS, *_times(d, u)]
    if p:
        parts += [_MINUS, _number(p)]
    return Row(tuple(parts))


def _back(layer: Layer, axis: int, m: str, u: str) -> Box:
    """(m + p − d·u)/s."""
    layout = layer.geometry
    s, d, p = layout.stride[axis], layout.dilation[axis], layout.padding[axis]
    parts: list[Box] = [Text(m, "variable")]
    if p:
        parts += [_PLUS, _number(p)]
    parts += [_MINUS, *_times(d, u)]
    if s == 1:
        return Row(tuple(parts))
    return Row((Text("(", "upright"), Row(tuple(parts)), Text(")", "upright"), Text("/", "operator"), _number(s)))


def _times(factor: int, letter: str) -> list[Box]:
    shown: list[Box] = [] if factor == 1 else [_number(factor)]
    return [*shown, Text(letter, "variable")]
