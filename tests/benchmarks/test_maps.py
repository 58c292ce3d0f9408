"""Basins of attraction against the same race in vectorised torch, in one run.

pytest tests/benchmarks/test_maps.py -s (torch is no dependency; without it this skips).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from engine.losses import LOSSES
from engine.maps import basins, sweep
from engine.optimizers import OPTIMIZERS

RESOLUTION, STEPS = 512, 50


def torch_basins() -> np.ndarray:
    """Adam on Rosenbrock's function from a grid of starts, as one tensor of parameters; the gradient by hand."""
    import torch

    torch.set_default_dtype(torch.float64)
    x, y = (torch.linspace(low, high, RESOLUTION) for low, high in LOSSES["rosenbrock"].domain)
    grid = torch.meshgrid(x, y, indexing="xy")
    w = torch.stack(grid).reshape(2, -1).clone().requires_grad_()
    optimizer = torch.optim.Adam([w], lr=0.05)
    for _ in range(STEPS):
        with torch.no_grad():
            u = w[1] - w[0] * w[0]
            w.grad = torch.stack([-2 * (1 - w[0]) - 400 * w[0] * u, 200 * u])
        optimizer.step()
    return w.detach().numpy().reshape(2, RESOLUTION, RESOLUTION)


def our_basins() -> np.ndarray:
    return basins(LOSSES["rosenbrock"], OPTIMIZERS["adam"].as_pytorch(), STEPS, RESOLUTION).end


def fastest(work: Callable[[], object], times: int = 5) -> float:
    """Nanoseconds a start and step: the best of several, since others use this machine too."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken) / STEPS / RESOLUTION**2 * 1e9


def test_basins_against_torch() -> None:
    pytest.importorskip("torch")
    np.testing.assert_allclose(our_basins(), torch_basins(), rtol=1e-9, atol=1e-9)
    theirs, ours = fastest(torch_basins), fastest(our_basins)
    print(f"torch {theirs:.1f}, basins {ours:.1f} ns a start and step: {theirs / ours:.2f} times")
    assert ours < 1.5 * theirs


def test_sweep_against_basins() -> None:
    """As many racers, each with hyperparameters of its own."""
    rates, betas = np.geomspace(1e-3, 1, RESOLUTION), np.linspace(0, 0.99, RESOLUTION)
    loss, adam = LOSSES["rosenbrock"], OPTIMIZERS["adam"].as_pytorch()
    swept = fastest(lambda: sweep(loss, adam, (-1.5, 2), STEPS, learning_rate=rates, beta1=betas), 3)
    plain = fastest(our_basins, 3)
    print(f"sweep {swept:.1f}, basins {plain:.1f} ns a racer and step: {swept / plain:.2f} times as long")
    assert swept < 6 * plain
