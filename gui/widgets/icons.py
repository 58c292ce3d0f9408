"""The icons of assets/icons in any colour and size."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui.painting import painting
from gui.theme import ASSETS

SHARP = 3  # pixels a point, enough for every screen


@lru_cache(maxsize=256)
def icon(name: str, color: str, size: int = 18, disabled: str = "") -> QIcon:
    """assets/icons/NAME.svg with its lines in `color`, in `disabled` on a button that is; an empty icon where there is
    no such file."""
    path = ASSETS / "icons" / f"{name}.svg"
    if not path.is_file():
        return QIcon()
    made = QIcon(_drawn(path, color, size))
    if disabled:
        made.addPixmap(_drawn(path, disabled, size), QIcon.Mode.Disabled)
    return made


def _drawn(path: Path, color: str, size: int) -> QPixmap:
    text = path.read_text(encoding="utf-8").replace("currentColor", QColor(color).name())
    pixmap = QPixmap(size * SHARP, size * SHARP)
    pixmap.fill(Qt.GlobalColor.transparent)
    with painting(pixmap) as painter:
        QSvgRenderer(QByteArray(text.encode())).render(painter)
    pixmap.setDevicePixelRatio(SHARP)
    return pixmap
