"""Models with two weights, each told by what its loss is for one sample; `surfaces` sums it up.

A model sees a sample's input `u` (or `u1`, `u2`) through z = x·u + y, its slope and intercept, or z = x·u1 + y·u2;
the two-layer network through z = x·y·u. With the target t, z gives the prediction and the loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """One kind of model: `prediction` and `loss` of one sample as formulas, {z} standing for z."""

    key: str
    name: str
    prediction: str
    loss: str
    story: str
    classes: bool = False  # whether the target must be one of two classes
    most_inputs: int = 2

    def score(self, inputs: int) -> str:
        """z as a formula in the weights x and y."""
        if self.key == "two_layer":
            return "x*y*u"
        return "x*u + y" if inputs == 1 else "x*u1 + y*u2"

    def weights(self, inputs: int) -> tuple[str, str]:
        """What the two weights are called."""
        if self.key == "two_layer":
            return ("first layer", "second layer")
        return ("slope", "intercept") if inputs == 1 else ("weight of u1", "weight of u2")

    def output(self, z: Floats) -> Floats:
        """What the model says for z, any shape."""
        if self.key == "logistic":
            return np.asarray(0.5 + 0.5 * np.tanh(z / 2))
        return np.asarray(np.tanh(z) if self.key == "tanh" else z)


_BLOCKS = (
    Model(
        "linear",
        "Linear regression",
        "{z}",
        "({z} - t)**2/2",
        "Half the mean squared error is a bowl; how round it is depends on the inputs alone.",
    ),
    Model(
        "logistic",
        "Logistic regression",
        "1/(1 + exp(-({z})))",
        "log(1 + exp({z})) - t*({z})",
        "The cross-entropy of two classes: convex, and without a minimum where a line divides them without error.",
        classes=True,
    ),
    Model(
        "tanh",
        "One tanh neuron",
        "tanh({z})",
        "(tanh({z}) - t)**2/2",
        "Where the neuron is saturated the gradient vanishes: plateaus far from the origin.",
    ),
    Model(
        "two_layer",
        "Two linear layers",
        "{z}",
        "({z} - t)**2/2",
        "Two weights in a row: a valley wherever their product is right, on either side of a saddle at the origin.",
        most_inputs=1,
    ),
)
MODELS: Mapping[str, Model] = MappingProxyType({model.key: model for model in _BLOCKS})
