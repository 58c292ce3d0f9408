"""Makes schedules.json: the learning rates of torch.optim.lr_scheduler, and runs with schedules and clipping.

    python tests/reference/make_schedules.py        # needs torch

rates[k] is what the k-th optimizer.step() used, k from 0; the optimizer's lr is `rate` throughout.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch.optim import lr_scheduler

RATE, STEPS = 0.3, 230
# our key, our values, PyTorch's class, its settings
SCHEDULES: list[tuple[str, dict[str, float], str, dict[str, Any]]] = [
    ("constant", {}, "ConstantLR", {"factor": 1.0}),
    ("step", {"every": 30, "factor": 0.5}, "StepLR", {"step_size": 30, "gamma": 0.5}),
    ("step", {"every": 1, "factor": 0.97}, "StepLR", {"step_size": 1, "gamma": 0.97}),
    ("exponential", {"factor": 0.98}, "ExponentialLR", {"gamma": 0.98}),
    ("cosine", {"period": 100, "lowest": 0.0}, "CosineAnnealingLR", {"T_max": 100}),
    ("cosine", {"period": 70, "lowest": 0.1}, "CosineAnnealingLR", {"T_max": 70, "eta_min": 0.03}),
    ("warm_up", {"duration": 20, "start": 0.1}, "LinearLR", {"start_factor": 0.1, "total_iters": 20}),
    ("warm_up", {"duration": 5, "start": 0.5}, "LinearLR", {"start_factor": 0.5, "total_iters": 5}),
    ("one_cycle", {"total": STEPS}, "OneCycleLR", {"max_lr": RATE, "total_steps": STEPS}),
    (
        "one_cycle",
        {"total": STEPS, "rise": 0.45, "division": 10, "final_division": 100},
        "OneCycleLR",
        {"max_lr": RATE, "total_steps": STEPS, "pct_start": 0.45, "div_factor": 10, "final_div_factor": 100},
    ),
    ("cyclic", {"half_cycle": 40, "lowest": 0.1}, "CyclicLR", {"base_lr": 0.03, "max_lr": RATE, "step_size_up": 40}),
    ("cyclic", {"half_cycle": 7, "lowest": 0.0}, "CyclicLR", {"base_lr": 0.0, "max_lr": RATE, "step_size_up": 7}),
]
RUNS: list[tuple[str, str, dict[str, Any], float, tuple[str, dict[str, float]] | None, float | None]] = [
    ("gradient_descent", "SGD", {}, 0.003, ("step", {"every": 30, "factor": 0.5}), None),
    ("momentum", "SGD", {"momentum": 0.9}, 0.003, ("cosine", {"period": 100, "lowest": 0.1}), 5.0),
    ("nesterov", "SGD", {"momentum": 0.9, "nesterov": True}, 0.003, None, 5.0),
    ("adam", "Adam", {}, 0.1, ("one_cycle", {"total": 120}), 2.0),
    ("adamw", "AdamW", {"weight_decay": 0.1}, 0.1, ("warm_up", {"duration": 20, "start": 0.1}), None),
    ("rprop", "Rprop", {}, 0.05, ("exponential", {"factor": 0.98}), 1.0),
]


def scheduler(optimizer: torch.optim.Optimizer, name: str, settings: dict[str, Any]) -> Any:
    extra = {"cycle_momentum": False} if name in ("OneCycleLR", "CyclicLR") else {}
    return getattr(lr_scheduler, name)(optimizer, **settings, **extra)


def rates(name: str, settings: dict[str, Any]) -> list[float]:
    optimizer = torch.optim.SGD([torch.zeros(2, requires_grad=True)], lr=RATE)
    schedule = scheduler(optimizer, name, settings)
    found = []
    for _ in range(STEPS):
        found.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        if len(found) < STEPS:
            schedule.step()
    return found


def path(kind: str, settings: dict[str, Any], rate: float, scheduled: Any, clipping: float | None) -> list[list[float]]:
    """100 steps on Himmelblau's function from (−1, −1)."""
    w = torch.tensor([-1.0, -1.0], requires_grad=True)
    optimizer = getattr(torch.optim, kind)([w], lr=rate, **settings)
    schedule = None
    if scheduled:
        key, values = scheduled
        named = {
            "step": lambda v: ("StepLR", {"step_size": v["every"], "gamma": v["factor"]}),
            "exponential": lambda v: ("ExponentialLR", {"gamma": v["factor"]}),
            "cosine": lambda v: ("CosineAnnealingLR", {"T_max": v["period"], "eta_min": rate * v["lowest"]}),
            "warm_up": lambda v: ("LinearLR", {"start_factor": v["start"], "total_iters": v["duration"]}),
            "one_cycle": lambda v: ("OneCycleLR", {"max_lr": rate, "total_steps": v["total"]}),
        }
        schedule = scheduler(optimizer, *named[key](values))
    points = [w.tolist()]
    for _ in range(100):
        optimizer.zero_grad()
        x, y = w
        ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2).backward()
        if clipping is not None:
            torch.nn.utils.clip_grad_norm_([w], clipping)
        optimizer.step()
        if schedule:
            schedule.step()
        points.append(w.tolist())
    return points


def main() -> None:
    torch.set_default_dtype(torch.float64)
    found = {
        "source": f"torch.optim.lr_scheduler {torch.__version__}, float64, CPU",
        "rate": RATE,
        "schedules": [
            {"schedule": key, "values": values, "torch_class": name, "rates": rates(name, settings)}
            for key, values, name, settings in SCHEDULES
        ],
        "runs": [
            {
                "optimizer": key,
                "values": {"learning_rate": rate} | {k: v for k, v in settings.items() if k != "nesterov"},
                "schedule": scheduled,
                "clipping": clipping,
                "points": path(kind, settings, rate, scheduled, clipping),
            }
            for key, kind, settings, rate, scheduled, clipping in RUNS
        ],
    }
    text = json.dumps(found)
    Path(__file__).with_name("schedules.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
