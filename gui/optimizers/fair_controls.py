"""The rule of comparison: racers as they are, at one learning rate, at equal cost, or each at its best rate."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from engine.fair_play import RATE, common_rate, holds, mark, rate_of, with_equal_rates, with_rates
from engine.parameters import Parameter
from engine.scene import Scene
from gui.document import Document
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.number_field import NumberField
from gui.widgets.words import sentence, words
from gui.worker import Cancelled, Progress, Search

RULES = ("", "rate", "gradients", "tuned")
_RATE = Parameter("η", RATE, 0.01, 1e-5, 10, True, "One learning rate for every racer.")


class FairControls(QWidget):
    """Follows the document, and changes it. Tuning goes on in the background; what it finds is one change."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.job = Search(self)
        self._searched = ""  # the mark of its race
        self.choice = ChoiceBox()
        self.choice.setAccessibleName(self.tr("Rule of comparison"))
        for key, name in zip(
            RULES,
            (self.tr("as they are"), self.tr("equal learning rate"), self.tr("equal gradients"), self.tr("each tuned")),
            strict=True,
        ):
            self.choice.addItem(name, key)
        tips = (
            self.tr("Every racer with the values on its card"),
            self.tr("One learning rate for all"),
            self.tr("As many gradients for each as the race has steps; a Hessian counts as two"),
            self.tr("Searches, for each, the learning rate with the lowest loss at the end"),
        )
        for place, tip in enumerate(tips):
            self.choice.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.choice.activated.connect(lambda place: self.choose(RULES[place]))
        self.rate = NumberField(_RATE, _RATE.default)
        self.rate.edited.connect(self._set_rate)
        self.again = QPushButton(self.tr("Tune again"))
        self.again.clicked.connect(self.tune)
        self.said = words("note")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.stop)
        self.search = QWidget()
        row = QHBoxLayout(self.search)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for widget in (self.choice, self.rate, self.search, self.said, self.again):
            column.addWidget(widget)
        self.search.hide()
        self.said.hide()
        self.job.progressed.connect(lambda share: self.bar.setValue(round(1000 * share)))
        self.show_scene(document.scene)

    @property
    def searching(self) -> bool:
        return self.job.running

    def show_scene(self, scene: Scene) -> None:
        """Follow the scene. A search for what is no longer the race is given up."""
        if self.searching and mark(scene) != self._searched:
            self.stop()
            self._say(self.tr("The race has changed: the search was given up."))
        self.choice.setCurrentIndex(RULES.index("tuned" if self.searching else scene.fair))
        rate = common_rate(scene)
        self.rate.setVisible(scene.fair == "rate" and not self.searching)
        if rate is not None:
            self.rate.set_value(rate)
        self.again.setVisible(scene.fair == "tuned" and not holds(scene) and not self.searching)

    def choose(self, rule: str) -> None:
        """Take another rule of comparison; tuning begins at once."""
        scene: Scene = self.document.scene
        self._say("")
        if rule == "tuned":
            self.tune()
            return
        self.stop()
        changed = scene.with_(fair=rule, tuned="")
        if rule == "rate":
            rates = [rate_of(racer) for racer in scene.racers]
            chosen = rates[scene.selected] if scene.selected < len(rates) else None
            rate = chosen if chosen is not None else next((r for r in rates if r is not None), None)
            if rate is None:
                self._refuse(self.tr("None of the racers has a learning rate."))
                return
            try:
                changed = with_equal_rates(changed, rate)
            except ValueError as error:
                self._refuse(str(error))
                return
        self.document.change(changed, self.tr("Fair play"))

    def _set_rate(self, rate: float, gesture: Hashable) -> None:
        try:
            changed = with_equal_rates(self.document.scene, rate)
        except ValueError as error:
            self._refuse(str(error))
            return
        self._say("")
        self.document.change(changed, self.tr("Change the learning rate of all"), gesture)

    # The search.

    def tune(self) -> None:
        """Look for the best learning rate of every racer that is on and has one."""
        self.stop()
        scene: Scene = self.document.scene
        places = [place for place, racer in enumerate(scene.racers) if racer.on and rate_of(racer) is not None]
        if not places:
            self._refuse(self.tr("No racer that takes part has a learning rate."))
            return
        self._searched = mark(scene)

        def work(progress: Progress, cancelled: Cancelled) -> list[float | None]:
            from engine.tuning import tune  # takes its time to import

            loss, rates = scene.loss.loss(), [rate_of(racer) for racer in scene.racers]
            for done, place in enumerate(places):
                best = tune(
                    loss, scene.racers[place].build(), scene.start, scene.steps,
                    progress=lambda share, done=done: progress((done + share) / len(places)),  # type: ignore[misc]
                    cancelled=cancelled,
                )  # fmt: skip
                rates[place] = best.rate if best is not None else rates[place]
            return rates

        self.bar.setValue(0)
        self.search.show()
        self._say(self.tr("Trying learning rates…"))
        self.job.start(work, self._tuned, self._failed)
        self.show_scene(scene)

    def _tuned(self, rates: list[float | None]) -> None:
        self.search.hide()
        self._say("")
        changed = with_rates(self.document.scene, rates).with_(fair="tuned")
        self.document.change(changed.with_(tuned=mark(changed)), self.tr("Tune the learning rates"))

    def _failed(self, error: Exception) -> None:
        self.search.hide()
        self._refuse(str(error))

    def stop(self) -> None:
        """Give up the search under way, if there is one."""
        if self.job.stop():
            self.search.hide()
            self._say("")
            self.show_scene(self.document.scene)

    def _refuse(self, problem: str) -> None:
        self._say(sentence(problem))
        self.show_scene(self.document.scene)

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
