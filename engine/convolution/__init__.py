"""Convolution, forward and backward: what other programs call. The layer, its steps and its scene are beside it."""

from engine.convolution.arrays import flipped
from engine.convolution.geometry import Geometry, Kind, geometry, output_size
from engine.convolution.matrix import Matrix, fully_connected_parameters, matrix
from engine.convolution.passes import Gradients, Pieces, backward, forward, input_gradient, kernel_gradient, pieces

__all__ = [
    "Geometry",
    "Gradients",
    "Kind",
    "Matrix",
    "Pieces",
    "backward",
    "flipped",
    "forward",
    "fully_connected_parameters",
    "geometry",
    "input_gradient",
    "kernel_gradient",
    "matrix",
    "output_size",
    "pieces",
]
