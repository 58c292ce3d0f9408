"""The words of the panel: names of passes, grids and cells, and why things are as they are."""

from __future__ import annotations

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
        Pass.FORWARD: "y", Pass.UPSTREAM: "g", Pass.BIAS_GRADIENT: "∂b", Pass.KERNEL_GRADIENT: "∂w",
        Pass.SCATTER: tr("∂x · scatter"), Pass.GATHER: tr("∂x · gather"),
    }.get(stage, str(stage))  # fmt: skip


def pass_name(stage: Pass) -> str:
    """On the chips above the grids."""
    return {
        Pass.FORWARD: tr("forward y"),
        Pass.UPSTREAM: tr("upstream g"),
        Pass.BIAS_GRADIENT: tr("bias ∂b"),
        Pass.KERNEL_GRADIENT: tr("kernel ∂w"),
        Pass.SCATTER: tr("input ∂x · scatter"),
        Pass.GATHER: tr("input ∂x · gather"),
    }.get(stage, str(stage))


SYMBOLS = {"x": "x", "w": "w", "b": "b", "y": "y", "g": "g", "db": "∂L/∂b", "dw": "∂L/∂w", "dx": "∂L/∂x", "t": "t"}


def cell_name(layer: Layer, grid: str, index: tuple[int, ...]) -> str:
    """Such as x[0, 2, 3]: the item is left out, and the channel or kernel where there is only one."""
    shown = list(index)
    if grid in ("x", "y", "g", "dx", "t"):
        shown = shown[1:]
        if layer.grid("y" if grid == "t" else grid).shape[1] == 1:
            shown = shown[1:]
    elif grid in ("w", "dw"):
        if layer.kernel.shape[1] == 1:
            shown.pop(1)
        if layer.kernel.shape[0] == 1:
            shown.pop(0)
    elif layer.kernel.shape[0] == 1:
        shown = []
    return SYMBOLS[grid] + (f"[{', '.join(map(str, shown))}]" if shown else "")


def plate_name(layer: Layer, grid: str, lead: tuple[int, ...]) -> str:
    """Such as w[1, 0], or w alone where there is only one."""
    shown = [str(place) for place, many in zip(lead, _many(layer, grid), strict=True) if many]
    return SYMBOLS[grid] + (f"[{', '.join(shown)}]" if shown else "")


def _many(layer: Layer, grid: str) -> tuple[bool, ...]:
    kernels, channels = layer.kernel.shape[:2]
    if grid in ("w", "dw"):
        return kernels > 1, channels > 1
    return ((channels if grid in ("x", "dx") else kernels) > 1,)


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
    match stage:
        case Pass.FORWARD if layer.flip:
            return tr(
                "True convolution reads the kernel from its end: follow the hues. A network learns its kernel, so "
                "it can as well learn the turned one; that is why cross-correlation is used instead."
            )
        case Pass.FORWARD:
            return tr(
                "The same few weights meet the input at every position. Each output cell is the sum of the products "
                "of the window under the kernel, plus the bias."
            )
        case Pass.UPSTREAM:
            return {
                "own": tr("g says how much the loss L grows when an output cell grows by a little. Here it is typed."),
                "ones": tr("With L = Σ y, every output cell counts once: g is 1 everywhere."),
                "squared_error": tr("With L = ½ Σ (y − t)², the gradient of the output is its error: g = y − t."),
            }[loss]
        case Pass.BIAS_GRADIENT:
            return tr("The bias was added to every cell of its output map, so it collects the whole of g: their sum.")
        case Pass.KERNEL_GRADIENT:
            return tr(
                "This weight met one input cell for every output cell. Each meeting counts as often as g says: the "
                "input, correlated with g."
            )
        case Pass.SCATTER:
            return tr(
                "Every output cell sends its g back through the weights to the window it came from. Where windows "
                "overlap, what arrives is added up."
            )
    if layer.geometry.stride[0] > 1:
        return _zeros_between(layer) + " " + _why_rotated(layer)
    return _why_rotated(layer)


def _why_rotated(layer: Layer) -> str:
    if layer.flip:
        return tr(
            "True convolution has read the kernel backwards already; on the way back it is read forwards: a plain "
            "correlation of g with w."
        )
    return tr(
        "An input cell met the first weight when the window stood lowest and rightmost, the last one when it stood "
        "highest: in reading order it meets the kernel backwards, rotated by 180°."
    )
