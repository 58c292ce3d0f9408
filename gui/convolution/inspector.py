"""The cell of this moment: formula, products, result, check, explanation; and the layer as a matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from engine.convolution.geometry import Kind
from engine.convolution.layer import Layer
from engine.convolution.matrix import fully_connected_parameters
from engine.convolution.steps import Operands, Pass, Step, count
from engine.expressions.boxes import format_exactly
from gui.convolution.check import check_gradient
from gui.convolution.formulas import pass_formula, spoken
from gui.convolution.matrix_view import MatrixView
from gui.convolution.picture.marks import hues
from gui.convolution.picture.plates import Plates
from gui.convolution.products_view import ProductsView, Terms
from gui.convolution.timeline import Moment
from gui.convolution.words import cell_name, explanation, number, tr
from gui.formula import FormulaLabel, FormulaStyle
from gui.theme import look
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.words import words

CHECKED = {
    Pass.POOLING_GRADIENT, Pass.ACTIVATION_GRADIENT, Pass.BIAS_GRADIENT, Pass.KERNEL_GRADIENT, Pass.GATHER,
}  # fmt: skip


class Inspector(ScrollColumn):
    """Shows one moment of one layer in words and numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layer: Layer | None = None
        self.loss = "own"
        self.target: NDArray[np.float64] | None = None
        self._stage: Pass | None = None
        self.set_margins(left=14, bottom=10)
        column = self.column
        column.setSpacing(8)
        self.heading = _label("heading")
        self.formula = FormulaLabel()
        self.products = ProductsView()
        self.sum = _label("muted")
        self.result = _label("result")
        self.check = _label("check")
        self.why = _label("note")
        self.matrix_heading = _label("heading")
        self.matrix = MatrixView()
        self.counts = _label("muted")
        self.note = _label("note")
        widgets = (self.heading, self.formula, self.products, self.sum, self.result, self.check, self.why,
                   self.matrix_heading, self.matrix, self.counts, self.note)  # fmt: skip
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)
        look().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        theme, px = look().theme, look().px
        self.formula.set_formula_style(FormulaStyle(size_px=px(19), ink=theme.color("ink")))
        self.result.setStyleSheet(f"font-size: {round(px(25))}px; font-weight: 700;")
        self._color_check(True)

    def _color_check(self, good: bool) -> None:
        theme = look().theme
        ground, ink = ("#173226" if theme.dark else "#e3f4ea", theme.good) if good else (theme.card, theme.ink)
        style = f"background: {ground}; color: {ink}; border-radius: 6px; padding: 6px 10px; font-weight: 600;"
        if self.check.styleSheet() != style:
            self.check.setStyleSheet(style)

    def set_layer(self, plates: Plates, note: str = "") -> None:
        """`note` is what the scene has to say."""
        layer = plates.layer
        self.layer, self.loss, self.target, self._stage = layer, plates.loss, plates.target, None
        self.matrix.set_layer(layer)
        self.set_note(note)
        self._show_counts(layer)

    def set_note(self, note: str) -> None:
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def _show_counts(self, layer: Layer) -> None:
        shapes = layer.geometry.input_shape[1:], layer.geometry.output_shape[1:]
        dense = fully_connected_parameters(*shapes, bias=False)
        if self.matrix.matrix is None:
            text = self.tr("This matrix would be too large to look at.")
        else:
            rows, columns = self.matrix.matrix.tied.shape
            text = self.tr("{rows} × {columns} entries, {filled} of them not zero.").format(
                rows=rows, columns=columns, filled=int((self.matrix.matrix.tied >= 0).sum())
            )
        weights = self.tr("{own} shared weights; fully connected: {dense}.").format(
            own=layer.kernel.size, dense=f"{dense:,}"
        )
        self.counts.setText(f"{text}\n{weights}")

    def show_moment(self, moment: Moment) -> None:
        """Another moment of the layer."""
        layer, step = self.layer, moment.step
        if layer is None:
            return
        if moment.stage is not self._stage:
            self._stage = moment.stage
            formula = pass_formula(layer, moment.stage, self.loss)
            self.formula.set_box(formula)
            self.formula.setAccessibleName(spoken(formula))
            self.formula.setToolTip(spoken(formula))
            self.why.setText(explanation(layer, moment.stage, self.loss))
            self.matrix_heading.setText(self._matrix_words(moment.stage))
        name = cell_name(layer, step.grid, step.index)
        place = self.tr("{name} · cell {number} of {all}")
        self.heading.setText(place.format(name=name, number=moment.number + 1, all=count(layer, moment.stage)))
        shown = terms(layer, step, moment.products)
        self.products.show_terms(shown, moment.products - shown.first, hues(layer))
        self.products.setVisible(bool(len(step.products)))
        self._show_result(layer, moment)
        self.matrix.show_step(step)

    def _show_result(self, layer: Layer, moment: Moment) -> None:
        step, done = moment.step, moment.products
        so_far = float(step.partials[done - 1]) if 0 < done <= len(step.partials) else 0.0
        line = self._line(layer, moment, so_far)
        if moment.stage is Pass.SCATTER:
            text = self.tr("g = {value}").format(value=number(step.result))
        elif moment.complete:
            text = f"= {number(step.result)}"
        else:
            text = self.tr("so far {value}").format(value=number(so_far)) if done and _adds(step) else "= …"
        self.sum.setText(line)
        self.sum.setVisible(bool(line))
        self.result.setText(text)
        self.result.setToolTip(format_exactly(step.result) if moment.complete else format_exactly(so_far))
        self._show_check(layer, moment)

    def _line(self, layer: Layer, moment: Moment, so_far: float) -> str:
        """The small line above the result."""
        step, done = moment.step, moment.products
        match moment.stage:
            case Pass.SCATTER:
                return self._scatter_line(layer, moment)
            case Pass.UPSTREAM if self.target is not None:
                y, t = float(layer.output[step.index]), float(self.target[step.index])
                return f"{number(y)} − {number(t) if t >= 0 else f'({number(t)})'}"
            case Pass.ACTIVATION:
                name = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "σ"}[layer.activation]
                return f"{name}({number(float(step.left.values[0]))})"
            case Pass.POOLING if layer.pooling is not None and layer.pooling.kind == "max":
                return self.tr("the largest of {n}").format(n=len(step.products))
            case _ if moment.complete and step.bias is not None:
                return self.tr("sum {sum}, plus the bias {bias}").format(sum=number(so_far), bias=number(step.bias))
        if step.right is None:
            return ""
        return self.tr("{done} of {all} products").format(done=done, all=len(step.products))

    def _scatter_line(self, layer: Layer, moment: Moment) -> str:
        step, t = moment.step, moment.products - 1
        targets = step.targets
        if targets is None or t < 0:
            return self.tr("nothing sent yet")
        if targets.kind[t] != Kind.DATA:
            return self.tr("{value} goes to the padding and is lost").format(value=number(float(step.products[t])))
        return self.tr("{cell}: {before} + {product} = {after}").format(
            cell=cell_name(layer, "dx", tuple(targets.index[t].tolist())), before=number(float(targets.values[t])),
            product=number(float(step.products[t])), after=number(float(step.partials[t])),
        )  # fmt: skip

    def _show_check(self, layer: Layer, moment: Moment) -> None:
        """The gradient once more, by moving the number a little both ways."""
        self.check.setVisible(moment.stage in CHECKED)
        if moment.stage not in CHECKED:
            return
        if not moment.complete:
            self.check.setText(self.tr("finite difference …"))
            return
        check = check_gradient(layer, moment.step)
        self.check.setText(check.text)
        self.check.setToolTip(check.details)
        self._color_check(check.good)

    def _matrix_words(self, stage: Pass) -> str:
        match stage:
            case Pass.GATHER:
                return self.tr("Matrix: ∂L/∂x = Cᵀ g, a column of C")
            case Pass.KERNEL_GRADIENT:
                return self.tr("Matrix: the entries that are this weight")
            case Pass.SCATTER:
                return self.tr("Matrix: g goes back along its row of C")
        return self.tr("Matrix: y = C x, a row of C")


