"""Formulas on the screen: sizes, lines, ink, crispness, colours, and the label."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QVBoxLayout, QWidget

from engine.expressions import parse, parse_program
from engine.expressions.typeset import plain, typeset, typeset_assignment
from gui.fonts import load_fonts, math_font, maths_family
from gui.formula import FormulaLabel, FormulaStyle, Laid, layout

ADAM = parse_program(
    "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\nw = w - η/sqrt(v + ε) * sqrt(1 - β2**t)/(1 - β1**t) * m"
)
VALUES: dict[str, float | tuple[float, float]] = {
    "β1": 0.9, "β2": 0.999, "η": 0.05, "ε": 1e-8, "t": 26.0, "w": (2.614, -0.8812),
    "m": (-2.314, 1.87e-7), "v": (28.41, 90.23), "g": (1.42, -0.9617),
}  # fmt: skip
GOLDSTEIN_PRICE = (
    "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
    "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))"
)
TEXTS = [
    "(1 - x)**2 + 100*(y - x**2)**2",
    GOLDSTEIN_PRICE,
    "-20*exp(-0.2*sqrt(0.5*(x**2 + y**2))) - exp(0.5*(cos(2*pi*x) + cos(2*pi*y))) + e + 20",
    "where(abs(x) <= 1, x**2/2, abs(x) - 0.5)*max(x/2, f)",
    "f**j + j*f - sqrt(f/sqrt(g_hat/x_bar)) + (f/(j/y))**2",
    "Q*abs(y/(f + 2))**t*v_max*learning_rate",
    "grad(w - η*β*a)*sin(y)**2 - 1.25e-7",
    "x",
]
EVERYTHING = [typeset(parse(text)) for text in TEXTS] + [
    typeset_assignment(line, values, result)
    for line in ADAM
    for values, result in ((None, None), (VALUES, (-1e-7, 1e300)))
]
INK = QColor("#f0f2f6")
OFFSCREEN = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def drawn(laid: Laid, ratio: float = 1.0, margin: int = 30, x: float = 0.0) -> np.ndarray:
    """The formula's coverage (rows, columns), 0 to 255, with a margin around its bounds."""
    wide, high = round(laid.width + 2 * margin), round(laid.height + 2 * margin)
    image = QImage(round(wide * ratio), round(high * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    laid.draw(painter, margin + x, margin + laid.ascent)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return pixels.reshape(image.height(), image.width(), 4)[:, :, :3].max(axis=2).copy()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", [16, 23, 40])
def test_all_ink_lies_within_the_bounds(qapp: QApplication, size: int, ratio: float) -> None:
    margin = 30
    for box, max_width in product(EVERYTHING, (None, 300.0)):
        laid = layout(box, FormulaStyle(size, INK), max_width)
        rows, columns = np.nonzero(drawn(laid, ratio, margin) > 50)
        left, right = columns.min() / ratio - margin, (columns.max() + 1) / ratio - margin
        top, bottom = rows.min() / ratio - margin, (rows.max() + 1) / ratio - margin
        assert -1.01 <= left <= 0.2 * size, plain(box)
        assert laid.width - 0.2 * size <= right <= laid.width + 1.01, plain(box)
        assert top >= -1.01 and bottom <= laid.height + 1.01, plain(box)


@pytest.mark.parametrize("width", [240, 300, 420])
def test_a_formula_keeps_to_its_width(qapp: QApplication, width: int) -> None:
    style = FormulaStyle(18, INK)
    for box in EVERYTHING:
        free, bound = layout(box, style), layout(box, style, width)
        assert bound.width <= width, plain(box)
        if free.width <= width:
            assert (bound.width, bound.height) == (free.width, free.height)
        else:
            assert bound.height != free.height


def line_count(laid: Laid) -> int:
    """Lines of text, counted as bands of rows with ink."""
    inked = (drawn(laid) > 60).any(axis=1)
    return int(np.count_nonzero(np.diff(inked.astype(int)) == 1))


def test_lines_break_first_at_sums(qapp: QApplication) -> None:
    style = FormulaStyle(18, INK)
    box = typeset(parse("aaa*bbb*ccc + ddd*eee*fff"))
    half = layout(box, style, layout(typeset(parse("ddd*eee*fff")), style).width + 60)
    assert line_count(half) == 2
    # The plus begins the second line, so hitting there finds no symbol, then ddd.
    second = half.height - half.ascent - 8
    names = [half.hit(x, second) for x in range(round(half.width))]
    assert [name for name in dict.fromkeys(names) if name] == ["ddd", "eee", "fff"]


def test_what_cannot_break_becomes_smaller_but_never_tiny(qapp: QApplication) -> None:
    style = FormulaStyle(20, INK)
    box = typeset(parse("1/(aaaaa + bbbbb + ccccc + ddddd)"))
    natural = layout(box, style)
    shrunk = layout(box, style, natural.width * 0.75)
    assert natural.width * 0.65 <= shrunk.width <= natural.width * 0.75
    least = layout(box, style, 10)
    assert least.width == pytest.approx(natural.width * 0.6, rel=0.03)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("size", [16, 18, 21, 30])
def test_bars_are_crisp(qapp: QApplication, size: int, ratio: float) -> None:
    for text in ("1/(a + b)", "sqrt(x + y)", "x/y"):
        pixels = drawn(layout(typeset(parse(text)), FormulaStyle(size, INK)), ratio)
        columns = np.nonzero(pixels[(pixels > 200).sum(axis=1).argmax()] > 200)[0]
        bar = pixels[:, columns[len(columns) // 2] : columns[-2]]  # without the root's stroke
        lit = np.nonzero((bar >= 236).all(axis=1))[0]
        assert len(lit) == max(round(size * 0.062 * ratio), 1)
        assert bar[[lit[0] - 1, lit[-1] + 1]].max() < 30  # nothing half lit beside it


@pytest.mark.parametrize("text", ["x/y", "sqrt(a/b)/c", "a/(b/(c/d))"])
def test_brackets_are_as_tall_as_what_they_hold(qapp: QApplication, text: str) -> None:
    style = FormulaStyle(24, INK)
    inside = layout(typeset(parse(text)), style)
    pixels = drawn(layout(typeset(parse(f"({text})**n")), style))
    bracket = np.nonzero((pixels[:, 30:38] > 50).any(axis=1))[0]
    tall = bracket[-1] - bracket[0] + 1
    # The axis need not be in the middle of the content, but must be in that of the bracket.
    reach = 2 * max(inside.ascent - 0.258 * 24, inside.height - inside.ascent + 0.258 * 24)
    assert reach * 0.95 <= tall <= reach * 1.08


def test_every_glyph_is_drawn_at_any_size(qapp: QApplication) -> None:
    """Qt 6.11 drew nothing for resized raw fonts above 64 device pixels."""
    box = typeset(parse("x"))
    small = np.count_nonzero(drawn(layout(box, FormulaStyle(20, INK))) > 128)
    for size, ratio in ((40, 2.0), (70, 1.0), (100, 3.0)):
        inked = np.count_nonzero(drawn(layout(box, FormulaStyle(size, INK)), ratio) > 128)
        assert inked == pytest.approx(small * (size * ratio / 20) ** 2, rel=0.25)


def test_letters_without_a_glyph_come_from_another_font(qapp: QApplication) -> None:
    laid = layout(typeset(parse("학습률*x")), FormulaStyle(20, INK))
    left = drawn(laid)[:, 30:70]
    assert np.count_nonzero(left > 128) > 60
    assert "Noto Sans KR" in load_fonts()
    assert math_font(20).families()[0] == maths_family() == "STIX Two Math"
    assert math_font(20.4).pixelSize() == 20


def test_colours_go_by_symbol(qapp: QApplication) -> None:
    red = QColor("#ff0000")
    box = typeset_assignment(ADAM[0], VALUES, (-1.9, 1.6))
    laid = layout(box, FormulaStyle(20, QColor("#00ff00"), {"m": red}))
    image = QImage(600, 80, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    laid.draw(painter, 0, laid.ascent)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(80, 600, 4)
    columns = {
        name: np.nonzero((pixels[:, :, channel] > 200).any(axis=0))[0] for name, channel in (("red", 2), ("green", 1))
    }
    x = float(np.median(columns["red"][columns["red"] < laid.width / 2]))
    assert laid.hit(x, -12) == "m"
    assert columns["red"].max() > laid.width - 8  # the result, with its bracket
    assert columns["green"].min() < 5  # 0.9
    assert not {*columns["red"]} & {*columns["green"]}


def test_hit_finds_each_symbol_and_nothing_between(qapp: QApplication) -> None:
    laid = layout(typeset_assignment(ADAM[0]), FormulaStyle(24, INK))
    found = [laid.hit(x, -4) for x in range(round(laid.width))]
    assert list(dict.fromkeys(found)) == ["m", None, "β1", "g"]
    assert laid.hit(2, 60) is None
    assert laid.hit(-30, -4) is None


def test_numbers_do_not_make_a_line_jump(qapp: QApplication) -> None:
    style = FormulaStyle(16, INK)
    heights = {
        layout(typeset_assignment(ADAM[0], VALUES | {"m": (a, b), "β1": c}, (b, a)), style).height
        for a, b, c in ((1.0, 2.0, 0.5), (-14.37, 0.0072, 0.99), (8e3, 6.66, 0.1))
    }
    assert len(heights) == 1


# --- the label -----------------------------------------------------------------------------------


@pytest.fixture
def label(qtbot: Any) -> FormulaLabel:
    label = FormulaLabel(typeset_assignment(ADAM[2]))
    qtbot.addWidget(label)
    return label


@OFFSCREEN
def test_the_label_grows_downwards_in_a_layout(qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    label, below = FormulaLabel(typeset(parse(GOLDSTEIN_PRICE))), QLabel("below")
    column.addWidget(label)
    column.addWidget(below)
    column.addStretch()
    window.resize(900, 300)
    window.show()
    wide = label.height()
    window.resize(320, 300)
    qtbot.waitUntil(lambda: label.height() > wide)
    assert label.height() == label.heightForWidth(label.width())
    assert below.y() >= label.y() + label.height()


def test_the_label_says_and_copies_its_formula(label: FormulaLabel) -> None:
    text = "w ← w − η/√(v + ε)·√(1 − β2^t)/(1 − β1^t)·m"
    assert label.accessibleName() == label.toolTip() == text
    menu = label.copy_menu()
    as_text, as_latex = menu.actions()
    as_text.trigger()
    assert QGuiApplication.clipboard().text() == text
    as_latex.trigger()
    assert QGuiApplication.clipboard().text().startswith(r"w \leftarrow w - \frac{\eta}")
    menu.deleteLater()


@OFFSCREEN
def test_the_menu_opens_with_a_right_click(label: FormulaLabel, qtbot: Any) -> None:
    label.show()
    at = QPoint(5, 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, label.mapToGlobal(at))
    QApplication.sendEvent(label, event)
    menu = label.findChild(QMenu)
    assert menu is not None and menu.isVisible()
    menu.close()
    qtbot.waitUntil(lambda: label.findChild(QMenu) is None)


def test_the_label_tells_which_symbol_is_under_the_pointer(label: FormulaLabel, qtbot: Any) -> None:
    label.resize(label.sizeHint())
    label.show()
    heard: list[str] = []
    label.hovered.connect(heard.append)
    for x in range(0, label.width(), 2):
        qtbot.mouseMove(label, QPoint(x, label.height() // 2))
    assert heard[:2] == ["w", ""]
    assert [name for name in heard if name][-1] == "m"
    QApplication.sendEvent(label, QEvent(QEvent.Type.Leave))
    assert heard[-1] == ""


def test_the_label_draws_in_its_style(label: FormulaLabel) -> None:
    label.set_formula_style(FormulaStyle(30, QColor("#ff0000")))
    label.resize(label.sizeHint())
    image = label.grab().toImage()
    reds = sum(
        image.pixelColor(x, y).red() > 200 and image.pixelColor(x, y).green() < 60
        for x in range(image.width())
        for y in range(image.height())
    )
    assert reds > 200


def test_only_numbers_that_change_keep_the_height(label: FormulaLabel) -> None:
    label.set_formula_style(FormulaStyle(16, INK))
    label.resize(300, 80)
    wide = typeset_assignment(ADAM[1], VALUES, (1.234e-5, 6.789e-7))
    narrow = typeset_assignment(ADAM[1], {**VALUES, "v": (1.0, 2.0), "g": (1.0, 2.0)}, (1.0, 2.0))
    label.set_box(narrow)
    low = label.heightForWidth(300)
    label.set_box(wide, keep_height=True)
    high = label.heightForWidth(300)
    assert high > low
    label.set_box(narrow, keep_height=True)
    assert label.heightForWidth(300) == high
    label.set_box(wide)
    label.set_box(narrow)
    assert label.heightForWidth(300) == low


def test_drawing_at_an_offset_is_the_same_picture(qapp: QApplication) -> None:
    laid = layout(EVERYTHING[0], FormulaStyle(20, INK))
    moved = drawn(laid, x=7.0)
    assert np.array_equal(drawn(laid)[:, :-7], moved[:, 7:])
