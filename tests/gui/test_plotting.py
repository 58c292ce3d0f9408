"""The plotting layer: scales and their marks, ranges, axes, items, layers."""

from __future__ import annotations

import gc
import subprocess
import sys
from typing import Any
from weakref import ref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter

from gui.fonts import load_fonts
from gui.painting import painting
from gui.plotting.axis import Axis
from gui.plotting.item import PaintedItem
from gui.plotting.layer import Layer
from gui.plotting.plot import Drawing, Plot
from gui.plotting.ranges import moved, within, zoomed
from gui.plotting.scale import LINEAR, LOG, STEPS, Scale
from gui.plotting.sheet import Sheet
from gui.theme import DARK, LIGHT

SPANS = st.floats(1e-6, 1e6)


def number(text: str) -> float:
    """What a mark says."""
    powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    text = text.replace("·10", "×10")
    if text.startswith("10") and text[2:3] in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹" and len(text) > 2:
        text = "1×" + text
    if "×10" in text:
        mantissa, _, power = text.partition("×10")
        return float(mantissa.translate(powers)) * 10.0 ** int(power.translate(powers))
    return float(text.translate(powers))


@given(st.floats(-1e6, 1e6), SPANS, st.floats(2, 12))
def test_marks_of_a_linear_axis_say_where_they_stand(low: float, span: float, most: float) -> None:
    high = low + span
    marks = LINEAR.marks(low, high, most)
    assert all(low - 1e-9 * span <= at <= high + 1e-9 * span for at, _ in marks)
    assert all(number(text) == pytest.approx(at, abs=1e-3 * span) for at, text in marks)
    assert len({text for _, text in marks}) == len(marks) >= 1


@given(st.floats(-40, 20), st.floats(0.011, 60), st.floats(2, 12))
def test_marks_of_a_log_axis_say_where_they_stand(low: float, span: float, most: float) -> None:
    marks = LOG.marks(low, low + span, most)
    assert marks and len(marks) <= 3 * most + 3
    for at, text in marks:
        assert low - 1e-9 <= at <= low + span + 1e-9
        assert np.log10(number(text)) == pytest.approx(at, abs=2e-3)


@given(st.floats(-10, 900), st.floats(2, 1000))
def test_steps_are_marked_by_whole_numbers(low: float, span: float) -> None:
    marks = STEPS.marks(low, low + span, 6)
    assert marks and all(at == int(text.replace("−", "-")) for at, text in marks)


@given(st.floats(1e-200, 1e200))
def test_a_scale_goes_both_ways(value: float) -> None:
    assert LOG.value(float(LOG.at(value))) == pytest.approx(value, rel=1e-9)
    assert LINEAR.value(float(LINEAR.at(value))) == value


def test_what_has_no_logarithm_stands_below_all() -> None:
    assert LOG.at([0.0, -1.0]).tolist() == [-300.0, -300.0]
    assert np.isnan(LOG.at([np.nan])).all() and LOG.at([np.inf])[0] == np.inf


@given(st.floats(0.1, 0.9), st.floats(0.2, 0.95))
def test_zooming_in_keeps_the_place(share: float, factor: float) -> None:
    seen = (10.0, 30.0)
    about = seen[0] + share * 20
    low, high = zoomed(seen, factor, about, (0.0, 100.0), 1.0)
    assert high - low == pytest.approx(20 * factor)
    assert (about - low) / (high - low) == pytest.approx(share)


def test_ranges_keep_inside_what_there_is() -> None:
    whole = (0.0, 100.0)
    assert zoomed((10.0, 30.0), 50.0, 20.0, whole, 1.0) == whole
    low, high = zoomed((10.0, 30.0), 1e-9, 20.0, whole, 1.0)
    assert high - low == pytest.approx(1.0)
    assert moved((10.0, 30.0), -50.0, whole) == (0.0, 20.0) and moved((10.0, 30.0), 500.0, whole) == (80.0, 100.0)
    assert within((-5.0, 200.0), whole) == whole


def plot_on(width: float, height: float, ratio: float = 1.0, px: float = 1.0, scale: Scale = LINEAR) -> Plot:
    plot = Plot()
    plot.set_sheet(Sheet(width, height, DARK, QFont(list(load_fonts())), px, ratio))
    plot.left.kind, plot.bottom.kind, plot.bottom.name = scale, STEPS, "step"
    return plot


