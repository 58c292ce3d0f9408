"""Sharp and flat minima against batch size: an experiment beside the race, in the background, with what it measured."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.data.batch_experiment import Experiment
from engine.expressions.typeset import format_number
from engine.losses import Loss
from engine.minima_scene import MinimaScene, check_minima, opening_minima
from engine.parameters import Parameter
from engine.scene import DATA
from gui.optimizers.picture.minima_picture import MinimaPicture, tr
from gui.theme import look
from gui.widgets.number_field import NumberField
from gui.widgets.slider import Slider
from gui.widgets.words import capitalised, sentence, words
from gui.worker import Cancelled, Progress, Search

FIELDS = (
    Parameter("η", "learning_rate", 0.25, 1e-3, 2.0, True, "Beyond 2/λmax of a minimum no path stays in it.", 1e-5, 10),
    Parameter("σ", "sigma", 1.0, 0.01, 20, True, "Noise of one sample's gradient; a batch of B has σ/√B.", 0, 100),
    Parameter("n", "starts", 300, 50, 2000, True, "Random starts in the domain.", 1, 5001),
    Parameter("k", "steps", 300, 20, 2000, True, "Steps of each path.", 1, 5001),
    Parameter("s", "shift", 0.3, 0.0, 2.0, False, "How far the test loss lies from the training loss.", 0, 10),
)
WHOLE = {"starts", "steps"}


class MinimaDialog(QDialog):
    """On the panel's loss if it has several minima, else on the sharp and flat one. It stays open beside the race."""

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self.setWindowTitle(self.tr("Sharp and flat minima"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.scene = fitting(panel.scene.loss)
        self.job = Search(self)
        self.experiment: Experiment | None = None
        self.canvas = MinimaCanvas()
        self.said = words("value")
        self.error = words("error")
        self.error.hide()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.button = QPushButton()
        self.button.clicked.connect(self._pressed)
        self.size_text = QLabel()
        self.size_text.setMinimumWidth(90)
        self.slider = Slider()
        self.slider.setAccessibleName(self.tr("Batch size"))
        self.slider.moved.connect(lambda share, _gesture: self._show_place(share))
        self._lay_out()
        self.job.progressed.connect(lambda share: self.bar.setValue(round(1000 * share)))
        self.resize(1080, 640)
        self.start()

    def _lay_out(self) -> None:
        self.fields: dict[str, NumberField] = {}
        row = QHBoxLayout()
        row.setSpacing(12)
        for parameter in FIELDS:
            field = NumberField(parameter, getattr(self.scene, parameter.name))
            field.edited.connect(lambda value, _gesture, name=parameter.name: self._set(name, value))
            self.fields[parameter.name] = field
            row.addWidget(field, 1)
        if self.scene.loss.key == DATA:
            self.fields["sigma"].hide()
        scrub = QHBoxLayout()
        scrub.addWidget(self.size_text)
        scrub.addWidget(self.slider, 1)
        scrub.addWidget(self.bar)
        scrub.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.canvas, 1)
        column.addLayout(scrub)
        column.addWidget(self.said)
        column.addWidget(self.error)

    def _set(self, name: str, value: float) -> None:
        changed = self.scene.with_(**{name: round(value) if name in WHOLE else value})
        try:
            check_minima(changed)
        except ValueError as error:
            self._tell(str(error))
            return
        self.scene = changed
        if name == "shift":
            self._show()
        else:
            self.start()

    def _pressed(self) -> None:
        if self.job.running:
            self.stop()
        else:
            self.scene = self.scene.with_(seed=self.scene.seed + 1)
            self.start()

    def start(self) -> None:
        """Run the experiment anew; one under way is given up, its picture stays until there is another."""
        scene = self.scene
        self._tell("")
        self.bar.setValue(0)
        self.bar.show()
        self.button.setText(self.tr("Cancel"))

        def work(progress: Progress, cancelled: Cancelled) -> tuple[Loss, Experiment]:
            return scene.loss.loss(), scene.run(progress, cancelled)

        self.job.start(work, self._done, self._failed)

    def stop(self) -> None:
        """Give up what is under way."""
        self.job.stop()
        self._rest()

    def _rest(self) -> None:
        self.bar.hide()
        self.button.setText(self.tr("Draw again"))

    def _done(self, found: tuple[Loss, Experiment]) -> None:
        self._rest()
        self.loss, self.experiment = found
        self._show()

    def _failed(self, error: Exception) -> None:
        self._rest()
        self._tell(str(error))

    def _tell(self, problem: str) -> None:
        self.error.setText(sentence(problem))
        self.error.setVisible(bool(problem))

    def _show(self) -> None:
        if self.experiment is None:
            return
        self.canvas.picture = MinimaPicture(self.loss, self.experiment, self.scene.shift, QApplication.font())
        self.said.setText(measured(self.experiment))
        self._show_place(self.slider.share)

    def _show_place(self, share: float) -> None:
        if self.experiment is None:
            return
        sizes = self.experiment.batch_sizes
        self.canvas.place = round(share * (len(sizes) - 1))
        self.slider.set_share(self.canvas.place / max(len(sizes) - 1, 1))
        self.size_text.setText(self.tr("B = {size}").format(size=sizes[self.canvas.place]))
        self.canvas.update()


class MinimaCanvas(QWidget):
    """Shows the picture, once there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.picture: MinimaPicture | None = None
        self.place = 0
        self.setMinimumSize(520, 300)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Where paths end, their shares against batch size, and what a shift costs"))
        look().changed.connect(self.update)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.picture is not None:
            self.picture.paint(painter, QRectF(self.rect()), self.place, look().theme, look().scale)
        painter.end()


def fitting(loss: Any) -> MinimaScene:
    """The experiment on this loss if it can be one, else the opening one."""
    opening = opening_minima()
    if loss.key == opening.loss.key:
        return opening.with_(loss=loss)
    if loss.key == DATA:
        try:
            data = check_minima(opening.with_(loss=loss, batch_sizes=(1, 2, 4, 8, 16, 32, 64), starts=150, steps=150))
        except ValueError:
            return opening
        return data if len(loss.loss().minima) > 1 else opening
    return opening


def measured(found: Experiment) -> str:
    """What came out, in one sentence; also where it is not what the textbook says."""
    first, last = found.batch_sizes[0], found.batch_sizes[-1]
    share, error = found.shares[:, found.sharp], found.errors[:, found.sharp]
    ends = tr(
        "from B = {first} to B = {last} the share that ends in the sharp minimum goes from {a} ± {da} to {b} ± {db}"
    )
    said = ends.format(
        first=first, last=last, a=_round(share[0]), da=_round(error[0]), b=_round(share[-1]), db=_round(error[-1])
    )
    verdict = {
        "rises": tr("it rises with the batch size, as the textbook says"),
        "falls": tr("it falls with the batch size: here the textbook effect does not show"),
        "bends": tr("it is the same at both ends, but not between"),
        "same": tr("no difference beyond the error bars"),
        "alike": tr("but none of these minima is sharper than the others"),
    }[found.verdict]
    return f"{capitalised(said)}: {verdict}."


def _round(value: float) -> str:
    return format_number(float(f"{value:.2g}"))
