"""The regularised loss as a formula, with the strengths that it has now: E_m L(w, m ⊙ u/(1 − 0.5), t) + 0.1/2 ‖w‖²."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.data.scene import RegulariserChoice
from engine.expressions.boxes import Box, Brackets, Call, Fraction, Row, Subscript, Superscript, Text
from engine.expressions.typeset import format_number

_PLUS, _MINUS, _COMMA, _TIMES = (Text(sign, "operator") for sign in ("+", "−", ",", "⊙"))


def tr(text: str) -> str:
    return QCoreApplication.translate("regulariser_formula", text)


def regularised_formula(choice: RegulariserChoice, middle: float = 0.5) -> Box | None:
    """None while nothing changes the loss. `middle` is where label smoothing moves both targets to."""
    if not choice.on:
        return None
    on = set(choice.on)
    front: list[Box] = [_letter("L")]  # one word with what stands before it: no line ends within
    drawn = [_letter(name) for key, name in _DRAWN.items() if key in on]
    if drawn:
        names: list[Box] = [drawn[0]]
        for name in drawn[1:]:
            names += [_COMMA, name]
        front.insert(0, Subscript(Text("E", "upright"), Row(tuple(names))))
    if "copies" in on:
        mean = Fraction(Text("1", "number"), _number(choice.copies + 1))
        front[:0] = [mean, Subscript(Text("Σ", "upright"), _letter("j"))]
    items: list[Box] = [Call(Row(tuple(front)) if len(front) > 1 else front[0], _arguments(choice, on, middle))]
    norm = Brackets(_letter("w"), "‖‖")
    if "l2" in on:
        half = Fraction(_number(choice.l2), Text("2", "number"))
        items += [_PLUS, half, Superscript(norm, Text("2", "number"))]
    if "l1" in on:
        items += [_PLUS, _number(choice.l1), Subscript(norm, Text("1", "number"))]
    return Row(tuple(items))


_DRAWN = {"dropout": "m", "input_noise": "ξ", "weight_noise": "ζ"}


def _arguments(choice: RegulariserChoice, on: set[str], middle: float) -> tuple[Box, ...]:
    """The weights, and input and target where something is done to them, in the order in which it is done."""
    w, u, t = (_letter(name) for name in "wut")
    weights: Box = Row((w, _PLUS, _number(choice.weight_noise), _letter("ζ"))) if "weight_noise" in on else w
    inputs: Box = u
    if "copies" in on:
        inputs = Row((u, _PLUS, _number(choice.jitter), Subscript(_letter("δ"), _letter("j"))))
    if "batch_normalisation" in on:
        inputs = Fraction(Row((inputs, _MINUS, _letter("μ"))), _letter("σ"))
    if "input_noise" in on:
        inputs = Row((inputs, _PLUS, _number(choice.input_noise), _letter("ξ")))
    if "dropout" in on:
        masked = Row((_letter("m"), _TIMES, Brackets(inputs) if isinstance(inputs, Row) else inputs))
        inputs = Fraction(masked, Row((Text("1", "number"), _MINUS, _number(choice.dropout))))
    target: Box = t
    if "label_smoothing" in on:
        target = Row((_number(round(1 - choice.label_smoothing, 6)), t))
        if middle:
            target = Row((*target.items, _PLUS, _number(round(middle * choice.label_smoothing, 6))))
    return (weights,) if inputs is u and target is t else (weights, inputs, target)


def formula_words(choice: RegulariserChoice) -> str:
    """What the letters of the formula stand for."""
    said = {
        "dropout": tr("m: a mask of 0 and 1, drawn for every step"),
        "input_noise": tr("ξ: noise on the input, drawn for every step"),
        "weight_noise": tr("ζ: noise on the weights, drawn for every step"),
        "copies": tr("j: the sample and its copies, each moved by its δ"),
        "batch_normalisation": tr("μ, σ: mean and standard deviation of the batch"),
        "label_smoothing": tr("t: the target"),
    }
    parts = [text for key, text in said.items() if key in choice.on]
    if set(_DRAWN) & set(choice.on):
        parts.insert(0, tr("E: the mean over all that could be drawn"))
    if parts:
        parts.append(tr("u: the input"))
    return "\n".join(parts)


def _letter(name: str) -> Text:
    return Text(name, "variable")


def _number(value: float) -> Text:
    return Text(format_number(value), "number")
