"""Early stopping in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.data.early_stopping import Stopping


def tr(text: str) -> str:
    return QCoreApplication.translate("stopping", text)


def curve_title(stopping: Stopping | None) -> str:
    """What the curves below the inspector are of."""
    if stopping is None:
        return tr("Loss against step (log)")
    return tr("Training and validation loss (log)")


def stopping_sentence(stopping: Stopping, racer: int) -> str:
    """Empty for a racer that never stops."""
    stop, best = int(stopping.stop[racer]), int(stopping.best[racer])
    if stop < 0:
        return ""
    return tr("stopped at step {stop}; kept are the weights of step {best}").format(stop=stop, best=best)
