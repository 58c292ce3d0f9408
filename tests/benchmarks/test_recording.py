"""What a recording costs: seven racers at 1080p, against matplotlib's FuncAnimation with its ffmpeg writer.

pytest tests/benchmarks/test_recording.py -s. Matplotlib is no part of the app: where it is missing, the comparison
is skipped. It draws the same things: bands and isolines, whole and past paths, heads, arrows, the rule with this
step's numbers, everyone's loss.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imageio_ffmpeg import get_ffmpeg_exe

from engine.descent import race
from engine.scene import RacerChoice, Scene, opening_scene
from gui.recording.render import render
from gui.recording.settings import Settings
from gui.recording.shots import plan
from gui.recording.stage import Stage

RATES = {"adam": 0.12, "rmsprop": 0.05, "adagrad": 0.8, "adadelta": 1.0}
KEYS = ("adam", "rmsprop", "adagrad", "adadelta", "nesterov", "momentum", "gradient_descent")
FPS = 60


def scene() -> Scene:
    racers = tuple(RacerChoice(key, {"learning_rate": RATES[key]} if key in RATES else {}) for key in KEYS)
    return opening_scene().with_(racers=racers, steps=500)


def ours(path: Path, seconds: float) -> float:
    """Frames a second, the start of the encoder included; in real use a process more is started."""
    begin = time.perf_counter()
    shots = render(scene(), path, Settings(1920, 1080, FPS, seconds=seconds))
    return len(shots) / (time.perf_counter() - begin)


def matplotlibs(path: Path, frames: int) -> float:
    matplotlib = pytest.importorskip("matplotlib", reason="matplotlib is only compared with")
    matplotlib.use("Agg")
    matplotlib.rcParams["animation.ffmpeg_path"] = get_ffmpeg_exe()
    from matplotlib.animation import FFMpegWriter, FuncAnimation
    from matplotlib.figure import Figure

    chosen = scene()
    loss = chosen.loss.loss()
    run = race(loss, [racer.build() for racer in chosen.racers], chosen.start, chosen.steps)
    figure = Figure(figsize=(19.2, 10.8), dpi=100)
    axes, notes = figure.subplots(1, 2, width_ratios=(2, 1))
    notes.set_axis_off()
    x, y = (np.linspace(*side, 420) for side in loss.domain)
    values = loss.value(np.array(np.meshgrid(x, y)))
    axes.contourf(x, y, values, 20)
    axes.contour(x, y, values, 20, linewidths=1, colors="w")
    for racer in range(len(run.optimizers)):
        axes.plot(*run.points[:, racer].T, lw=1, alpha=0.4)
    lines = [axes.plot([], [], lw=2.6, label=racer.optimizer)[0] for racer in chosen.racers]
    heads = [axes.plot([], [], "o", ms=11, color=line.get_color())[0] for line in lines]
    arrows = axes.quiver([0.0] * 3, [0.0] * 3, [1.0] * 3, [1.0] * 3)
    title = figure.suptitle(chosen.title)
    rule = (
        r"$m = \beta_1 m + (1-\beta_1) g$",
        r"$v = \beta_2 v + (1-\beta_2) g^2$",
        r"$w = w - \frac{\eta}{\sqrt{v+\epsilon}} \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} m$",
    )
    for place, text in enumerate(rule):
        notes.text(0, 0.95 - 0.14 * place, text, fontsize=20)
    numbers = [notes.text(0, 0.89 - 0.14 * place, "", fontsize=15) for place in range(3)]
    losses = [notes.text(0, 0.4 - 0.05 * place, "", fontsize=15) for place in range(len(lines))]

    def draw(frame: int) -> list[Any]:
        step = (frame + 1) * run.steps // frames
        for racer, (line, head) in enumerate(zip(lines, heads, strict=True)):
            line.set_data(*run.points[: step + 1, racer].T)
            head.set_data(*run.points[step : step + 1, racer].T)
            losses[racer].set_text(f"{chosen.racers[racer].optimizer}   {run.values[step, racer]:.4g}")
        arrows.set_offsets(run.points[[step] * 3, 0])
        m, v, w = (run.histories[0].line(step, line) for line in range(3))
        for text, value in zip(numbers, (m, v, w), strict=True):
            text.set_text(
                rf"$0.9 \cdot ({m[0]:.4g}, {m[1]:.4g}) + \frac{{0.12}}{{\sqrt{{{v[0]:.4g}}}}} = {value[0]:.4g}$"
            )
        title.set_text(f"{chosen.title}   step {step} of {run.steps}")
        return []

    animation = FuncAnimation(figure, draw, frames=frames, init_func=list, cache_frame_data=False)
    begin = time.perf_counter()
    animation.save(path, writer=FFMpegWriter(fps=FPS, codec="libx264", extra_args=["-preset", "veryfast"]))
    return frames / (time.perf_counter() - begin)


def test_ten_times_as_fast_as_matplotlib(qapp: Any, tmp_path: Path) -> None:
    # The best of several each, in turn: whatever else the machine does meanwhile slows down both.
    own = theirs = 0.0
    for turn in range(3):
        theirs = max(theirs, matplotlibs(tmp_path / f"theirs{turn}.mp4", 30))
        own = max(own, ours(tmp_path / f"ours{turn}.mp4", 6.0))
    print(
        f"\n1080p, seven racers, {os.cpu_count()} cores: {own:.0f} frames a second, real time × {own / FPS:.2f}; "
        f"FuncAnimation {theirs:.1f}: {own / theirs:.1f} times as fast"
    )
    assert own > 10 * theirs


def test_painting(qapp: Any, benchmark: Any) -> None:
    """A frame alone; at this pace nearly every one shows new numbers."""
    settings = Settings(1920, 1080, FPS, seconds=10.0)
    stage = Stage(scene(), settings)
    shots = plan(settings, stage.act.length, stage.act.pace)
    frames = iter(range(100, 10**9))
    benchmark.pedantic(lambda: stage.frame(shots[next(frames) % 400 + 60]), rounds=200, warmup_rounds=5)
