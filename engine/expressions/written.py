"""Boxes as a line of text (tooltips, clipboard, screen readers) and as LaTeX."""

from __future__ import annotations

from collections.abc import Callable

from engine.expressions.boxes import (
    Accent,
    Box,
    Brackets,
    Call,
    Cases,
    Column,
    Fraction,
    Root,
    Row,
    Subscript,
    Superscript,
    Text,
    children,
    split_power,
)
from engine.expressions.greek import CAPITALS, LETTERS, NAMES

_COMMANDS = {letter: "\\" + name for name, letter in zip(NAMES, LETTERS, strict=True)} | {
    letter: "\\" + name for name, letter in CAPITALS.items()
}
_COMMANDS |= {"ε": r"\varepsilon", "φ": r"\varphi", "ο": "o", "ς": r"\varsigma", "∇L": r"\nabla L"}
_COMMANDS |= {"∇": r"\nabla"}
_OPERATORS = {
    "−": "-", "·": r"\cdot", "←": r"\leftarrow", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "∞": r"\infty",
}  # fmt: skip
_LATEX_BRACKETS = {"‖‖": (r"\|", r"\|"), "⌊⌋": (r"\lfloor", r"\rfloor")}
_LATEX_FUNCTIONS = {"log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "max", "min"}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain(box: Box) -> str:
    """One line of text: `m ← β1·m + (1 − β1)·g`."""
    match box:
        case Text():
            return box.symbol if box.symbol and _is_symbol(box) else box.text
        case Row(items):
            return _row(items, plain, "·", lambda operator: operator.text)
        case Fraction(top, bottom):
            return f"{_held(top, plain)}/{_held(bottom, plain)}"
        case Root(body):
            return f"√({plain(body)})"
        case Superscript(base, exponent):
            if isinstance(exponent, Text) and exponent.text.isdecimal():
                return plain(base) + exponent.text.translate(_RAISED)
            return f"{plain(base)}^{_held(exponent, plain)}"
        case Subscript(base) | Accent(base):
            return plain(base)
        case Brackets(body, kind):
            return f"{kind[0]}{plain(body)}{kind[1]}"
        case Call(name, arguments):
            return f"{plain(name)}({', '.join(map(plain, arguments))})"
        case Column(items):
            return f"({', '.join(map(plain, items))})"
        case Cases(value, condition, otherwise):
            return f"{plain(value)} if {plain(condition)}, else {plain(otherwise)}"


def latex_of(box: Box) -> str:
    """The formula in LaTeX's mathematics."""
    match box:
        case Text():
            return _latex_text(box)
        case Row(items):
            return _row(items, latex_of, " ", lambda o: _OPERATORS.get(o.text, o.text))
        case Fraction(top, bottom):
            return f"\\frac{{{latex_of(top)}}}{{{latex_of(bottom)}}}"
        case Root(body):
            return f"\\sqrt{{{latex_of(body)}}}"
        case Superscript(base, exponent):
            written = latex_of(base)
            if isinstance(base, Brackets | Text | Subscript | Call | Column):
                return f"{written}^{_index(exponent)}"
            return f"{{{written}}}^{_index(exponent)}"
        case Subscript(base, sub):
            return f"{latex_of(base)}_{_index(sub)}"
        case Accent(base, mark):
            return f"\\{mark}{{{latex_of(base)}}}"
        case Brackets(body, kind):
            return _latex_brackets(latex_of(body), kind, _tall(body))
        case Call(name, arguments):
            inside = ", ".join(map(latex_of, arguments))
            return latex_of(name) + _latex_brackets(inside, "()", any(map(_tall, arguments)))
        case Column(items):
            rows = r" \\ ".join(map(latex_of, items))
            return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
        case Cases(value, condition, otherwise):
            rows = (
                rf"{latex_of(value)} & \text{{if }} {latex_of(condition)} \\ "
                rf"{latex_of(otherwise)} & \text{{otherwise}}"
            )
            return rf"\begin{{cases}} {rows} \end{{cases}}"


def _row(
    items: tuple[Box, ...],
    write: Callable[[Box], str],
    product: str,
    operator: Callable[[Text], str],
) -> str:
    parts: list[str] = []
    follows_value = False
    for item in items:
        if isinstance(item, Text) and item.style == "operator":
            sign = operator(item)
            if item.text == "/" or (item.text == "·" and write is plain):
                parts.append(sign)
            else:
                parts.append(f" {sign} " if follows_value else sign)
            follows_value = False
        else:
            parts += [product] * follows_value + [write(item)]
            follows_value = True
    return "".join(parts)


def _held(box: Box, write: Callable[[Box], str]) -> str:
    """In brackets unless one piece by itself, e.g. over or under a slash."""
    alone = isinstance(box, Text | Subscript | Accent | Call | Root | Brackets | Column)
    if isinstance(box, Superscript):
        alone = isinstance(box.exponent, Text) and box.exponent.text.isdecimal()
    if isinstance(box, Text) and box.style == "number":
        alone = box.text.replace(".", "").isascii()
    return write(box) if alone else f"({write(box)})"


def _is_symbol(text: Text) -> bool:
    return text.style in {"variable", "upright"} and text.symbol != "grad"


def _tall(box: Box) -> bool:
    if isinstance(box, Fraction | Column | Cases):
        return True
    return any(map(_tall, children(box)))


def _latex_brackets(inside: str, kind: str, tall: bool) -> str:
    left, right = _LATEX_BRACKETS.get(kind, (kind[0], kind[1]))
    if tall or kind != "()":
        return f"\\left{left} {inside} \\right{right}"
    return f"({inside})"


def _index(box: Box) -> str:
    written = latex_of(box)
    return written if len(written) == 1 else f"{{{written}}}"


def _latex_text(box: Text) -> str:
    if box.style == "number":
        if box.text == "undefined":
            return r"\text{undefined}"
        body, exponent = split_power(box.text)
        body = body.replace("−", "-").replace("×", r" \times ").replace("∞", r"\infty")
        return f"{body}^{{{exponent}}}" if exponent else body
    if box.style == "function":
        return f"\\{box.text}" if box.text in _LATEX_FUNCTIONS else rf"\operatorname{{{box.text}}}"
    if box.style == "operator":
        return _OPERATORS.get(box.text, box.text)
    if box.style == "variable":
        if box.text in _COMMANDS or box.text.isascii():
            return _COMMANDS.get(box.text, box.text)
        return rf"\text{{{box.text}}}"
    if box.text.isdecimal():
        return box.text
    escaped = box.text.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}" if escaped.isascii() else rf"\text{{{escaped}}}"
