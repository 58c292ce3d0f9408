"""Undo: one entry a drag, choices come back, the way of looking stays."""

from __future__ import annotations

from typing import Any

import pytest

from engine.convolution.scene import opening_convolution
from engine.scene import Heights, LossChoice, Scene, opening_scene
from gui.document import Document, new_gesture
from gui.optimizers.panel import keep_looking


@pytest.fixture
def document(qtbot: Any) -> Document:
    return Document(opening_scene(), keep_looking)


def test_one_drag_is_one_entry(document: Document) -> None:
    first = document.scene
    gesture = new_gesture()
    for x in range(20):
        document.change(first.with_(start=(float(x), 0.0)), "Move", gesture)
    document.change(first.with_(start=(50.0, 0.0)), "Move", new_gesture())
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.scene.start == (19.0, 0.0)
    document.undo_stack.undo()
    assert document.scene == first
    document.undo_stack.redo()
    assert document.scene.start == (19.0, 0.0)


def test_no_change_no_entry(document: Document) -> None:
    document.change(document.scene.with_(steps=document.scene.steps), "Nothing")
    assert document.undo_stack.count() == 0


def test_undo_keeps_zoom_and_selection(document: Document) -> None:
    document.change(document.scene.with_(steps=99), "Steps")
    view = ((0.0, 1.0), (0.0, 1.0))
    document.look(document.scene.with_(view=view, selected=3))
    document.undo_stack.undo()
    assert document.scene.steps == opening_scene().steps
    assert document.scene.view == view
    assert document.scene.selected == 3


def test_changed_tells_old_and_new(document: Document, qtbot: Any) -> None:
    seen: list[tuple[Scene, Scene]] = []
    document.changed.connect(lambda old, new: seen.append((old, new)))
    before = document.scene
    document.change(before.with_(steps=5), "Steps")
    document.open(before)
    assert [(old.steps, new.steps) for old, new in seen] == [(160, 5), (5, 160)]
    assert not document.undo_stack.canUndo()


def drawing(document: Document, shade: int) -> Any:
    """The scene with the largest of pictures, all in one shade."""
    return document.scene.with_(input="drawing", size=(256, 256), pixels=bytes([shade]) * 256 * 256)


def test_undo_is_bounded_by_bytes_and_goes_on_as_far_as_it_reaches(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.history.MOST_BYTES", 20 * 66_000)
    document = Document(opening_convolution())
    for shade in range(90):
        document.change(drawing(document, shade), f"Shade {shade}", new_gesture())
        held = [document.undo_stack.command(place) for place in range(document.undo_stack.count())]
        assert sum(one.bytes for one in held) <= 21 * 66_000  # type: ignore[attr-defined]
    stack = document.undo_stack
    assert 8 <= stack.count() <= 21 and stack.undoText() == "Shade 89"
    for shade in (88, 87, 86, 85):
        stack.undo()
        assert document.scene.pixels[0] == shade
    assert stack.redoText() == "Shade 86"
    while stack.canUndo():
        stack.undo()
    reached = document.scene.pixels[0]
    assert reached > 60
    while stack.canRedo():
        stack.redo()
    assert document.scene.pixels[0] == 89
    document.change(opening_convolution(), "Another")
    assert document.undo_stack.undoText() == "Another"


def test_one_step_is_undone_however_large_it_is(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.history.MOST_BYTES", 1000)
    document = Document(opening_convolution())
    for shade in range(4):
        document.change(drawing(document, shade), "Draw")
    assert document.undo_stack.count() == 2  # the newest, and the one before it
    document.undo_stack.undo()
    assert document.scene.pixels[0] == 2


def test_steps_that_share_what_they_hold_are_cheap(document: Document) -> None:
    before = document.scene
    pixels = LossChoice(key="heights", heights=Heights(bytes(128 * 128), 128, 128))
    document.change(before.with_(loss=pixels), "Draw")
    document.change(document.scene.with_(steps=5), "Steps")
    sizes = [document.undo_stack.command(place).bytes for place in (0, 1)]  # type: ignore[attr-defined]
    assert sizes[0] > 128 * 128 and sizes[1] < 2000
