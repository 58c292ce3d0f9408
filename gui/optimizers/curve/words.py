"""What the quantities of the loss curve are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.quantities import ABOVE, DISTANCE, GRADIENT, LOSS, STEP


def tr(text: str) -> str:
    return QCoreApplication.translate("curve", text)


def name_of(quantity: str, trained: bool = False) -> str:
    """With early stopping (`trained`) the loss has a curve for training and one for validation."""
    if quantity == LOSS and trained:
        return tr("Training and validation loss")
    return {
        LOSS: tr("Loss"),
        ABOVE: tr("Loss above the lowest known"),
        GRADIENT: tr("Length of the gradient ‖g‖"),
        STEP: tr("Length of the step"),
        DISTANCE: tr("Distance to the nearest minimum"),
    }[quantity]


def short_title(quantity: str, log: bool, trained: bool = False) -> str:
    """What the curves are of, above them."""
    name = name_of(quantity, trained)
    return tr("{name} (log)").format(name=name) if log else name


def long_title(quantity: str, log: bool, trained: bool = False) -> str:
    """The same where there is room to say against what."""
    if quantity == LOSS and not trained:
        return tr("Loss against step (log)") if log else tr("Loss against step")
    return short_title(quantity, log, trained)
