"""What a scene's picture is of: its layer's plates, and the timeline through its passes."""

from __future__ import annotations

import math

from engine.convolution.scene import ConvolutionScene
from gui.convolution.picture.grid_picture import Subject
from gui.convolution.picture.plates import Plates
from gui.convolution.timeline import Timeline


def subject_of(scene: ConvolutionScene) -> Subject:
    """Computed from the scene alone. Raises ValueError for a layer that cannot be."""
    layer = scene.layer()
    target = scene.numbers("target")[None] if scene.loss == "squared_error" else None
    plates = Plates(
        layer,
        scene.loss,
        target,
        picture=scene.input != "numbers",
        typed=not scene.large,
        magnify=scene.axes == 2 and max(scene.size) > READABLE,
        matrix=scene.matrix and matrix_fits(scene),
    )
    return Subject(plates, Timeline(layer, scene))


def matrix_fits(scene: ConvolutionScene) -> bool:
    """Whether the entries of the layer's matrix can be told apart."""
    return math.prod(scene.shape("x")) <= MOST_COLUMNS


READABLE = 20  # cells along an axis whose numbers can be read in every window
MOST_COLUMNS = 400  # of a matrix on the picture: more could not be told apart
