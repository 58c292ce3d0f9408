"""The Augmentation panel: pictures, strengths, ways and samples, driven as a user would."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from engine.augmentation_scene import SIDE, PictureChoice, opening_augmentation
from engine.frames import Position
from engine.gallery import SHIPPED, WAYS
from engine.scene_file import decode, encode
from gui.augmentation import picture
from gui.augmentation.panel import AugmentationPanel
from gui.augmentation.picture import Placed, arranged, image_of
from gui.augmentation.pictures import numbers_of
from gui.augmentation.words import way_name, way_story
from gui.main_window import MainWindow
from gui.painting import painting
from gui.recording.settings import Settings
from gui.recording.stage import Stage
from gui.theme import DARK

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform


@pytest.fixture
def panel(qtbot: Any) -> AugmentationPanel:
    panel = AugmentationPanel(opening_augmentation())
    qtbot.addWidget(panel)
    panel.resize(1366, 656)
    panel.show()
    QApplication.processEvents()
    return panel


def placed(panel: AugmentationPanel) -> list[Placed]:
    canvas = panel.canvas
    assert canvas.shown is not None
    return arranged(canvas._sheet(canvas.width(), canvas.height()), canvas.shown)


def labels(panel: AugmentationPanel) -> dict[str, tuple[float, float]]:
    assert panel.canvas.shown is not None
    return {tile.way: tile.label for tile in panel.canvas.shown.tiles}


def test_a_picture_has_the_colours_of_its_numbers() -> None:
    numbers = np.zeros((3, 2, 3))
    numbers[0, 0, 1] = 1.0
    image = image_of(numbers)
    assert (image.width(), image.height()) == (3, 2)
    assert image.pixelColor(1, 0).name() == "#ff0000" and image.pixelColor(0, 0).name() == "#000000"


def test_every_shipped_picture_can_be_chosen(panel: AugmentationPanel) -> None:
    for name in SHIPPED:
        assert numbers_of(PictureChoice(name)).shape == (3, SIDE, SIDE)
        index = panel.controls.boxes["second"].findData(name)
        assert index >= 0
        panel.controls.boxes["second"].activated.emit(index)
        assert panel.scene.second == PictureChoice(name)


def test_a_strength_that_is_typed_changes_the_tiles(panel: AugmentationPanel) -> None:
    before = panel.canvas.grab().toImage()
    field = panel.controls.fields["share"]
    field.box.selectAll()
    QTest.keyClicks(field.box, "0.3")
    QTest.keyClick(field.box, Qt.Key.Key_Return)
    assert labels(panel)["mixup"] == pytest.approx((0.3, 0.7)) and panel.canvas.grab().toImage() != before
    field.box.selectAll()
    QTest.keyClicks(field.box, "x")
    QTest.keyClick(field.box, Qt.Key.Key_Return)
    assert labels(panel)["mixup"] == pytest.approx((0.3, 0.7)) and not field.error.isHidden()
    panel.document.undo_stack.undo()
    assert panel.scene.share == 0.7 and panel.canvas.grab().toImage() == before


def test_a_share_that_is_drawn_has_alpha_for_its_slider(panel: AugmentationPanel) -> None:
    QTest.mouseClick(panel.controls.drawn, Qt.MouseButton.LeftButton)
    assert panel.scene.drawn
    assert panel.controls.fields["share"].isHidden() and not panel.controls.fields["alpha"].isHidden()
    first = labels(panel)["mixup"]
    panel.player.step(1)
    assert labels(panel)["mixup"] != first


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.3, 1.6, 2.0, 2.5])
@pytest.mark.parametrize("size", [(790, 580), (1100, 700), (1500, 900), (400, 500)])
def test_what_stands_under_a_tile_is_whole_and_stays_in_its_width(
    panel: AugmentationPanel, size: tuple[int, int], scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = panel.canvas.shown
    assert shown is not None
    sheet = picture.Sheet(QRectF(0, 0, *size), QApplication.font(), DARK, scale)
    image = QImage(*size, QImage.Format.Format_RGB32)
    drawn: list[tuple[QRectF, str, str]] = []  # where, what was to be written, what was
    write = picture._write

    def told(painter: QPainter, sheet: picture.Sheet, area: QRectF, texts: Any, *rest: Any) -> None:
        recorder = Recorder(painter)
        write(recorder, sheet, QRectF(area), texts, *rest)
        drawn.append((QRectF(area), " / ".join(texts), recorder.text))

    monkeypatch.setattr(picture, "_write", told)
    for sample in (0, 1, 2, 3):
        panel.player.seek(Position(sample))
        assert panel.canvas.shown is not None
        drawn.clear()
        with painting(image) as painter:
            picture.paint(painter, sheet, panel.canvas.shown)
        places = [one.place for one in arranged(sheet, panel.canvas.shown)]
        for area, texts, text in drawn:
            assert text in texts.split(" / "), f"{texts} is cut to {text}"
            assert any(
                place.left() - 0.01 <= area.left() and area.right() <= place.right() + 0.01 for place in places
            ), texts
        assert len({tuple((p.x(), p.y(), p.width()) for p in places)}) == 1
    lefts = sorted({round(place.left()) for place in places})
    assert all(b - a >= places[0].width() + 10 for a, b in pairwise(lefts)), "and there is a gap"


class Recorder:
    """A painter that remembers the words."""

    def __init__(self, painter: QPainter) -> None:
        self.painter, self.text = painter, ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.painter, name)

    def drawText(self, area: QRectF, align: Any, text: str) -> None:
        self.text = text
        self.painter.drawText(area, align, text)


def test_time_goes_from_sample_to_sample_and_back(panel: AugmentationPanel, qtbot: Any) -> None:
    first = panel.canvas.grab().toImage()
    panel.player.set_speed(16.0)
    panel.player.play()
    qtbot.waitUntil(lambda: panel.player.position.step >= 3)
    panel.player.pause()
    assert panel.canvas.grab().toImage() != first
    panel.player.first()
    assert panel.canvas.grab().toImage() == first
    assert panel.inspector.heading.text().endswith("sample 1")


def test_fewer_samples_keep_the_moment_inside(panel: AugmentationPanel) -> None:
    panel.player.last()
    assert panel.player.position.step == 59
    field = panel.controls.fields["samples"]
    field.box.selectAll()
    QTest.keyClicks(field.box, "10")
    QTest.keyClick(field.box, Qt.Key.Key_Return)
    assert panel.player.length == 9 and panel.player.position.step <= 9
    assert decode(encode(panel.scene_to_save())) == panel.scene_to_save()


def test_a_click_shows_one_way_large_and_all_again(panel: AugmentationPanel) -> None:
    for way in WAYS:
        one = next(one for one in placed(panel) if one.tile.way == way)
        QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=one.place.center().toPoint())
        assert panel.scene.way == way and panel.controls.way.currentData() == way
        assert panel.inspector.heading.text().startswith(way_name(way)) and way_story(way)
        assert panel.inspector.formulas[0][0].isVisible()
        QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
        assert panel.scene.way == "all" and not panel.document.undo_stack.canUndo()


@pytest.mark.parametrize("size", [(900, 560), (1366, 656), (1920, 960), (560, 900)])
@pytest.mark.parametrize("way", ["all", *WAYS])
def test_nothing_overlaps_or_leaves_the_picture(panel: AugmentationPanel, size: tuple[int, int], way: str) -> None:
    panel.resize(*size)
    panel.controls.show_way(way)
    QApplication.processEvents()
    shown = [one.place.adjusted(0, 0, 0, 70) for one in placed(panel)]
    for number, one in enumerate(shown):
        assert panel.canvas.rect().toRectF().contains(one)
        assert not any(one.intersects(other) for other in shown[:number])


def test_pictures_of_ones_own(panel: AugmentationPanel, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    before = panel.scene
    panel.controls.read(tmp_path / "bad.png", "second")
    assert not panel.controls.error.isHidden() and panel.scene == before
    image_of(np.ones((3, 20, 30))).save(str(tmp_path / "mine.png"))
    panel.canvas.dropped.emit(tmp_path / "mine.png")
    assert panel.scene.first.name == "mine" and panel.controls.error.isHidden()
    assert panel.controls.boxes["first"].currentText() == "mine"
    assert panel.canvas.shown is not None and panel.canvas.shown.tiles[0].image == pytest.approx(1.0)
    panel.controls.boxes["first"].activated.emit(0)
    assert panel.scene.first == PictureChoice("cat")
    assert [panel.controls.boxes["first"].itemData(i) for i in range(6)] == [*SHIPPED, "file"]


def test_a_picture_is_pasted(panel: AugmentationPanel) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QApplication.clipboard().setImage(image)
    panel.canvas.setFocus()
    QTest.keyClick(panel.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert panel.scene.first.pixels
    QApplication.clipboard().setText("no picture")
    QTest.keyClick(panel.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert not panel.controls.error.isHidden()


@pytest.fixture
def window(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    yield window
    window.lecture.close()  # nothing to ask about


def test_a_key_opens_the_panel_and_a_page_keeps_it(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(window.panel, AugmentationPanel)
    window.player.seek(Position(4))
    window.panel.controls.show_way("cutmix")
    window.lectures.add()
    window.player.seek(Position(9))
    window.panel.controls.show_way("all")
    assert not window.lecture.page_changed  # only looked at otherwise
    window.lecture.show(0)
    assert window.panel.scene.way == "cutmix" and window.player.position.step == 4


def test_a_recording_shows_what_the_panel_shows(qtbot: Any) -> None:
    scene = opening_augmentation().with_(way="cutmix")
    stage = Stage(scene, Settings(width=640, height=360))
    frames = [stage.frame(Position(step)).copy() for step in (0, 3, 0)]
    assert frames[0] == frames[2] != frames[1]
    assert stage.act.length == 59 and stage.act.where(Position(3)) == "sample 4 of 60"


def test_nothing_is_computed_between_two_samples(panel: AugmentationPanel) -> None:
    shown = panel.canvas.shown
    panel.player.seek(Position(0, 0, 0.6))
    assert panel.canvas.shown is shown
    panel.player.seek(Position(1))
    assert panel.canvas.shown is not shown


def test_a_square_recording_has_the_whole_rule(qtbot: Any) -> None:
    stage = Stage(opening_augmentation().with_(way="cutmix"), Settings(width=540, height=540))
    image = stage.frame(Position(3))
    ground = QColor(stage.page.theme.panel)
    notes = stage.act.notes  # type: ignore[attr-defined]
    ratio = stage.page.ratio
    rows = [round((notes.bottom() - margin) * ratio) for margin in (4, 8)]
    for y in rows:  # nothing reaches the lower edge of the box
        assert all(image.pixelColor(x, y) == ground for x in range(round(notes.left() * ratio) + 12, 500))
