"""What the user chose: frozen values, from which everything else is computed.

A scene names things by key and holds numbers; it never holds results. `scene_file` reads and writes it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

import msgspec

from engine.data.loss import DataLoss
from engine.data.scene import DataChoice, NoiseChoice, check_data, check_noise
from engine.drawing import Stroke
from engine.expressions import ExpressionError
from engine.heightmap import HeightMap
from engine.losses import FAR, LOSSES, Loss
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.quoting import quoted, shown
from engine.schedules import SCHEDULES, Schedule
from engine.stochastic import noisy

VERSION = 1
MAX_STEPS = 20_000
MAX_RACERS = 24
HEIGHTS = "heights"  # the key of a loss that is a grid of heights
DATA = "data"  # the key of a loss that is made from samples
MAX_CROWD = 100  # starts of one racer


@lru_cache(maxsize=16)
def _typed(formula: str, domain: tuple[tuple[float, float], tuple[float, float]]) -> Loss:
    # Differentiated once, not at every drag of a slider.
    return Loss.from_text(formula, domain=domain)


class Heights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grid of heights: a byte each, the first row on top; at most 128 × 128, so that a scene stays small."""

    pixels: bytes = b""
    rows: int = 0
    columns: int = 0
    inverted: bool = False  # bright is deep
    name: str = "a drawing"


@lru_cache(maxsize=3)
def _heights(heights: Heights, domain: tuple[tuple[float, float], tuple[float, float]]) -> HeightMap:
    if len(heights.name) > 60:
        raise ValueError("heights: the name is longer than 60 characters")
    return HeightMap.of(
        heights.pixels, heights.rows, heights.columns, heights.inverted, domain, heights.name or "a drawing"
    )


class LossChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A built-in loss by `key`, a typed `formula` (then `key` is "own"), `heights` (then it is "heights") or a model
    on `data` (then it is "data"); `values` are its parameters. `noise` is added to the gradient of any but the last,
    whose steps see samples instead."""

    key: str = "himmelblau"
    formula: str = ""
    values: dict[str, float] = {}
    domain: tuple[tuple[float, float], tuple[float, float]] | None = None
    heights: Heights | None = None
    data: DataChoice | None = None
    noise: NoiseChoice | None = None

    def loss(self) -> Loss:
        """The loss itself; of data the part to train on. Raises ValueError (ExpressionError for a formula) naming
        what is wrong."""
        if self.key == DATA:
            return (self.data or DataChoice()).losses()[0]
        loss, noise = self._exact(), self.noise
        if noise is None or not noise.sigma:
            return loss
        return noisy(loss, noise.sigma, noise.batch_size, noise.seed)

    @property
    def surface(self) -> tuple[object, ...]:
        """What a note about it is about: not its parameters, nor what a stroke or a switch changes."""
        heights, data = self.heights, self.data or DataChoice()
        seen = (data.model, data.data, data.table, data.inputs, data.target) if self.key == DATA else ()
        return self.key, self.formula, heights.name if heights and self.key == HEIGHTS else "", seen

    def validation(self) -> DataLoss | None:
        """The loss on the samples that are held out, if there are any."""
        return (self.data or DataChoice()).losses()[1] if self.key == DATA else None

    def _exact(self) -> Loss:
        domain = self.domain or ((-5.0, 5.0), (-5.0, 5.0))
        if self.key == HEIGHTS:
            return _heights(self.heights or Heights(), domain).with_values(**self.values)
        if self.key == "own":
            return _typed(self.formula, domain).with_values(**self.values)
        if self.key not in LOSSES:
            raise ValueError(f"there is no loss {quoted(self.key)}")
        return LOSSES[self.key].with_values(**self.values)


class ScheduleChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A learning-rate schedule by `key`, and its numbers that differ from the defaults."""

    key: str = "constant"
    values: dict[str, float] = {}

    def build(self) -> Schedule:
        """The schedule itself. Raises ValueError naming what is wrong."""
        if self.key not in SCHEDULES:
            raise ValueError(f"there is no schedule {quoted(self.key)}")
        return SCHEDULES[self.key].with_values(**self.values)


OWN = "own"  # the key of a method that is typed
LONGEST_RULE = 2000  # characters


@lru_cache(maxsize=64)
def _own(rule: str, name: str, initial: tuple[tuple[str, float], ...]) -> Optimizer:
    if len(rule) > LONGEST_RULE:
        raise ValueError(f"a rule has at most {LONGEST_RULE} characters, not {len(rule)}")
    for symbol, value in initial:
        if not math.isfinite(value):
            raise ValueError(f"initial: {shown(symbol)} must start at a finite number, not {value:g}")
    method = Optimizer.from_rule(rule, shown(name) or "Own rule", dict(initial))
    unknown = {symbol for symbol, _ in method.rule.initial} - set(method.rule.state)
    if unknown:
        raise ValueError(f"initial: {quoted(min(unknown))} is no state of this rule")
    return method


class BranchChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What if: after `step` steps the racer goes on with `values` in place of those it had."""

    step: int
    values: dict[str, float]


class CrowdChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same method from `count` starts on a ring or grid of this `radius` around the start."""

    shape: Literal["ring", "grid"] = "ring"
    count: int = 12
    radius: float = 0.5


class RacerChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One racer: a method, the hyperparameters that differ from its defaults, and its convention.

    `schedule` lets its learning rate change with the step, `clipping` is the norm to which longer gradients are
    shortened; None is without. The method "own" is `rule`, called `name`; its state starts at `initial`, or at 0.
    """

    optimizer: str
    values: dict[str, float] = {}
    on: bool = True
    pytorch: bool = False
    schedule: ScheduleChoice | None = None
    clipping: float | None = None
    rule: str = ""
    name: str = ""
    initial: dict[str, float] = {}
    branch: BranchChoice | None = None
    crowd: CrowdChoice | None = None

    def branched(self) -> RacerChoice:
        """The racer as it goes on after its branch."""
        if self.branch is None:
            return self
        return msgspec.structs.replace(self, values={**self.values, **self.branch.values}, branch=None)

    def with_values(self, **values: float) -> RacerChoice:
        """A copy with some other values; those that are the method's defaults are left out."""
        defaults = {p.name: p.default for p in msgspec.structs.replace(self, values={}).method().parameters}
        merged = {**self.values, **values}
        kept = {name: value for name, value in merged.items() if value != defaults.get(name)}
        return msgspec.structs.replace(self, values=kept)

    def method(self) -> Optimizer:
        """The method with its values, in its textbook form. Raises ValueError (ExpressionError for a rule)."""
        if self.optimizer == OWN:
            return _own(self.rule, self.name, tuple(self.initial.items())).with_values(**self.values)
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"there is no optimizer {quoted(self.optimizer)}")
        return OPTIMIZERS[self.optimizer].with_values(**self.values)

    def build(self) -> Optimizer:
        """The optimizer itself. Raises ValueError naming what is wrong."""
        optimizer = self.method()
        optimizer = optimizer.as_pytorch() if self.pytorch else optimizer
        if self.clipping is not None:
            optimizer = optimizer.with_clipping(self.clipping)
        if self.schedule is None:
            return optimizer
        try:
            return optimizer.with_schedule(self.schedule.build())
        except ValueError as error:
            raise ValueError(f"schedule: {error}") from None