def painted(drawing: Drawing, layers: bool = True) -> QImage:
    sheet = drawing.plot.sheet
    assert sheet is not None
    image = QImage(round(sheet.width * sheet.ratio), round(sheet.height * sheet.ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(sheet.ratio)
    image.fill(sheet.theme.color("panel"))
    with painting(image) as painter:
        drawing.paint(painter, layers)
    return image


def boxes_of(axis: Axis) -> list[QRectF]:
    drawn = axis.drawn()
    return [box for box, _ in drawn.texts] + ([drawn.name] if drawn.name is not None else [])


@pytest.mark.parametrize("px", [1.0, 1.6])
@pytest.mark.parametrize("width", [160, 240, 420])
def test_no_number_touches_another_or_is_cut(qapp: Any, width: int, px: float) -> None:
    for steps in (1, 7, 160, 500, 20_000, 1_000_000):
        for heights in ((-8.3, 2.1), (0.2, 0.24), (-40.0, 30.0)):
            plot = plot_on(width, 200, px=px, scale=LOG)
            plot.view.show_range((-0.02 * steps, 1.02 * steps), heights)
            if not plot.bottom.isVisible():
                continue
            assert plot.bottom.drawn().texts and plot.left.drawn().texts
            for axis in (plot.bottom, plot.left):
                boxes = boxes_of(axis)
                whole = QRectF(0, 0, width, 200).translated(-axis.pos())
                assert all(whole.contains(box) for box in boxes), (steps, heights)
                for index, box in enumerate(boxes):
                    assert not any(box.intersects(other) for other in boxes[index + 1 :]), (steps, heights)


def test_a_mark_stands_where_the_view_has_it(qapp: Any) -> None:
    plot = plot_on(420, 240)
    plot.view.show_range((-3.0, 103.0), (-4.0, 9.0))
    mapping = plot.view.mapping()
    for at, _ in plot.bottom.marks():
        assert plot.bottom.place_of(at) == pytest.approx(mapping.x(at))
    for at, _ in plot.left.marks():
        assert plot.left.place_of(at) == pytest.approx(mapping.y(at))
    assert len(plot.bottom.marks()) > 3 and len(plot.left.marks()) > 3
    # And is seen there: a tick of the axis's ink right below the view.
    drawing = Drawing(plot)
    image, area, ink = painted(drawing), plot.area, DARK.color("muted")
    for at, _ in plot.bottom.marks():
        x = area.left() + mapping.x(at)
        row = [image.pixelColor(round(x) + aside, round(area.bottom()) + 2).red() for aside in (-4, -1, 0, 4)]
        assert max(row[1:3]) - row[0] > 0.4 * (ink.red() - row[0]) and row[0] == row[3]


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_the_view_lies_on_whole_pixels(qapp: Any, ratio: float) -> None:
    for px in (1.0, 1.07, 1.3):
        area = plot_on(333, 217, ratio, px).area
        for side in (area.left(), area.top(), area.right(), area.bottom()):
            assert side * ratio == pytest.approx(round(side * ratio), abs=1e-6)


class Broken:
    def draw(self, painter: QPainter) -> None:
        raise ArithmeticError("no such curve")


def test_a_fault_in_an_item_is_told_once_and_ends_nothing(
    qapp: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: told.append(error))

    broken, plot = Broken(), plot_on(200, 150)
    item = PaintedItem(broken.draw, plot)
    item.place(QRectF(0, 0, 200, 150))
    drawing = Drawing(plot)
    image = QImage(200, 150, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    drawing.scene.setSceneRect(0, 0, 200, 150)
    for _ in range(3):
        drawing.scene.render(painter)
    painter.end()
    qtbot.waitUntil(lambda: bool(told), timeout=2000)
    qtbot.wait(20)
    assert [str(error) for error in told] == ["no such curve"]


def test_who_paints_a_file_hears_of_a_fault(qapp: Any) -> None:
    broken, plot = Broken(), plot_on(200, 150)
    item = PaintedItem(broken.draw, plot)
    item.place(QRectF(0, 0, 200, 150))
    with pytest.raises(ArithmeticError, match="no such curve"):
        painted(Drawing(plot))


def test_a_layer_is_made_again_when_what_it_shows_is_another(qapp: Any) -> None:
    layer, made = Layer(), []
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for of in ((1, "a"), (1, "a"), (2, "a"), (2, "a"), (1, "a")):
        layer.draw(painter, QRectF(0, 0, 20, 20), 1.0, of, lambda _painter, of=of: made.append(of))
    layer.draw(painter, QRectF(0, 0, 20, 25), 1.0, (1, "a"), lambda _painter: made.append((0, "size")))
    painter.end()
    assert made == [(1, "a"), (2, "a"), (1, "a"), (0, "size")]


def test_a_drawing_goes_without_the_garbage_collector(qapp: Any) -> None:
    """Which may run in any thread; and what is deleted there takes the program with it."""
    drawing = Drawing(plot_on(200, 150))
    painted(drawing)
    held = [ref(thing) for thing in (drawing.scene, drawing.plot, drawing.plot.view, drawing.plot.left)]
    gc.disable()
    try:
        del drawing
        assert [thing() for thing in held] == [None] * 4
    finally:
        gc.enable()


def test_axes_look_the_same_with_and_without_layers(qapp: Any) -> None:
    for theme in (DARK, LIGHT):
        plot = Plot()
        plot.set_sheet(Sheet(300, 200, theme, QFont(list(load_fonts()))))
        plot.view.show_range((0.0, 7.0), (-1.0, 1.0))
        drawing = Drawing(plot)
        images = [painted(drawing, layers) for layers in (True, False, True)]
        assert images[0] == images[2]
        values = [np.array(image.constBits()).reshape(200, 300, 4).astype(int) for image in images]
        assert np.abs(values[0] - values[1]).max() <= 3


def test_pyqtgraph_leaves_the_hooks_for_faults_alone() -> None:
    code = """
import sys, threading
before = sys.excepthook, threading.excepthook
import gui.plotting.library
assert (sys.excepthook, threading.excepthook) == before
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


def test_the_window_does_not_wait_for_pyqtgraph() -> None:
    code = "import sys\nimport gui.main_window, gui.optimizers.panel\nassert 'pyqtgraph' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
