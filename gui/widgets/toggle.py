"""An on/off switch."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.painting import painting
from gui.theme import look
from gui.widgets.words import as_plain


class Toggle(QAbstractButton):
    """A checkable button drawn as a switch, in `color` when on."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.color: QColor | None = None
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(as_plain(name))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(34, 20)

    def paintEvent(self, _: QPaintEvent) -> None:
        theme = look().theme
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self.isEnabled():
                painter.setOpacity(0.4)
            area = QRectF(1.5, 1.5, self.width() - 3, self.height() - 3)
            on = self.color or theme.color("accent")
            ring = theme.color("ink") if self.hasFocus() else (on if self.isChecked() else theme.color("muted"))
            painter.setPen(QPen(ring, 1.4))
            painter.setBrush(on if self.isChecked() else theme.color("field"))
            painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
            radius = area.height() / 2 - 3
            x = area.right() - radius - 3 if self.isChecked() else area.left() + radius + 3
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("field") if self.isChecked() else theme.color("muted"))
            painter.drawEllipse(QPointF(x, area.center().y()), radius, radius)
