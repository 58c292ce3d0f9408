"""The general formula of each pass, with this layer's stride, padding and dilation put in, as boxes to typeset."""

from __future__ import annotations

from engine.convolution.layer import Layer
from engine.convolution.steps import Pass
from engine.expressions.boxes import Box, Fraction, Row, Subscript, Text

_PLUS, _MINUS, _DOT, _EQUALS = (Text(sign, "operator") for sign in ("+", "−", "·", "="))


def pass_formula(layer: Layer, stage: Pass, loss: str) -> Box:
    """Such as y_ij = Σ_uv w_uv · x_i+u,j+v + b; channels and kernels are named where there are several."""
    kernels, channels = layer.kernel.shape[:2]
    o, c = ("o" if kernels > 1 else ""), ("c" if channels > 1 else "")
    w = _sub("w", [o, c, *_offsets(layer)])
    match stage:
        case Pass.FORWARD:
            x = _sub("x", [c, *_windows(layer)])
            terms: list[Box] = [_sum([c, "u", "v"]), w, _DOT, x]
            if layer.bias is not None:
                terms += [_PLUS, _sub("b", [o])]
            return _equation(_sub("y", [o, "i", "j"]), terms)
        case Pass.UPSTREAM:
            cell: list[str | Box] = [o, "i", "j"]
            g = _sub("g", cell)
            if loss == "squared_error":
                return _equation(g, [_sub("y", cell), _MINUS, _sub("t", cell)])
            return _equation(g, [_change(_sub("y", cell))] + ([_EQUALS, Text("1", "number")] if loss == "ones" else []))
        case Pass.BIAS_GRADIENT:
            return _equation(_change(_sub("b", [o])), [_sum(["i", "j"]), _sub("g", [o, "i", "j"])])
        case Pass.KERNEL_GRADIENT:
            x = _sub("x", [c, *_windows(layer)])
            changed = _sub("w", [o, c, *_offsets(layer)])
            return _equation(_change(changed), [_sum(["i", "j"]), _sub("g", [o, "i", "j"]), _DOT, x])
        case Pass.SCATTER:
            x = _sub("x", [c, *_windows(layer)])
            return Row((_change(x), Text("←", "operator"), _change(x), _PLUS, _sub("g", [o, "i", "j"]), _DOT, w))
    g = _sub("g", [o, *_backs(layer)])
    return _equation(_change(_sub("x", [c, "m", "n"])), [_sum([o, "u", "v"]), g, _DOT, w])


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
    return ""


def _equation(left: Box, right: list[Box]) -> Box:
    return Row((left, _EQUALS, *right))


def _sub(letter: str, indices: list[str | Box]) -> Box:
    base = Text(letter, "variable")
    shown = [index for index in indices if index]
    if not shown:
        return base
    return Subscript(base, _listed(shown))


def _listed(indices: list[str | Box]) -> Box:
    parts: list[Box] = []
    for index in indices:
        if parts:
            parts.append(Text(",", "operator"))
        parts.append(Text(index, "variable") if isinstance(index, str) else index)
    return Row(tuple(parts))


def _sum(indices: list[str]) -> Box:
    below = _listed([index for index in indices if index])
    return Row((Subscript(Text("Σ", "upright"), below), Text("", "upright")))


def _change(of: Box) -> Box:
    """∂L/∂(of)."""
    d = Text("∂", "variable")
    return Fraction(Row((d, Text("L", "variable"))), Row((d, of)))


def _offsets(layer: Layer) -> list[str | Box]:
    """u and v; read from the end in a true convolution."""
    if not layer.flip:
        return ["u", "v"]
    pairs = zip(layer.geometry.window, ("u", "v"), strict=True)
    return [Row((_number(k - 1), _MINUS, Text(u, "variable"))) for k, u in pairs]


def _number(value: int) -> Box:
    return Text(str(value), "number")


def _windows(layer: Layer) -> list[Box]:
    return [_window(layer, 0, "i", "u"), _window(layer, 1, "j", "v")]


def _backs(layer: Layer) -> list[Box]:
    return [_back(layer, 0, "m", "u"), _back(layer, 1, "n", "v")]


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
