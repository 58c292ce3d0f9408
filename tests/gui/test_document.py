"""Undo: one entry a drag, choices come back, the way of looking stays."""

from __future__ import annotations

from typing import Any

import pytest

from engine.scene import Scene, opening_scene
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