class Show(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is drawn beside the trails."""

    path_ahead: bool = True
    arrows: bool = True
    legend: bool = False
    minima: bool = True
    curvature: bool = False  # the selected racer's Hessian, as axes and an ellipse
    relief: bool = False  # the surface in three dimensions, beside the contour
    unregularised: bool = True  # beside a regularised loss the contour without, as thin lines
    penalty: bool = False  # what regularisers add to the loss, as contours of its own
    batch_contour: bool = False  # what this step sees of the loss, where steps see samples or noise
    gradient_fan: bool = False  # and how its gradients scatter
    futures: bool = True  # what-ifs' old futures, and the paths from other starts
    outcome: bool = True  # False while a question is open: nothing is shown of how the race goes


class Camera(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where the surface is seen in three dimensions: angles in degrees, the elevation from 10 to 90."""

    azimuth: float = -25.0  # that the surface is turned by, clockwise
    elevation: float = 48.0
    zoom: float = 1.0  # from 0.5 to 4


class Curve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the loss curve is looked at. `heights` are those of its axis: on a log scale powers of ten."""

    quantity: Literal["", "loss", "above", "gradient", "step", "distance"] = ""  # see `quantities`; "": what suits
    log: bool = True  # where every value allows that
    follow: bool = False  # the present step stays in the picture
    steps: tuple[float, float] | None = None  # from where to where; None: all
    heights: tuple[float, float] | None = None


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A race: surface, start, steps and racers, and how it is looked at."""

    title: str = "Untitled"
    note: str = ""
    loss: LossChoice = LossChoice()
    start: tuple[float, float] = (1.2, -0.8)
    steps: int = 160
    racers: tuple[RacerChoice, ...] = ()
    selected: int = 0
    view: tuple[tuple[float, float], tuple[float, float]] | None = None
    show: Show = Show()
    camera: Camera = Camera()
    curve: Curve = Curve()
    position: int = 0
    speed: float = 1.0
    fair: Literal["", "rate", "gradients", "tuned"] = ""  # the rule of comparison: see `fair_play`
    tuned: str = ""  # the mark of the race whose rates were tuned
    strokes: tuple[Stroke, ...] = ()  # drawn on it by hand; those of a lecture's page belong to the page

    def with_racer(self, index: int, racer: RacerChoice) -> Scene:
        racers = (*self.racers[:index], racer, *self.racers[index + 1 :])
        return msgspec.structs.replace(self, racers=racers)

    def with_(self, **changes: object) -> Scene:
        """A copy with some fields replaced."""
        return msgspec.structs.replace(self, **changes)

    def with_loss(self, loss: LossChoice, **changes: object) -> Scene:
        """A copy on this loss. On another surface the note, which speaks of the first one, is left out."""
        note = self.note if loss.surface == self.loss.surface else ""
        return self.with_(loss=loss, note=note, **changes)


def check(scene: Scene) -> Scene:
    """The scene, if everything in it makes sense. Raises ValueError with one sentence that says where."""
    _check_loss(scene.loss)
    _check_range("steps", scene.steps, 1, MAX_STEPS)
    _check_range("position", scene.position, 0, scene.steps)
    _check_range("speed", scene.speed, 0.01, 1000)
    for axis, value in zip("xy", scene.start, strict=True):
        if not math.isfinite(value) or abs(value) > FAR:
            raise ValueError(f"start: {axis} must be a number between −1e6 and 1e6, not {value:g}")
    if len(scene.racers) > MAX_RACERS:
        raise ValueError(f"racers: at most {MAX_RACERS}, not {len(scene.racers)}")
    for index, racer in enumerate(scene.racers):
        try:
            racer.build()
        except ValueError as error:
            raise ValueError(f"racers[{index}]: {error}") from None
        _check_futures(f"racers[{index}]", racer)
    if len(scene.tuned) > 20:
        raise ValueError("tuned: longer than 20 characters")
    if scene.racers:
        _check_range("selected", scene.selected, 0, len(scene.racers) - 1)
    _check_range("camera.azimuth", scene.camera.azimuth, -360, 360)
    _check_range("camera.elevation", scene.camera.elevation, 10, 90)
    _check_range("camera.zoom", scene.camera.zoom, 0.5, 4)
    for name, ends in (("curve.steps", scene.curve.steps), ("curve.heights", scene.curve.heights)):
        if ends is not None and not (-1e300 < ends[0] < ends[1] < 1e300):
            raise ValueError(f"{name} must be two numbers, the smaller one first, not {ends[0]:g} and {ends[1]:g}")
    for name, box in (("view", scene.view), ("loss.domain", scene.loss.domain)):
        if box is not None:
            _check_box(name, box)
    for name, text, longest in (("title", scene.title, 200), ("note", scene.note, 5000)):
        if len(text) > longest:
            raise ValueError(f"{name}: longer than {longest} characters")
    return scene


def _check_futures(place: str, racer: RacerChoice) -> None:
    """A racer's branch and its crowd."""
    if racer.branch is not None:
        _check_range(f"{place}.branch.step", racer.branch.step, 0, MAX_STEPS)
        try:
            racer.branched().build()
        except ValueError as error:
            raise ValueError(f"{place}.branch: {error}") from None
    if racer.crowd is not None:
        _check_range(f"{place}.crowd.count", racer.crowd.count, 2, MAX_CROWD)
        _check_range(f"{place}.crowd.radius", racer.crowd.radius, 1e-9, FAR)


def _check_loss(choice: LossChoice) -> None:
    if choice.noise is not None:
        try:
            check_noise(choice.noise)
        except ValueError as error:
            raise ValueError(f"loss.{error}") from None
    try:
        if choice.data is not None:
            check_data(choice.data)
        choice.loss()
    except ExpressionError as error:
        raise ValueError(f"loss.formula, {error}") from None
    except ValueError as error:
        raise ValueError(f"loss: {error}") from None


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be from {low:g} to {high:g}, not {value:g}")


def _check_box(name: str, box: tuple[tuple[float, float], tuple[float, float]]) -> None:
    for axis, (low, high) in zip("xy", box, strict=True):
        fine = math.isfinite(low) and math.isfinite(high) and abs(low) <= FAR and abs(high) <= FAR
        if not fine or high - low < 1e-9:
            raise ValueError(f"{name}: the {axis} range must run from a lower to a higher number")


def opening_scene() -> Scene:
    """The race that a first start shows: one start, different minima."""
    keys = ("adam", "rmsprop", "adagrad", "nesterov", "momentum", "gradient_descent")
    rates = {"adam": 0.12, "rmsprop": 0.05, "adagrad": 0.8}
    racers = tuple(RacerChoice(key, {"learning_rate": rates[key]} if key in rates else {}) for key in keys)
    note = "Adaptive methods cross the ridge; gradient descent and momentum roll down the nearer side."
    return Scene("One start, different minima", note, LossChoice("himmelblau"), racers=racers, position=40)
