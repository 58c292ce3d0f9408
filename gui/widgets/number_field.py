"""A parameter as a row: symbol and name, slider and box together, and a sentence when the entry is wrong."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from engine.parameters import Parameter
from gui.document import new_gesture
from gui.theme import look
from gui.widgets.elided import Elided
from gui.widgets.number_box import NumberBox
from gui.widgets.slider import Slider
from gui.widgets.words import as_plain, words

NARROWEST, WIDEST = 20, 90  # pixels of a symbol at scale 1
SHARE = 0.3  # and of the field at most
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class NumberField(QWidget):
    """`edited(value, gesture)`; slider and box always agree."""

    edited = Signal(float, object)

    def __init__(self, parameter: Parameter, value: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self._labelled = True
        self._named = parameter.name != parameter.symbol  # or the symbol says it all
        self.symbol = Elided(_shown(parameter.symbol))
        self._beside: Collection[str] = [self.symbol.text()]  # symbols of the fields above and below
        self.symbol.setObjectName("symbol")
        name = parameter.name.replace("_", " ")
        moments = {"beta1": self.tr("first moment"), "beta2": self.tr("second moment")}
        self.label = QLabel(moments.get(parameter.name, name) if self._named else parameter.symbol)
        self.label.setObjectName("small")
        self.slider = Slider()
        self.slider.setAccessibleName(name)
        self.box = NumberBox(name, value, self._check)
        self.box.keep_width(64)
        self.error = words("error")
        self.error.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for column, widget in enumerate((self.symbol, self.label, self.slider, self.box)):
            grid.addWidget(widget, 0, column)
        grid.addWidget(self.error, 1, 0, 1, 4)
        grid.setColumnStretch(2, 1)
        for widget in (self.symbol, self.label, self.slider, self.box):
            widget.setToolTip(as_plain(f"{self.label.text()}: {parameter.explanation}"))
        self.slider.moved.connect(self._slid)
        self.slider.reset.connect(lambda: self._choose(parameter.default, new_gesture()))
        self.box.edited.connect(self._typed)
        self.box.faulty.connect(self._show_fault)
        self.slider.set_share(self._share(value))
        look().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """The slider needs the room most: a long symbol is shortened, and the name is only a tooltip where it is
        narrow."""
        self.symbol.ensurePolished()
        least, most = look().px(NARROWEST), min(look().px(WIDEST), SHARE * self.width())
        widest = max(map(self.symbol.fontMetrics().horizontalAdvance, self._beside)) + 2
        width = round(max(min(widest, most), least))
        self.symbol.setFixedSize(width, round(look().px(24)))  # maths fonts are very tall
        roomy = self._labelled and self._named and self.width() - width + least >= look().px(270)
        self.label.setFixedWidth(max(round(look().px(92)), self.label.sizeHint().width()) if roomy else 0)

    def minimumSizeHint(self) -> QSize:
        # Without the name, which would otherwise hold the panel as wide as it was once.
        least = super().minimumSizeHint()
        return QSize(least.width() - self.label.minimumWidth(), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def stand_with(self, fields: Collection[NumberField]) -> None:
        """Give the symbol as much room as the widest one of `fields` has, so that their sliders stand in line."""
        self._beside = [field.symbol.text() for field in fields]
        self._fit()

    def set_labelled(self, labelled: bool) -> None:
        """Whether the name stands beside the symbol, where there is room; the tooltip has it in any case."""
        self._labelled = labelled
        self._fit()

    def set_color(self, color: QColor) -> None:
        self.slider.color = color
        self.slider.update()

    def set_value(self, value: float) -> None:
        """Show a value without telling anyone."""
        self.box.set_value(value)
        self.slider.set_share(self._share(value))

    def _share(self, value: float) -> float:
        p = self.parameter
        if p.log:
            value = max(value, p.low)
            return math.log(value / p.low) / math.log(p.high / p.low)
        if p.below == 1.0:
            value = min(max(value, p.low), p.high)
            return math.log((1 - value) / (1 - p.low)) / math.log((1 - p.high) / (1 - p.low))
        return (value - p.low) / (p.high - p.low)

    def value_at(self, share: float) -> float:
        """The slider's value there, rounded to what a hand can mean; its lower end is exact."""
        p = self.parameter
        if p.log:
            value = p.low * (p.high / p.low) ** share
            return float(f"{value:.2e}")
        if p.below == 1.0:
            # Close to 1 every digit counts: 0.9, 0.99, 0.999.
            value = 1 - (1 - p.low) * ((1 - p.high) / (1 - p.low)) ** share
            return float(f"{value:.4f}") if value > 0.99 else float(f"{value:.3f}")
        return float(f"{p.low + share * (p.high - p.low):.3g}")

    def _slid(self, share: float, gesture: Hashable) -> None:
        self._choose(self.value_at(share), gesture, keep_slider=True)

    def _choose(self, value: float, gesture: Hashable, keep_slider: bool = False) -> None:
        self.box.set_value(value)
        if not keep_slider:
            self.slider.set_share(self._share(value))
        self.edited.emit(value, gesture)

    def _typed(self, value: float, gesture: Hashable) -> None:
        self.slider.set_share(self._share(value))
        self.edited.emit(value, gesture)

    def _check(self, value: float) -> float:
        """As the parameter does; what is wrong is told of the symbol that stands at the box."""
        try:
            return self.parameter.check(value)
        except ValueError as error:
            said = str(error).removeprefix(self.parameter.name)
            raise ValueError(f"{self.symbol.text()}{said}" if said != str(error) else said) from None

    def _show_fault(self, problem: str) -> None:
        self.error.setText(problem)
        self.error.setVisible(bool(problem))
        self.box.setToolTip(as_plain(problem or self.parameter.explanation))
        self.error.setAlignment(Qt.AlignmentFlag.AlignRight)


def _shown(symbol: str) -> str:
    """β1 as β₁, η_plus as η₊."""
    return symbol.replace("_plus", "₊").replace("_minus", "₋").translate(_SUBSCRIPTS)
