"""What a convolution refuses, and the one sentence it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import convolution

X, W = np.zeros((1, 4, 7, 7)), np.zeros((2, 4, 3, 3))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"x": np.zeros((7, 7))}, r"x of shape \(7, 7\) must have a batch axis, a channel axis and one to three"),
        ({"x": np.zeros((1,) * 6)}, "one to three spatial axes"),
        ({"x": 3.0}, "must have a batch axis"),
        ({"x": np.zeros((7, 7)), "stride": (1, 1)}, "must have a batch axis"),
        ({"kernel": np.zeros((3, 3))}, r"kernel of shape \(3, 3\) must have 4 axes, as many as x of shape \(1, 4,"),
        ({"x": np.zeros((1, 4, 0, 7))}, r"x of shape \(1, 4, 0, 7\) is empty"),
        ({"kernel": np.zeros((2, 4, 0, 3))}, r"kernel of shape \(2, 4, 0, 3\) is empty"),
        ({"stride": 0}, "stride must be 1 or more, not 0"),
        ({"stride": (1, -2)}, "stride must be 1 or more, not -2"),
        ({"padding": -1}, "padding must be 0 or more, not -1"),
        ({"dilation": 0}, "dilation must be 1 or more, not 0"),
        ({"groups": 0}, "groups must be 1 or more, not 0"),
        ({"stride": 1.0}, "stride must be a whole number, or 2 of them, not 1.0"),
        ({"stride": (1, 1.5)}, r"stride must be a whole number, or 2 of them, not \(1, 1.5\)"),
        ({"stride": "2"}, "stride must be a whole number, or 2 of them, not '2'"),
        ({"padding": None}, "padding must be a whole number"),
        ({"padding": True}, "padding must be a whole number"),
        ({"groups": 1.0}, "groups must be a whole number, not 1.0"),
        ({"dilation": (1, 1, 1)}, r"dilation \(1, 1, 1\) has 3 numbers where 2 are needed"),
        ({"groups": 3}, r"groups=3 must divide both the 4 channels of x \(1, 4, 7, 7\) and the 2 kernels"),
        ({"groups": 4}, r"groups=4 must divide both .* and the 2 kernels of kernel \(2, 4, 3, 3\)"),
        ({"kernel": np.zeros((2, 3, 3, 3))}, r"must have 4 channels, not 3: x \(1, 4, 7, 7\) has 4 channels in 1"),
        ({"groups": 2}, r"kernel \(2, 4, 3, 3\) must have 2 channels, not 4: .* has 4 channels in 2 groups"),
        ({"kernel": np.zeros((2, 4, 3, 8))}, r"\(2, 4, 3, 8\) does not fit into x \(1, 4, 7, 7\): on spatial axis 1"),
        ({"dilation": 4, "padding": (0, 1)}, r"axis 0 it spans 9 cells \(dilation 4\) and x has 7 \(padding 0\)"),
        ({"padding": 10**6}, "of more than 134,217,728 cells"),
        ({"x": [[1, 2], [3]]}, "x must be a full grid of numbers"),
        ({"x": "picture"}, "x must hold real numbers, not <U7"),
        ({"kernel": np.zeros((2, 4, 3, 3), complex)}, "kernel must hold real numbers, not complex128"),
        ({"kernel": None}, "kernel must hold real numbers, not object"),
        ({"bias": np.zeros(3)}, r"bias of shape \(3,\) must have shape \(2,\): one number for each kernel of kernel"),
        ({"bias": [None, 1]}, "bias must hold real numbers"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        convolution.forward(**{"x": X, "kernel": W, **changes})
    if "bias" not in changes:
        with pytest.raises(ValueError, match=sentence):
            convolution.backward(**{"x": X, "kernel": W, "upstream": np.zeros((1, 2, 5, 5)), **changes})


def test_an_upstream_of_another_shape_is_refused_everywhere() -> None:
    wrong = np.zeros((1, 2, 7, 7))
    sentence = r"upstream of shape \(1, 2, 7, 7\) must have the shape of the output, \(1, 2, 5, 5\), for x \(1, 4"
    for call in (
        lambda: convolution.backward(X, W, wrong),
        lambda: convolution.input_gradient(W, wrong, X.shape),
        lambda: convolution.kernel_gradient(X, wrong, W.shape),
        lambda: convolution.pieces(W, wrong, X.shape),
    ):
        with pytest.raises(ValueError, match=sentence):
            call()


def test_a_number_equal_to_an_allowed_one_is_refused_even_after_it() -> None:
    convolution.forward(X, W, stride=(1, 1))
    with pytest.raises(ValueError, match="whole number"):
        convolution.forward(X, W, stride=(1.0, 1))  # type: ignore[arg-type]


def test_a_shape_must_be_a_row_of_whole_numbers() -> None:
    for shape in (7, (1, 4, 7, 7.5), "1477"):
        with pytest.raises(ValueError, match="input_shape must be a row of whole numbers, not"):
            convolution.matrix(W, shape)  # type: ignore[arg-type]


def test_a_matrix_too_large_to_look_at_is_refused() -> None:
    with pytest.raises(ValueError, match=r"394,272 × 150,528 entries; at most 8,388,608"):
        convolution.matrix(np.ones((8, 3, 3, 3)), (3, 224, 224))


def test_a_size_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        convolution.output_size((3, 3), (4, 1))
    with pytest.raises(ValueError, match=r"kernel \(3, 3, 3\) has 3 numbers where 2 are needed"):
        convolution.output_size((3, 3), (3, 3, 3))
