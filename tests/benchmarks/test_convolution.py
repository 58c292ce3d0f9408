"""Convolution, forward and backward, against torch.nn.functional on one thread, in one run.

OPENBLAS_NUM_THREADS=1 pytest tests/benchmarks/test_convolution.py -s (torch is no dependency; without it this skips).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import pytest

from engine import convolution
from engine.convolution.layer import Layer
from engine.convolution.steps import Pass, count, step

SIZES = {
    "7x7": ((1, 1, 7, 7), (1, 1, 3, 3)),
    "28x28": ((1, 1, 28, 28), (1, 1, 3, 3)),
    "8x16x32x32": ((8, 16, 32, 32), (32, 16, 3, 3)),
    "224x224x3": ((1, 3, 224, 224), (8, 3, 3, 3)),
}
SECONDS = 1.0


def in_turns(*rivals: Callable[[], object]) -> list[float]:
    """Seconds of each, the median of many turns: whatever slows the machine down meets all of them."""
    for rival in rivals:
        rival()
    times: list[list[float]] = [[] for _ in rivals]
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        for rival, taken in zip(rivals, times, strict=True):
            began = time.perf_counter()
            rival()
            taken.append(time.perf_counter() - began)
    return [median(taken) for taken in times]


@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("size", list(SIZES))
def test_ratio_to_torch(size: str, padding: int) -> None:
    torch: Any = pytest.importorskip("torch")
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        pytest.skip("only with OPENBLAS_NUM_THREADS=1 is it one thread against one")
    torch.set_num_threads(1)
    random = np.random.default_rng(0)
    x, w = (random.normal(size=shape) for shape in SIZES[size])
    b = random.normal(size=len(w))
    g = random.normal(size=convolution.forward(x, w, b, padding=padding).shape)
    leaves = [torch.tensor(values, requires_grad=True) for values in (x, w, b)]
    upstream = torch.tensor(g)

    def theirs() -> Any:
        for leaf in leaves:
            leaf.grad = None
        torch.nn.functional.conv2d(*leaves, padding=padding).backward(upstream)
        return leaves

    def ours() -> convolution.Gradients:
        convolution.forward(x, w, b, padding=padding)
        return convolution.backward(x, w, g, padding=padding)

    found = ours()
    for leaf, gradient in zip(theirs(), (found.input, found.kernel, found.bias), strict=True):
        np.testing.assert_allclose(gradient, leaf.grad.numpy(), rtol=1e-9, atol=1e-9)
    a, b = in_turns(ours, theirs)
    print(f"{size} padding {padding}: ours {a * 1e6:.0f} µs, torch {b * 1e6:.0f} µs: {a / b:.2f}")
    assert a <= b


def test_any_step_of_a_picture_is_a_fraction_of_a_frame() -> None:
    random = np.random.default_rng(0)
    layer = Layer(random.normal(size=(1, 3, 224, 224)), random.normal(size=(8, 3, 3, 3)), random.normal(size=8))
    for stage in (Pass.FORWARD, Pass.BIAS_GRADIENT, Pass.KERNEL_GRADIENT, Pass.SCATTER, Pass.GATHER):
        last = count(layer, stage) - 1
        (taken,) = in_turns(lambda stage=stage, last=last: step(layer, stage, last))  # type: ignore[misc]
        print(f"{stage}: {taken * 1e6:.0f} µs")
        assert taken < 0.016