def terms(layer: Layer, step: Step, done: int = 0) -> Terms:
    """The products of a step as the view shows them; where there is no data, that side comes first.

    Of very many only those around the one under way, `done`.
    """
    left, right, window = step.left, step.right, hues(layer)
    if right is not None and right.kind.any():
        left, right = right, left
    first = max(min(done - MOST // 2, len(step.products) - MOST), 0)
    part = slice(first, first + MOST)
    sign = "," if step.stage is Pass.POOLING and layer.pooling is not None and layer.pooling.kind == "max" else "+"
    if sign == ",":
        right = None  # what is compared is not multiplied
    return Terms(
        left.values[part].tolist(),
        None if right is None else right.values[part].tolist(),
        np.where(step.weights[part] >= 0, step.weights[part] % window, -1).tolist(),
        (left.kind[part] == Kind.DATA).tolist(),
        lambda t: " × ".join(_operand(layer, step, side, first + t) for side in (left, right) if side is not None),
        first,
        len(step.products),
        sign,
    )


MOST = 400  # products that are laid out


def _adds(step: Step) -> bool:
    return step.stage not in (Pass.ACTIVATION, Pass.POOLING)


def _operand(layer: Layer, step: Step, side: Operands, t: int) -> str:
    kind = side.kind[t]
    if kind != Kind.DATA:
        return {
            Kind.PADDING: tr("0 (padding)"), Kind.INSERTED: tr("0 (inserted)"), Kind.APPENDED: tr("0 (appended)"),
        }[Kind(kind)]  # fmt: skip
    if not side.grid:
        return tr("share")
    name = cell_name(layer, side.grid, tuple(side.index[t].tolist()))
    return f"σ′({name})" if step.stage is Pass.ACTIVATION_GRADIENT and side is step.right else name


def _label(kind: str) -> QLabel:
    label = words(kind)
    if kind in ("result", "check"):
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setWordWrap(False)
    return label
