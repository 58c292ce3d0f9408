"""The 3-D view: heights, what hides what, paths on the ground, the mouse, and pictures for files."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.fair_play import run_scene
from engine.frames import Position, frame_at
from engine.losses import LOSSES, Loss
from engine.scene import BranchChoice, Camera, CrowdChoice, LossChoice, RacerChoice, Scene, Show, opening_scene
from engine.scene_file import SceneFileError, decode, encode
from gui.optimizers.labels import labels_of
from gui.optimizers.panel import OptimizersPanel
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.draped import Draped
from gui.optimizers.picture.projection import Projection
from gui.optimizers.picture.relief import Relief, Terrain, paint_relief
from gui.optimizers.picture.relief_picture import ReliefPicture
from gui.optimizers.picture.sheet import Sheet
from gui.optimizers.relief_canvas import REST
from gui.picture.background import levels_of, sample
from gui.picture.heights import HIGHEST, HeightScale
from gui.picture.mapping import Mapping
from gui.picture_file import file_data, picture_of
from gui.recording.page import plain_font
from gui.recording.settings import Settings
from gui.recording.stage import Stage
from gui.theme import DARK, LIGHT, Theme, look

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform

BOX = ((-4.0, 4.0), (-3.0, 3.0))
RIDGE = "exp(-4*y**2)"  # along x, in the middle


def terrain_of(loss: Loss, box: Any = BOX) -> Terrain:
    return Terrain.of(loss, Mapping.fitted(box, 320, 300), box)


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4).astype(int)


def drawn(scene: Scene, position: Position, theme: Theme = DARK, picture: ReliefPicture | None = None) -> np.ndarray:
    active = [i for i, racer in enumerate(scene.racers) if racer.on]
    loss = scene.loss.loss()
    run = run_scene(scene, loss, active, [scene.racers[i].build() for i in active])
    subject = Subject(run, labels_of(scene, active, run), scene.show, 0)
    box = scene.view or loss.domain
    sheet = Sheet(Mapping.fitted(box, 320, 300), box, scene.camera, 300, 260, theme, plain_font())
    image = QImage(300, 260, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    (picture or ReliefPicture()).paint(painter, sheet, subject, frame_at(run, position, 0))
    painter.end()
    return pixels(image)


# Heights.


@pytest.mark.parametrize("key", ["himmelblau", "rosenbrock", "booth", "two_wells", "easom", "goldstein_price"])
def test_heights_rise_with_the_loss_and_are_even_where_the_lines_are(key: str) -> None:
    loss = LOSSES[key]
    values = sample(loss, Mapping.fitted(loss.domain, 400, 400))[2]
    scale = HeightScale.of(values)
    np.testing.assert_array_equal(scale.levels(), levels_of(values))
    heights = scale.heights(np.sort(values.ravel()))
    assert (np.diff(heights) >= 0).all() and heights[0] == 0 and heights[-1] <= HIGHEST
    at_lines = scale.heights(scale.levels())
    assert at_lines[-1] == pytest.approx(1, abs=1e-9)
    assert (np.diff(at_lines[8:]) < 2.5 * np.median(np.diff(at_lines[8:]))).all()


def test_plains_and_holes_have_heights_too() -> None:
    assert HeightScale.of(np.full((3, 3), 7.0)).heights(np.array([7.0, math.nan, math.inf]))[0] == 0
    assert math.isnan(HeightScale.of(np.full((3, 3), 7.0)).heights(np.array([math.nan]))[0])
    assert HeightScale.of(np.array([0.0, 1.0, 2.0])).heights(np.array([math.inf]))[0] == HIGHEST
    for text in ("3", "log(x)", "1/x", "log(-1 - x**2)", "exp(exp(x*x))", "1e300*x*x*y"):
        terrain = terrain_of(Loss.from_text(text))
        for rough in (True, False):
            relief = paint_relief(terrain, Projection(BOX, Camera(), 200, 160), LIGHT, 1.0, rough)
            assert (relief.image.width(), relief.image.height()) == (200, 160)
            assert pixels(relief.image)[80, 100, 3] == 255, text  # a block, whatever is on it


def test_the_terrain_is_the_loss_on_the_contours_scale() -> None:
    terrain = terrain_of(LOSSES["booth"], ((-10.0, 10.0), (-10.0, 10.0)))
    np.testing.assert_array_equal(terrain.levels, levels_of(sample(terrain.loss, terrain.mapping)[2]))
    points = np.random.default_rng(0).uniform(-9, 9, (50, 2))
    expected = terrain.scale.heights(terrain.loss.value(points.T)) / terrain.peak
    np.testing.assert_allclose(terrain.heights_at(points), expected, atol=0.02)


# The camera.


def test_seen_from_above_it_is_a_map() -> None:
    projection = Projection(BOX, Camera(0, 90), 300, 260)
    points = np.array([[-4, -3], [4, -3], [4, 3], [0, 0]], float)
    places = projection.pixels(points, np.array([0.0, 1.0, 0.5, 0.2]))  # heights do not matter
    across, down = places[:, 0], places[:, 1]
    assert across[1] - across[0] == pytest.approx(8 / 6 * (down[1] - down[2]))
    assert down[0] == pytest.approx(down[1]) and across[1] == pytest.approx(across[2])
    assert across[3] == pytest.approx(projection.middle) and down[3] == pytest.approx(130)
    assert projection.holds(points).all() and not projection.holds(np.array([4.1, 0.0]))


@pytest.mark.parametrize("azimuth", [-170, -90, -25, 0, 45, 90, 135, 180])
@pytest.mark.parametrize("elevation", [10, 48, 90])
def test_the_whole_block_is_in_the_picture(azimuth: float, elevation: float) -> None:
    projection = Projection(BOX, Camera(azimuth, elevation), 240, 400)
    for height in (-0.1, 0.0, 1.0):
        places = projection.pixels(np.array(projection.corners()), np.full(4, height))
        assert (places[:, 0] > 10).all() and (places[:, 0] < 240).all()
        assert (places[:, 1] > 10).all() and (places[:, 1] < 390).all()


@pytest.mark.parametrize(("azimuth", "behind"), [(0, (0.0, 1.2)), (180, (0.0, -1.2)), (35, (-0.7, 1.0))])
def test_what_is_behind_a_ridge_is_hidden_and_what_is_before_it_is_not(
    azimuth: float, behind: tuple[float, float]
) -> None:
    terrain = terrain_of(Loss.from_text(RIDGE))
    before = (-behind[0], -behind[1])
    points = np.array([behind, before, (0.0, 0.0)])
    heights = terrain.heights_at(points)
    for elevation, expected in ((15, [True, False, False]), (90, [False, False, False])):
        projection = Projection(BOX, Camera(azimuth, elevation), 300, 260)
        for rough in (True, False):
            relief = paint_relief(terrain, projection, DARK, 1.0, rough)
            assert relief.hides(projection.pixels(points, heights)).tolist() == expected
    assert not relief.hides(projection.pixels(np.array([[1e9, math.nan]]), np.array([math.nan]))).any()


def test_in_haste_it_is_the_same_surface() -> None:
    terrain, projection = terrain_of(LOSSES["himmelblau"]), Projection(BOX, Camera(), 300, 260)

    def small(relief: Relief) -> np.ndarray:
        image = pixels(relief.image)[..., :3]
        return image[:256, :296].reshape(64, 4, 74, 4, 3).mean(axis=(1, 3))

    fine, rough = (small(paint_relief(terrain, projection, LIGHT, 1.0, hasty)) for hasty in (False, True))
    assert np.abs(fine - rough).mean() < 4 and np.ptp(fine) > 60


# Paths.


def test_a_path_follows_the_ground_between_its_steps() -> None:
    terrain = terrain_of(Loss.from_text(RIDGE))
    path = np.array([[0.0, -2.0], [0.0, 2.0], [0.0, 2.0], [1e12, math.nan], [1.0, 1.0]])
    draped = Draped.of(path, terrain)
    assert draped.first[0] == 0 and draped.first[-1] == len(draped.points) - 1
    np.testing.assert_allclose(draped.points[draped.first[:3]], path[:3])
    over = draped.heights[draped.first[0] : draped.first[1] + 1]
    assert over.max() > 0.95 and over[0] < 0.3 and over[-1] < 0.3  # up and down again
    assert np.isfinite(draped.points).all() and np.isfinite(draped.heights).all()


def test_a_picture_depends_on_the_moment_alone() -> None:
    scene = opening_scene()
    kept = ReliefPicture()
    for position in (Position(0), Position(30), Position(31, 0, 0.5), Position(70), Position(33)):
        np.testing.assert_array_equal(drawn(scene, position, picture=kept), drawn(scene, position))


def test_everything_of_a_race_is_on_the_surface() -> None:
    scene, at = opening_scene(), Position(40)
    adam = scene.racers[0]
    assert (drawn(scene, at) != drawn(scene, Position(41))).any()
    assert (drawn(scene, at) != drawn(scene.with_(show=Show(minima=False)), at)).any()
    assert (drawn(scene, at) != drawn(scene.with_(show=Show(path_ahead=False)), at)).any()
    ghost = RacerChoice("adam", adam.values, branch=BranchChoice(10, {"learning_rate": 0.5}))
    crowd = RacerChoice("adam", adam.values, crowd=CrowdChoice("ring", 5, 1.0))
    plain = drawn(scene.with_(racers=(adam,)), at)
    for racer in (ghost, crowd):
        assert (drawn(scene.with_(racers=(racer,)), at) != plain).mean() > 0.0015
    hidden = scene.with_(show=Show(outcome=False))
    np.testing.assert_array_equal(drawn(hidden, at), drawn(hidden, Position(0)))
    assert drawn(scene.with_(racers=()), at).any()
    diverging = scene.with_(racers=(RacerChoice("gradient_descent", {"learning_rate": 1.0}),))
    assert drawn(diverging, Position(100), LIGHT).any()


# In a file.


@pytest.mark.parametrize(
    ("camera", "place"),
    [(Camera(math.inf), "azimuth"), (Camera(0, 5), "elevation"), (Camera(0, 48, 0.0), "zoom")],
)
def test_an_impossible_camera_is_refused(camera: Camera, place: str) -> None:
    scene = opening_scene().with_(camera=Camera(10.5, 30.0, 2.0), show=Show(relief=True))
    assert decode(encode(scene)) == scene
    with pytest.raises(SceneFileError, match=place):
        decode(encode(scene.with_(camera=camera)).replace(b'"azimuth": null', b'"azimuth": 1e9'))


def test_recordings_have_it_beside_the_contour() -> None:
    scene = Scene("Both", "", LossChoice("booth"), (2.0, 7.0), 40, (RacerChoice("adam"),), show=Show(relief=True))
    turned = scene.with_(camera=Camera(60))
    settings = Settings(width=640, height=360, theme="light", title=False, caption=False)
    both, other, alone = (
        pixels(Stage(one, settings).frame(Position(20)))
        for one in (scene, turned, scene.with_(show=Show(relief=False)))
    )
    differ = (both != other).any(axis=2)
    columns = np.flatnonzero(differ.any(axis=0))
    assert columns.min() > 0.25 * 640 and columns.max() < 0.75 * 640  # the 3-D view and nothing else
    assert (both != alone).any()
    glass = Stage(scene, Settings(width=640, height=360, title=False, caption=False, transparent=True))
    alpha = pixels(glass.frame(Position(20)))[..., 3]
    assert alpha[20, 400] == 0 and alpha[180, 360] == 255


# In the window.


@pytest.fixture
def panel(qtbot: Any) -> Iterator[OptimizersPanel]:
    panel = OptimizersPanel(opening_scene())
    qtbot.addWidget(panel)
    panel.resize(1400, 700)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel


def mouse(canvas: Any, kind: QEvent.Type, x: float, y: float) -> None:
    left = Qt.MouseButton.LeftButton
    at = QPointF(x, y)
    QApplication.sendEvent(
        canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), left, left, Qt.KeyboardModifier.NoModifier)
    )


def wheel(canvas: Any, angle: int) -> None:
    at = QPointF(100, 100)
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def test_the_3d_view_comes_and_goes_with_the_scene(panel: OptimizersPanel) -> None:
    assert panel.pictures.relief is None
    width = panel.canvas.width()
    panel.toggle_relief()
    QApplication.processEvents()
    relief = panel.pictures.relief
    assert panel.scene.show.relief and relief is not None and relief.isVisible()
    assert 0.5 * width < panel.canvas.width() < 0.6 * width and relief.width() > 0.38 * width
    panel.document.undo_stack.undo()
    QApplication.processEvents()
    assert not relief.isVisible() and panel.canvas.width() == width
    panel.open_scene(opening_scene().with_(show=Show(relief=True), camera=Camera(30, 60, 1.5)))
    assert relief.isVisible() and relief.camera == Camera(30, 60, 1.5)


def test_a_drag_turns_it_the_wheel_zooms_and_undo_leaves_it(panel: OptimizersPanel) -> None:
    panel.toggle_relief()
    relief = panel.pictures.relief
    assert relief is not None
    entries = panel.document.undo_stack.count()
    mouse(relief, QEvent.Type.MouseButtonPress, 50, 50)
    mouse(relief, QEvent.Type.MouseMove, 90, 40)
    assert panel.scene.camera == Camera(-5.0, 43.0)
    relief.grab()
    assert relief.picture.is_rough
    mouse(relief, QEvent.Type.MouseMove, 90 + 2 * 400, 2000)
    assert panel.scene.camera.elevation == 90 and -180 <= panel.scene.camera.azimuth < 180
    mouse(relief, QEvent.Type.MouseMove, 90, -9000)
    assert panel.scene.camera.elevation == 10
    mouse(relief, QEvent.Type.MouseButtonRelease, 90, -9000)
    for _ in range(30):
        wheel(relief, 240)
    assert panel.scene.camera.zoom == 4
    for _ in range(30):
        wheel(relief, -240)
    assert panel.scene.camera.zoom == 0.5
    assert panel.document.undo_stack.count() == entries
    panel._move_start((1.0, 1.0), 1)
    panel.document.undo_stack.undo()
    assert panel.scene.camera.zoom == 0.5  # how it is looked at stays
    QTest.mouseDClick(relief, Qt.MouseButton.LeftButton)
    assert panel.scene.camera == Camera()


def test_keys_turn_it_and_zoom_it_while_it_has_the_focus(qtbot: Any) -> None:
    from gui.main_window import MainWindow

    window = MainWindow(opening_scene())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    QApplication.processEvents()
    panel: Any = window.panel
    first, alt = panel.scene.camera, Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window, Qt.Key.Key_Left, alt)
    assert panel.scene.camera == first and window.notice.text() == "There is no 3-D view to turn: V shows it."
    QTest.keyClick(window, Qt.Key.Key_V)
    step = window.player.position
    for key, azimuth, elevation in (
        (Qt.Key.Key_Left, -5, 0), (Qt.Key.Key_Up, -5, 5), (Qt.Key.Key_Right, 0, 5), (Qt.Key.Key_Down, 0, 0),
    ):  # fmt: skip
        QTest.keyClick(window, key, alt)
        assert panel.scene.camera == Camera(first.azimuth + azimuth, first.elevation + elevation, first.zoom)
    assert window.player.position == step
    QTest.keyClick(window, Qt.Key.Key_Plus)
    assert panel.scene.view is not None and panel.scene.camera == first  # the contour's
    QTest.keyClick(window, Qt.Key.Key_0)
    panel.pictures.relief.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel.pictures.relief, Qt.Key.Key_Plus)
    QTest.keyClick(panel.pictures.relief, Qt.Key.Key_Right, alt)
    assert panel.scene.view is None and panel.scene.camera.zoom == 1.25
    QTest.keyClick(panel.pictures.relief, Qt.Key.Key_Minus)
    assert panel.scene.camera.zoom == 1.0
    QTest.keyClick(panel.pictures.relief, Qt.Key.Key_0)
    assert panel.scene.camera == Camera()
    window.place.saved = window.panel.scene


def test_at_rest_it_is_drawn_finely_again(panel: OptimizersPanel, qtbot: Any) -> None:
    panel.toggle_relief()
    relief = panel.pictures.relief
    assert relief is not None
    QTest.mouseRelease(relief, Qt.MouseButton.LeftButton)  # no test before this one may still hold it
    wheel(relief, 120)
    relief.grab()
    assert relief.picture.is_rough
    qtbot.waitUntil(lambda: not relief.picture.is_rough, timeout=5000)


def test_only_a_hasty_surface_is_drawn_in_the_windows_thread(
    panel: OptimizersPanel, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[bool, bool]] = []  # in haste, in the window's thread

    def watched(*args: Any) -> Relief:
        drawn.append((bool(args[4:] and args[4]), threading.current_thread() is threading.main_thread()))
        if not drawn[-1][1]:
            time.sleep(0.2)  # as on a large screen
        return paint_relief(*args)

    monkeypatch.setattr("gui.optimizers.picture.relief_picture.paint_relief", watched)
    panel.toggle_relief()
    relief = panel.pictures.relief
    assert relief is not None
    for act in (lambda: None, lambda: wheel(relief, 120), lambda: look().set_theme("light")):
        drawn.clear()
        act()
        for _ in range(3):  # as while a race plays
            qtbot.wait(REST // 2)
            relief.repaint()
        qtbot.waitUntil(lambda: (False, False) in drawn and not relief.picture.is_rough, timeout=10_000)
        assert (False, True) not in drawn and drawn.count((False, False)) == 1
    shown = pixels(relief.grab().toImage())
    paint = ReliefPicture.paint
    monkeypatch.setattr(ReliefPicture, "paint", lambda *args, rough=False: paint(*args))
    relief.picture = ReliefPicture()
    assert (pixels(relief.grab().toImage()) == shown).all()  # as for files, for which nothing is drawn in haste


def test_it_follows_the_contour(panel: OptimizersPanel) -> None:
    panel.toggle_relief()
    relief = panel.pictures.relief
    assert relief is not None
    before = relief.grab().toImage()
    panel.zoom(0.5)
    assert relief.source is not None and relief.source[1] == panel.scene.view
    assert relief.grab().toImage() != before
    panel.reset_view()
    assert relief.source[1] == panel.scene.loss.loss().domain
    panel.player.seek(Position(80))
    assert relief.shown is not None and relief.shown.position.step == 80
    panel.resize(600, 900)  # too narrow for two side by side
    QApplication.processEvents()
    assert relief.source[0] == panel.canvas.mapping()


def test_pictures_for_files_have_both(panel: OptimizersPanel) -> None:
    alone = picture_of(panel.pictures)
    assert alone.size() == picture_of(panel.canvas).size()
    panel.toggle_relief()
    QApplication.processEvents()
    both = pixels(picture_of(panel.pictures))
    panel.document.look(panel.scene.with_(camera=Camera(70)))
    turned = pixels(picture_of(panel.pictures))
    columns = np.flatnonzero((both != turned).any(axis=(0, 2))) / both.shape[1]
    assert columns.min() > 0.54 and columns.max() > 0.85
    svg = file_data(panel.pictures, Path("both.svg"))().decode()
    assert "<image" in svg
