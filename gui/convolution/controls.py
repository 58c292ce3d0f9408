"""The left panel: sizes, settings, kernel, input, upstream gradient."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from engine.convolution.geometry import output_size
from engine.convolution.kernels import ANY_SIZE
from engine.convolution.scene import LIMITS, ConvolutionScene
from gui.convolution.fields import Stepper, labelled
from gui.convolution.input_controls import InputControls
from gui.convolution.subject import matrix_fits
from gui.document import Document
from gui.theme import look
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.segments import Segments
from gui.widgets.side_panel import SidePanel
from gui.widgets.toggle import Toggle
from gui.widgets.words import sentence, words

PER_AXIS = ("size", "window")


class Controls(SidePanel):
    """Everything that is chosen for a convolution. Follows the document, and changes it."""

    between = 3

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.setObjectName("sidePanel")
        self.column.setSpacing(5)
        self._add_layer()
        self._add_kernel()
        self._add_after()
        self.input = InputControls(document)
        self.add_section(self.tr("Input"), self.input)
        self._add_backward()
        self.column.addStretch(1)
        document.changed.connect(self.show_scene)
        look().changed.connect(self.updateGeometry)
        self.show_scene(None, document.scene)

    def _add_layer(self) -> None:
        self.axes = Segments(self.tr("Axes"), {"1": self.tr("1-D"), "2": self.tr("2-D"), "3": self.tr("3-D")})
        self.axes.chosen.connect(self._choose_axes)
        self.axes_error = words("error")
        self.axes_error.hide()
        self.kind = Segments(
            self.tr("Kind"), {"correlation": self.tr("cross-correlation"), "convolution": self.tr("convolution")}
        )
        self.kind.chosen.connect(lambda key: self._change(self.tr("Kind"), flip=key == "convolution"))
        self.steppers = self._make_steppers()
        self.sizes = QLabel()
        self.sizes.setObjectName("note")
        self.sizes.setWordWrap(True)
        own = [stepper for key, stepper in self.steppers.items() if key != "pool"]
        self.add_section(self.tr("Layer"), self.axes, self.axes_error, self.kind, *own, self.sizes)

    def _make_steppers(self) -> dict[str, Stepper]:
        names = {
            "size": (self.tr("input size"), self.tr("Cells along each axis; one number, or one an axis: 5 × 7")),
            "window": (self.tr("kernel size"), self.tr("Cells along each axis; one number, or one an axis: 2 × 3")),
            "channels": (self.tr("channels"), self.tr("Maps of the input; a kernel has one layer for each")),
            "kernels": (self.tr("kernels"), self.tr("Each kernel makes one map of the output")),
            "stride": (self.tr("stride"), self.tr("How far the window moves from one output cell to the next")),
            "padding": (self.tr("padding"), self.tr("Zeros on every side of the input")),
            "dilation": (self.tr("dilation"), self.tr("How far the kernel's cells stand apart on the input")),
            "groups": (self.tr("groups"), self.tr("Each group of kernels sees its own group of channels only")),
            "pool": (self.tr("pooling window"), self.tr("Cells along each axis of a pooling window")),
        }
        made = {}
        for key, (name, tip) in names.items():
            low, high = LIMITS[key]
            stepper = Stepper(name, (1, 1) if key in PER_AXIS else (1,), self.tr("{tip} ({low} to {high})").format(
                tip=tip, low=low, high=high))  # fmt: skip
            stepper.wanted.connect(lambda numbers, key=key: self._resize(key, numbers))
            made[key] = stepper
        return made

    def _add_kernel(self) -> None:
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
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(7)
        line.addWidget(self.presets, 1)
        line.addWidget(self.bias)
        line.addWidget(QLabel(self.tr("bias")))
        self.preset_error = words("error")
        self.preset_error.hide()
        self.add_section(self.tr("Kernel"), row, self.preset_error)

    def _add_after(self) -> None:
        """What comes after the convolution."""
        self.activation = ChoiceBox()
        for key, name in {
            "none": self.tr("none"), "relu": "ReLU", "tanh": "tanh", "sigmoid": self.tr("sigmoid"),
        }.items():  # fmt: skip
            self.activation.addItem(name, key)
        self.activation.activated.connect(lambda place: self._resize_to("activation", self.activation.itemData(place)))
        self.pooling = ChoiceBox()
        for key, name in {"none": self.tr("none"), "max": self.tr("max"), "average": self.tr("average")}.items():
            self.pooling.addItem(name, key)
        self.pooling.activated.connect(lambda place: self._resize_to("pooling", self.pooling.itemData(place)))
        self.after_error = words("error")
        self.after_error.hide()
        self.add_section(
            self.tr("After it"),
            labelled(self.tr("activation"), self.activation),
            labelled(self.tr("pooling"), self.pooling),
            self.steppers["pool"],
            self.after_error,
        )

    def _add_backward(self) -> None:
        self.loss = Segments(
            self.tr("Upstream gradient"),
            {"own": self.tr("own"), "ones": self.tr("ones"), "squared_error": self.tr("of ½Σ(y−t)²")},
        )
        self.loss.chosen.connect(lambda key: self._change(self.tr("Upstream gradient"), loss=key))
        self.add_section(self.tr("Upstream gradient"), self.loss)
        self.view = Segments(
            self.tr("Input gradient"),
            {"gather": self.tr("gather"), "scatter": self.tr("scatter"), "both": self.tr("both")},
        )
        self.view.chosen.connect(lambda key: self._change(self.tr("Input gradient"), view=key))
        self.add_section(self.tr("Input gradient"), self.view)
        self.matrix = Toggle(self.tr("Show the layer as a matrix"))
        self.matrix.clicked.connect(lambda on: self._change(self.tr("Matrices"), matrix=on))
        self.matrix_note = words("muted")
        self.matrix_note.setText(self.tr("This layer's matrix is too large to be shown."))
        self.add_section(
            self.tr("Matrix"), labelled(self.tr("beside a fully connected one"), self.matrix), self.matrix_note
        )

    # The scene to the widgets.

    def show_scene(self, _old: ConvolutionScene | None, scene: ConvolutionScene) -> None:
        self.axes.set_choice(str(scene.axes))
        self.kind.set_choice("convolution" if scene.flip else "correlation")
        for key, stepper in self.steppers.items():
            value = getattr(scene, key)
            stepper.set_numbers(value if key in PER_AXIS else (value,))
        self.presets.setCurrentIndex(self.presets.findData(scene.preset))
        self.bias.setChecked(scene.bias is not None)
        self.activation.setCurrentIndex(self.activation.findData(scene.activation))
        self.pooling.setCurrentIndex(self.pooling.findData(scene.pooling))
        self.steppers["pool"].setVisible(scene.pooling != "none")
        self.loss.set_choice(scene.loss)
        self.view.set_choice(scene.view)
        self.matrix.setChecked(scene.matrix)
        self.matrix_note.setVisible(scene.matrix and not matrix_fits(scene))
        for error in (self.axes_error, self.preset_error, self.after_error):
            error.hide()
        self.sizes.setText(size_words(scene))

    # The widgets to the scene.

    def _change(self, text: str, **changes: object) -> None:
        self.document.change(self.document.scene.with_(**changes), text)

    def _resize(self, key: str, numbers: tuple[int, ...]) -> None:
        stepper = self.steppers[key]
        value = numbers if key in PER_AXIS else numbers[0]
        try:
            scene = self.document.scene.resized(**{key: value})
        except ValueError as error:
            stepper.show_problem(sentence(str(error)))
            return
        for other in self.steppers.values():
            if other is not stepper:
                other.show_problem("")
        self.document.change(scene, stepper.label.text())
        stepper.set_numbers(numbers)

    def _resize_to(self, key: str, value: str) -> None:
        """Activation or pooling."""
        try:
            scene = self.document.scene.resized(**{key: value})
        except ValueError as error:
            self.show_scene(None, self.document.scene)
            _tell(self.after_error, error)
            return
        self.document.change(scene, self.tr("After the convolution"))

    def _choose_axes(self, key: str) -> None:
        try:
            scene = self.document.scene.with_axes(int(key))
        except ValueError as error:
            self.show_scene(None, self.document.scene)
            _tell(self.axes_error, error)
            return
        self.document.change(scene, self.tr("Axes"))

    def _choose_preset(self, place: int) -> None:
        key = str(self.presets.itemData(place))
        scene: ConvolutionScene = self.document.scene
        if key == "own":
            kept = tuple(scene.numbers("kernel").reshape(-1).tolist())
            self._change(self.tr("Own kernel"), preset="own", kernel=kept)
            return
        try:
            window = scene.window if key in ANY_SIZE else (3,) * scene.axes
            changed = scene.with_(preset="own").resized(window=window).with_(preset=key)
        except ValueError as error:
            self.presets.setCurrentIndex(self.presets.findData(scene.preset))
            _tell(self.preset_error, error)
            return
        self.document.change(changed, self.tr("Kernel preset"))

    def _toggle_bias(self, on: bool) -> None:
        # An empty grid would be drawn from the seed; a new bias begins at 0.
        scene: ConvolutionScene = self.document.scene
        self._change(self.tr("Bias"), bias=(0.0,) * scene.kernels if on else None)


def _tell(label: QLabel, error: ValueError) -> None:
    label.setText(sentence(str(error)))
    label.show()


def size_words(scene: ConvolutionScene) -> str:
    """The size formula with its numbers, for the first axis and those that differ from it."""
    lines = []
    cells = output_size(scene.size, scene.window, scene.stride, scene.padding, scene.dilation)
    same = len(set(scene.size)) == 1 and len(set(scene.window)) == 1
    for axis in range(1 if same else scene.axes):
        k, spread = scene.window[axis], f"{scene.dilation}·" if scene.dilation > 1 else ""
        padded = f" + 2·{scene.padding}" if scene.padding else ""
        top = f"({scene.size[axis]}{padded} − {spread}({k} − 1) − 1)"
        shown = f"⌊{top} / {scene.stride}⌋" if scene.stride > 1 else top
        lines.append(f"{shown} + 1 = <b>{cells[axis]}</b>")
    return "<br>".join(lines)
