"""What is said of the cell under the mouse."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.convolution.links import Links
from engine.expressions.boxes import format_exactly
from gui.convolution.picture.grid_picture import Subject
from gui.convolution.picture.lit import Spot, links_of
from gui.convolution.picture.overlay import link_colors
from gui.convolution.picture.plates import MATRICES
from gui.convolution.words import SHORT, cell_name, no_data
from gui.theme import look


def tr(text: str) -> str:
    return QCoreApplication.translate("convolution", text)


def hover_words(subject: Subject, spot: Spot, done: bool) -> str:
    """Its name, its number once that is `done`, and how many cells it depends on and feeds; as rich text."""
    plates, index = subject.plates, spot.index
    if index is None:
        return no_data(int(spot.placed.plate.kind[spot.row, spot.column]), plates.layer)
    grid, plate = spot.placed.plate.grid, spot.placed.plate
    if grid in MATRICES:
        words = tr("{matrix}: output cell {row}, input cell {column}").format(
            matrix=plate.titles[-1], row=index[0], column=index[1]
        )
    else:
        words = cell_name(plates.layer, grid, index)
    if done:
        words += f" = {format_exactly(float(spot.placed.plate.values[spot.row, spot.column]))}"
    words = f"<b>{words}</b>"
    links = links_of(plates, spot) or Links({}, {})
    depends, feeds = (color.name() for color in link_colors(look().theme))
    for text, marks, color in (
        (tr("depends on"), links.depends, depends),
        (tr("feeds"), links.feeds, feeds),
    ):
        counts = [tr("{n} of {grid}").format(n=int(mark.sum()), grid=SHORT[grid]) for grid, mark in marks.items()]
        if counts:
            words += f" &nbsp; <span style='color:{color}'><b>{text}</b> {', '.join(counts)}</span>"
    return words
