"""The words of the panel: names of passes, grids and cells, and why things are as they are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from engine.convolution.geometry import Kind
from engine.convolution.layer import Layer
from engine.convolution.steps import Pass
from engine.expressions.typeset import format_number


def tr(text: str) -> str:
    return QCoreApplication.translate("convolution", text)


def short_pass_name(stage: Pass) -> str:
    """On the chips above the grids, where there is little room."""
    return {
        Pass.FORWARD: "y", Pass.ACTIVATION: "a", Pass.POOLING: "p", Pass.UPSTREAM: tr("upstream"),
        Pass.POOLING_GRADIENT: "∂p", Pass.ACTIVATION_GRADIENT: "∂y", Pass.BIAS_GRADIENT: "∂b",
        Pass.KERNEL_GRADIENT: "∂w", Pass.SCATTER: tr("∂x · scatter"), Pass.GATHER: tr("∂x · gather"),
    }[stage]  # fmt: skip


def pass_name(stage: Pass, upstream: str = "g") -> str:
    """On the chips above the grids. `upstream`: the grid in which the backward pass begins."""
    return {
        Pass.FORWARD: tr("forward y"),
        Pass.ACTIVATION: tr("activation a"),
        Pass.POOLING: tr("pooling p"),
        Pass.UPSTREAM: tr("upstream {}").format(SHORT[upstream]),
        Pass.POOLING_GRADIENT: tr("back through pooling"),
        Pass.ACTIVATION_GRADIENT: tr("back through σ: g"),
        Pass.BIAS_GRADIENT: tr("bias ∂b"),
        Pass.KERNEL_GRADIENT: tr("kernel ∂w"),
        Pass.SCATTER: tr("input ∂x · scatter"),
        Pass.GATHER: tr("input ∂x · gather"),
    }[stage]


SYMBOLS = {
    "x": "x", "w": "w", "b": "b", "y": "y", "a": "a", "p": "p", "g": "g", "t": "t",
    "db": "∂L/∂b", "dw": "∂L/∂w", "dx": "∂L/∂x", "da": "∂L/∂a", "dp": "∂L/∂p",
}  # fmt: skip
SHORT = {**SYMBOLS, "db": "∂b", "dw": "∂w", "dx": "∂x", "da": "∂a", "dp": "∂p"}
_KERNELS = ("w", "dw")


def _shown(layer: Layer, grid: str, index: tuple[int, ...]) -> list[int]:
    """The indices that tell anything: channels and kernels only where there are several."""
    kernels, channels = layer.kernel.shape[:2]
    if grid in _KERNELS:
        return [place for place, many in zip(index, (kernels, channels), strict=False) if many > 1] + [*index[2:]]
    maps = layer.x.shape[1] if grid in ("x", "dx") else kernels
    return list(index[0 if maps > 1 else 1 :])


def cell_name(layer: Layer, grid: str, index: tuple[int, ...]) -> str:
    """Such as x[0, 2, 3]: the item is left out, and the channel or kernel where there is only one."""
    own = index if grid in (*_KERNELS, "b", "db") else index[1:]
    shown = _shown(layer, grid, own)
    return SYMBOLS[grid] + (f"[{', '.join(map(str, shown))}]" if shown else "")


def plate_name(layer: Layer, grid: str, lead: tuple[int, ...]) -> str:
    """Such as w[1, 0], or w alone where there is only one."""
    shown = _shown(layer, grid, lead)
    return SYMBOLS[grid] + (f"[{', '.join(map(str, shown))}]" if shown else "")


def grid_title(layer: Layer, name: str) -> str:
    """Above a grid, with {} for its symbol."""
    layout = layer.geometry
    first = next(iter(layer.gradients))
    if name == "gs":
        if max(layout.stride) > 1:
            return tr("{} spread out")
        return tr("{} padded") if max(layout.adjoint_padding) > 0 else tr("upstream {}")
    if name == "wt":
        return tr("{} as it is") if layer.flip else tr("{} rotated 180°") if layout.axes == 2 else tr("{} reversed")
    if name in ("g", "da", "dp"):
        return tr("upstream {}") if name == first else tr("gradient {}")
    return {
        "x": tr("input {}"), "w": tr("kernel {}"), "b": tr("bias {}"), "y": tr("output {}"),
        "a": tr("activated {}"), "p": tr("pooled {}"), "t": tr("target {}"), "s": tr("slope {}"),
        "db": tr("bias gradient {}"), "dw": tr("kernel gradient {}"), "dx": tr("input gradient {}"),
    }[name]  # fmt: skip


def cell_text(value: float, digits: int = 3) -> str:
    """A number short enough for a cell: 12, −0.5, 0.33, 1.2e5."""
    if value != value:
        return "?"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    if value == int(value) and abs(value) < 10_000:
        return str(int(value)).replace("-", "−")
    size = abs(value)
    if size >= 10_000 or size < 0.001:
        mantissa, exponent = f"{value:.{max(digits - 2, 0)}e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    whole = len(str(int(size)))
    text = f"{value:.{max(digits - whole, 0)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "0") else text.replace("-", "−")


def no_data(kind: int, layer: Layer) -> str:
    """What a cell is that holds no number of a grid."""
    if kind == Kind.INSERTED:
        return tr("a zero inserted because the stride is {s}: no data").format(s=max(layer.geometry.stride))
    if kind == Kind.APPENDED:
        return tr("a zero appended for input cells that no window reached: no data")
    return tr("padding: a zero, no data")


def number(value: float) -> str:
    """A number for the equation."""
    return format_number(value)


def _zeros_between(layer: Layer) -> str:
    stride = max(layer.geometry.stride)
    if stride == 2:
        return tr("The stride is 2, so a zero stands between two cells of g.")
    return tr("The stride is {s}, so {n} zeros stand between two cells of g.").format(s=stride, n=stride - 1)


def explanation(layer: Layer, stage: Pass, loss: str) -> str:
    """Why this pass computes what it computes, in a few sentences."""
    own = _EXPLAINED.get(stage)
    if own is not None:
        return own(layer, loss)
    if layer.geometry.stride[0] > 1:
        return _zeros_between(layer) + " " + _why_rotated(layer)
    return _why_rotated(layer)


def _forward(layer: Layer, _: str) -> str:
    if layer.flip:
        return tr(
            "True convolution reads the kernel from its end: follow the hues. A network learns its kernel, so "
            "it can as well learn the turned one; that is why cross-correlation is used instead."
        )
    if layer.groups > 1:
        return tr(
            "With {n} groups every kernel sees only the channels of its own group: fewer weights, and maps that "
            "do not mix."
        ).format(n=layer.groups)
    return tr(
        "The same few weights meet the input at every position. Each output cell is the sum of the products "
        "of the window under the kernel, plus the bias."
    )


def _activation(layer: Layer, _: str) -> str:
    return {
        "relu": tr("ReLU lets positive numbers pass and turns all others into 0."),
        "tanh": tr("tanh squeezes every number into −1…1; far from 0 it hardly changes any more."),
        "sigmoid": tr("The sigmoid squeezes every number into 0…1; far from 0 it hardly changes any more."),
    }[layer.activation]


def _activation_gradient(layer: Layer, _: str) -> str:
    if layer.activation == "relu":
        return tr("Where ReLU let the number pass, the gradient passes, too; where it gave 0, nothing comes back.")
    return tr(
        "The gradient is multiplied by the slope of the curve at y. Where the curve is flat, hardly anything "
        "comes back."
    )


def _pooling(layer: Layer, _: str) -> str:
    if layer.pooling is not None and layer.pooling.kind == "max":
        return tr("Only the largest number of each window goes on.")
    return tr("Each window gives the mean of its numbers.")


def _pooling_gradient(layer: Layer, _: str) -> str:
    if layer.pooling is not None and layer.pooling.kind == "max":
        return tr("The gradient goes to the cell that was the largest of its window; all others get 0.")
    return tr("Every cell of a window gets an equal share of its gradient.")


def _upstream(layer: Layer, loss: str) -> str:
    y = list(layer.values)[-1]
    return {
        "own": tr("How much the loss L grows when an output cell grows by a little. Here it is typed."),
        "ones": tr("With L = Σ {y}, every output cell counts once: the gradient is 1 everywhere.").format(y=y),
        "squared_error": tr("With L = ½ Σ ({y} − t)², the gradient of the output is its error: {y} − t.").format(y=y),
    }[loss]


def _bias_gradient(_: Layer, __: str) -> str:
    return tr("The bias was added to every cell of its output map, so it collects the whole of g: their sum.")


def _kernel_gradient(_: Layer, __: str) -> str:
    return tr(
        "This weight met one input cell for every output cell. Each meeting counts as often as g says: the "
        "input, correlated with g."
    )


def _scatter(_: Layer, __: str) -> str:
    return tr(
        "Every output cell sends its g back through the weights to the window it came from. Where windows "
        "overlap, what arrives is added up."
    )


def _why_rotated(layer: Layer) -> str:
    if layer.flip:
        return tr(
            "True convolution has read the kernel backwards already; on the way back it is read forwards: a plain "
            "correlation of g with w."
        )
    if layer.geometry.axes == 1:
        return tr(
            "An input cell met the first weight when the window stood rightmost, the last one when it stood "
            "leftmost: in reading order it meets the kernel backwards."
        )
    return tr(
        "An input cell met the first weight when the window stood lowest and rightmost, the last one when it stood "
        "highest: in reading order it meets the kernel backwards, rotated by 180°."
    )


_EXPLAINED: dict[Pass, Callable[[Layer, str], str]] = {
    Pass.FORWARD: _forward, Pass.ACTIVATION: _activation, Pass.POOLING: _pooling, Pass.UPSTREAM: _upstream,
    Pass.POOLING_GRADIENT: _pooling_gradient, Pass.ACTIVATION_GRADIENT: _activation_gradient,
    Pass.BIAS_GRADIENT: _bias_gradient, Pass.KERNEL_GRADIENT: _kernel_gradient, Pass.SCATTER: _scatter,
}  # fmt: skip
