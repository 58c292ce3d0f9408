"""The menu of the loss curve."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from engine.quantities import quantities_of
from gui.optimizers.curve.words import name_of

if TYPE_CHECKING:
    from gui.optimizers.loss_canvas import LossCanvas


def tr(text: str) -> str:
    return QCoreApplication.translate("curve", text)


def open_menu(canvas: LossCanvas, place: QPoint) -> QMenu:
    """Open it at a place of the screen; it goes when it is closed."""
    menu = QMenu(canvas)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    fill_menu(canvas, menu)
    menu.popup(place)
    return menu


def fill_menu(canvas: LossCanvas, menu: QMenu) -> None:
    """What can be shown of the curves, and taken from them."""
    subject, content = canvas.subject, canvas.content
    assert subject is not None and content is not None
    menu.addAction(tr("Show all\t0"), canvas.whole)
    log = _choice(menu, tr("Logarithmic"), content.scale.log)
    log.setEnabled(content.may_log)
    if not content.may_log:
        log.setText(tr("Logarithmic (not below zero)"))
    log.triggered.connect(lambda on: canvas.choose(log=on))
    _choice(menu, tr("Follow now"), canvas.curve.follow).triggered.connect(lambda on: canvas.choose(follow=on))
    menu.addSeparator()
    group = QActionGroup(menu)
    for quantity in quantities_of(subject.run, subject.stopping):
        name = name_of(quantity, subject.stopping is not None)
        entry = _choice(menu, name, quantity == content.quantity)
        group.addAction(entry)
        entry.triggered.connect(partial(_choose, canvas, quantity))
    menu.addSeparator()
    menu.addAction(tr("Copy the picture"), lambda: canvas.picture_wanted.emit(canvas, False))
    menu.addAction(tr("Save the picture…"), lambda: canvas.picture_wanted.emit(canvas, True))
    menu.addAction(tr("Copy the values as CSV"), canvas.copy_values)


def _choice(menu: QMenu, text: str, chosen: bool) -> QAction:
    entry = QAction(text, menu)
    entry.setCheckable(True)
    entry.setChecked(chosen)
    menu.addAction(entry)
    return entry


def _choose(canvas: LossCanvas, quantity: str, _on: bool = True) -> None:
    canvas.choose(quantity=quantity)
