"""The Qt we are pinned to is sound: PySide6 6.12 on Python 3.11 aborts after some 10⁴ calls returning None."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel


def test_thirty_thousand_calls(qtbot: Any) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    for number in range(30_000):
        label.setText(str(number))
    assert label.text() == "29999"
