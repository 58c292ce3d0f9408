"""The regularised loss as a formula: L(w) + α/2 ‖w‖², with the strengths that it has now."""

from __future__ import annotations

from engine.data.scene import RegulariserChoice
from engine.expressions.boxes import Accent, Box, Brackets, Fraction, Row, Subscript, Superscript, Text
from engine.expressions.typeset import format_number

_W = Text("w", "variable")


def regularised_formula(choice: RegulariserChoice) -> Box | None:
    """None while nothing changes the loss. With noise or dropout L has a bar: the mean over what is drawn."""
    if not choice.on:
        return None
    drawn = {"input_noise", "weight_noise", "dropout"} & set(choice.on)
    letter: Box = Accent(Text("L", "variable"), "bar") if drawn else Text("L", "variable")
    items: list[Box] = [letter, Brackets(_W)]
    norm = Brackets(_W, "‖‖")
    if "l2" in choice.on:
        half = Fraction(_number(choice.l2), Text("2", "number"))
        items += [_plus(), half, Superscript(norm, Text("2", "number"))]
    if "l1" in choice.on:
        items += [_plus(), _number(choice.l1), Subscript(norm, Text("1", "number"))]
    return Row(tuple(items))


def _plus() -> Text:
    return Text("+", "operator")


def _number(value: float) -> Text:
    return Text(format_number(value), "number")
