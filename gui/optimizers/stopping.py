"""Early stopping in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.data.early_stopping import Stopping


def tr(text: str) -> str:
    return QCoreApplication.translate("stopping", text)


def stopping_sentence(stopping: Stopping, racer: int) -> str:
    """Empty for a racer that never stops."""
    stop, best = int(stopping.stop[racer]), int(stopping.best[racer])
    if stop < 0:
        return ""
    return tr("stopped at step {stop}; kept are the weights of step {best}").format(stop=stop, best=best)
