"""The left panel: sizes, settings, kernel, numbers, upstream gradient."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.convolution.geometry import output_size
from engine.convolution.kernels import ANY_SIZE
from engine.convolution.scene import LIMITS, ConvolutionScene
from gui.convolution.fields import Segments, Stepper
from gui.document import Document
from gui.theme import look
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.toggle import Toggle
from gui.widgets.words import words

PAIRS = ("size", "window")


class Controls(QScrollArea):
    """Everything that is chosen for a convolution. Follows the document, and changes it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.setObjectName("sidePanel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.content = QWidget()
        self.content.setObjectName("sideContent")
        column = QVBoxLayout(self.content)
        column.setContentsMargins(12, 12, 10, 12)
        column.setSpacing(5)
        column.addWidget(_heading(self.tr("Layer")))
        self.kind = Segments(
            self.tr("Kind"), {"correlation": self.tr("cross-correlation"), "convolution": self.tr("convolution")}
        )
        self.kind.chosen.connect(lambda key: self._change(self.tr("Kind"), flip=key == "convolution"))
        column.addWidget(self.kind)
        self.steppers = self._make_steppers()
        for stepper in self.steppers.values():
            column.addWidget(stepper)
        self.sizes = QLabel()
        self.sizes.setObjectName("note")
        self.sizes.setWordWrap(True)
        column.addWidget(self.sizes)
        column.addSpacing(3)
        column.addWidget(_heading(self.tr("Kernel")))
        column.addLayout(self._make_kernel())
        column.addSpacing(3)
        column.addWidget(_heading(self.tr("Numbers")))
        column.addLayout(self._make_numbers())
        column.addSpacing(3)
        column.addWidget(_heading(self.tr("Upstream gradient")))
        self.loss = Segments(
            self.tr("Upstream gradient"),
            {"own": self.tr("own"), "ones": self.tr("ones"), "squared_error": self.tr("of ½Σ(y−t)²")},
        )
        self.loss.chosen.connect(lambda key: self._change(self.tr("Upstream gradient"), loss=key))
        column.addWidget(self.loss)
        column.addSpacing(3)
        column.addWidget(_heading(self.tr("Input gradient")))
        self.view = Segments(
            self.tr("Input gradient"),
            {"gather": self.tr("gather"), "scatter": self.tr("scatter"), "both": self.tr("both")},
        )
        self.view.chosen.connect(lambda key: self._change(self.tr("Input gradient"), view=key))
        column.addWidget(self.view)
        column.addStretch(1)
        self.setWidget(self.content)
        document.changed.connect(self.show_scene)
        look().changed.connect(self.updateGeometry)
        self.show_scene(None, document.scene)

    def minimumSizeHint(self) -> QSize:
        """Never narrower than what is in it: there is no scrolling sideways."""
        width = self.content.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(width, 120)

    def _make_steppers(self) -> dict[str, Stepper]:
        names = {
            "size": (self.tr("input size"), self.tr("Rows and columns of the input; one number, or two: 5 × 7")),
            "window": (self.tr("kernel size"), self.tr("Rows and columns of the kernel; one number, or two: 2 × 3")),
            "channels": (self.tr("channels"), self.tr("Maps of the input; a kernel has one layer for each")),
            "kernels": (self.tr("kernels"), self.tr("Each kernel makes one map of the output")),
            "stride": (self.tr("stride"), self.tr("How far the window moves from one output cell to the next")),
            "padding": (self.tr("padding"), self.tr("Zeros on every side of the input")),
            "dilation": (self.tr("dilation"), self.tr("How far the kernel's cells stand apart on the input")),
        }
        made = {}
        for key, (name, tip) in names.items():
            low, high = LIMITS[key]
            stepper = Stepper(name, (1, 1) if key in PAIRS else (1,), self.tr("{tip} ({low} to {high})").format(
                tip=tip, low=low, high=high))  # fmt: skip
            stepper.wanted.connect(lambda numbers, key=key: self._resize(key, numbers))
            made[key] = stepper
        return made

    def _make_kernel(self) -> QVBoxLayout:
        self.presets = ChoiceBox()
        names = {
            "own": self.tr("own numbers"), "identity": self.tr("identity"), "edge": self.tr("edges"),
            "sobel": self.tr("Sobel"), "blur": self.tr("blur"), "sharpen": self.tr("sharpen"),
            "emboss": self.tr("emboss"),
        }  # fmt: skip
        for key, name in names.items():
            self.presets.addItem(name, key)
        self.presets.setAccessibleName(self.tr("Kernel preset"))
        self.presets.activated.connect(self._choose_preset)
        self.bias = Toggle(self.tr("Bias"))
        self.bias.clicked.connect(self._toggle_bias)
        label = QLabel(self.tr("bias"))
        row = QHBoxLayout()
        row.setSpacing(7)
        row.addWidget(self.presets, 1)
        row.addWidget(self.bias)
        row.addWidget(label)
        self.preset_error = words("error")
        self.preset_error.hide()
        column = QVBoxLayout()
        column.addLayout(row)
        column.addWidget(self.preset_error)
        return column

    def _make_numbers(self) -> QVBoxLayout:
        self.seed = Stepper(self.tr("seed"), (1,), self.tr("The same seed draws the same numbers"))
        self.seed.wanted.connect(lambda numbers: self._resize("seed", numbers))
        self.randomise = QPushButton(self.tr("New input"))
        self.randomise.setToolTip(self.tr("Draw another input; the kernel stays"))
        self.randomise.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.randomise.clicked.connect(lambda: self._draw(everything=False))
        self.everything = QPushButton(self.tr("All new"))
        self.everything.setToolTip(self.tr("Draw input, kernel, bias, upstream gradient and target"))
        self.everything.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.everything.clicked.connect(lambda: self._draw(everything=True))
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.randomise, 1)
        buttons.addWidget(self.everything, 1)
        column = QVBoxLayout()
        column.setSpacing(5)
        column.addWidget(self.seed)
        column.addLayout(buttons)
        return column

    # The scene to the widgets.

    def show_scene(self, _old: ConvolutionScene | None, scene: ConvolutionScene) -> None:
        self.kind.set_choice("convolution" if scene.flip else "correlation")
        for key, stepper in {**self.steppers, "seed": self.seed}.items():
            value = getattr(scene, key)
            stepper.set_numbers(value if key in PAIRS else (value,))
        self.presets.setCurrentIndex(self.presets.findData(scene.preset))
        self.bias.setChecked(scene.bias is not None)
        self.loss.set_choice(scene.loss)
        self.view.set_choice(scene.view)
        self._tell_preset("")
        self.sizes.setText(size_words(scene))

    # The widgets to the scene.

    def _change(self, text: str, **changes: object) -> None:
        self.document.change(self.document.scene.with_(**changes), text)

    def _resize(self, key: str, numbers: tuple[int, ...]) -> None:
        stepper = self.seed if key == "seed" else self.steppers[key]
        value = numbers if key in PAIRS else numbers[0]
        try:
            scene = self.document.scene.resized(**{key: value})
        except ValueError as error:
            stepper.show_problem(_sentence(str(error)))
            return
        if key == "seed":
            scene = scene.with_(x=())
        self._forget_problems(stepper)
        self.document.change(scene, stepper.label.text())
        stepper.set_numbers(numbers)

    def _forget_problems(self, but: Stepper) -> None:
        for stepper in self.steppers.values():
            if stepper is not but:
                stepper.show_problem("")

    def _choose_preset(self, place: int) -> None:
        key = str(self.presets.itemData(place))
        scene: ConvolutionScene = self.document.scene
        if key == "own":
            kept = tuple(scene.numbers("kernel").reshape(-1).tolist())
            self._change(self.tr("Own kernel"), preset="own", kernel=kept)
            return
        try:
            window = scene.window if key in ANY_SIZE else (3, 3)
            changed = scene.with_(preset="own").resized(window=window).with_(preset=key)
        except ValueError as error:
            self.presets.setCurrentIndex(self.presets.findData(scene.preset))
            self._tell_preset(_sentence(str(error)))
            return
        self.document.change(changed, self.tr("Kernel preset"))

    def _tell_preset(self, problem: str) -> None:
        self.preset_error.setText(problem)
        self.preset_error.setVisible(bool(problem))

    def _toggle_bias(self, on: bool) -> None:
        # An empty grid would be drawn from the seed; a new bias begins at 0.
        scene: ConvolutionScene = self.document.scene
        self._change(self.tr("Bias"), bias=(0.0,) * scene.kernels if on else None)

    def _draw(self, everything: bool) -> None:
        scene: ConvolutionScene = self.document.scene
        changes: dict[str, object] = {"seed": (scene.seed + 1) % (LIMITS["seed"][1] + 1), "x": ()}
        if everything:
            changes |= {"kernel": (), "upstream": (), "target": (), "preset": "own"}
            changes["bias"] = None if scene.bias is None else ()
        else:
            for grid in ("kernel", "upstream", "target"):
                changes[grid] = tuple(scene.numbers(grid).reshape(-1).tolist())
            if scene.preset != "own":
                del changes["kernel"]
        self._change(self.tr("New numbers"), **changes)


def size_words(scene: ConvolutionScene) -> str:
    """The size formula with its numbers, for rows and, where they differ, columns."""
    lines = []
    cells = output_size(scene.size, scene.window, scene.stride, scene.padding, scene.dilation)
    same = len(set(scene.size)) == 1 and len(set(scene.window)) == 1
    for axis in range(1 if same else 2):
        k, spread = scene.window[axis], f"{scene.dilation}·" if scene.dilation > 1 else ""
        padded = f" + 2·{scene.padding}" if scene.padding else ""
        top = f"({scene.size[axis]}{padded} − {spread}({k} − 1) − 1)"
        shown = f"⌊{top} / {scene.stride}⌋" if scene.stride > 1 else top
        lines.append(f"{shown} + 1 = <b>{cells[axis]}</b>")
    return "<br>".join(lines)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("heading")
    return label
