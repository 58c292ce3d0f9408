"""A race of the seven methods against torch.optim's plain loop, in one run.

pytest tests/benchmarks --benchmark-only (torch is no dependency; without it this skips).
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from engine.descent import race
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS

STEPS = 1000


def torch_loop() -> None:
    import torch

    torch.set_default_dtype(torch.float64)
    makers: list[Any] = [
        lambda p: torch.optim.SGD(p, lr=1e-4),
        lambda p: torch.optim.SGD(p, lr=1e-4, momentum=0.9),
        lambda p: torch.optim.SGD(p, lr=1e-4, momentum=0.9, nesterov=True),
        lambda p: torch.optim.Adagrad(p, lr=0.1),
        lambda p: torch.optim.Adadelta(p),
        lambda p: torch.optim.RMSprop(p, lr=0.01),
        lambda p: torch.optim.Adam(p, lr=0.05),
    ]
    for make in makers:
        w = torch.tensor([-1.5, 2.0], requires_grad=True)
        optimizer = make([w])
        path = []
        for _ in range(STEPS):
            # The gradient by hand, as ours is: automatic differentiation alone would cost 200 µs a step.
            x, y = w.tolist()
            u = y - x * x
            w.grad = torch.tensor([-2 * (1 - x) - 400 * x * u, 200 * u])
            optimizer.step()
            path.append((x, y))


def our_race() -> None:
    slow = {"gradient_descent", "momentum", "nesterov"}
    seven = {key: OPTIMIZERS[key] for key in (*sorted(slow), "adagrad", "adadelta", "rmsprop", "adam")}
    racers = [o.with_values(learning_rate=1e-4) if key in slow else o for key, o in seven.items()]
    race(LOSSES["rosenbrock"], racers, (-1.5, 2.0), STEPS)


def test_race(benchmark: Any) -> None:
    benchmark(our_race)


def test_ratio_to_torch() -> None:
    pytest.importorskip("torch")
    torch_loop()
    began = time.perf_counter()
    torch_loop()
    theirs = time.perf_counter() - began
    our_race()
    ours = []
    for _ in range(5):
        began = time.perf_counter()
        our_race()
        ours.append(time.perf_counter() - began)
    ratio = theirs / sorted(ours)[2]
    print(f"torch.optim {theirs * 1e3:.0f} ms, race {sorted(ours)[2] * 1e3:.1f} ms: {ratio:.0f} times")
    assert ratio > 15
