"""Shared by all tests: no display, no settings of the user's, nothing left behind by a window."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# All this must be in place before Qt is imported.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_home = tempfile.TemporaryDirectory(prefix="stepscope-tests-")
for _name in ("CONFIG", "DATA", "CACHE", "STATE"):
    os.environ[f"XDG_{_name}_HOME"] = str(Path(_home.name, _name.lower()))
os.environ["XDG_CONFIG_DIRS"] = str(Path(_home.name, "none"))
Path(_home.name, "runtime").mkdir(mode=0o700)
os.environ["XDG_RUNTIME_DIR"] = str(Path(_home.name, "runtime"))

for _signal in (signal.SIGINT, signal.SIGHUP):  # which nohup and a shell's “&” have ignored, for programs started too
    if signal.getsignal(_signal) is signal.SIG_IGN:
        signal.signal(_signal, signal.default_int_handler if _signal is signal.SIGINT else signal.SIG_DFL)

settings.register_profile("stepscope", deadline=None)
settings.load_profile("stepscope")

PATIENCE = 3.0  # seconds for threads to come to their end
PASSING = {"QTipLabel", "QComboBoxPrivateContainer", "QDesktopScreenWidget"}  # Qt's own top levels


@pytest.fixture(scope="session")
def qapp() -> Any:
    """The application as users have it: its fonts and its style decide what fits where."""
    from gui.application import make_application

    return make_application(["tests"])


@pytest.fixture
def qtbot(qtbot: Any) -> Iterator[Any]:
    """Holds what a test shows until it is closed. pytest-qt keeps weak references only, and a widget that nothing but
    a reference cycle holds may be collected during its own paint event."""
    shown: list[Any] = []
    add = qtbot.addWidget

    def hold(widget: Any, **options: Any) -> None:
        shown.append(widget)
        add(widget, **options)

    qtbot.addWidget = hold
    yield qtbot


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """In tests/gui: fail a test that leaves widgets, running timers or threads."""
    if "gui" not in request.path.relative_to(Path(__file__).parent).parts:
        yield
        return
    request.getfixturevalue("qapp")
    before = {id(thing): thing for thing in _alive()}  # kept, so that no id is used twice
    yield
    _settle()
    _usual_look()
    deadline = time.monotonic() + PATIENCE
    while (left := [t for t in _alive() if id(t) not in before]) and time.monotonic() < deadline:
        if not any(isinstance(thing, threading.Thread) for thing in left):
            break
        time.sleep(0.02)
        _settle()
    if left:
        words = ", ".join(sorted(_describe(thing) for thing in left))
        del left
        pytest.fail(f"left behind: {words}", pytrace=False)


def _usual_look() -> None:
    """Theme and text size as they were: no test sees what another one chose."""
    from gui.theme import DARK, look

    if look().theme is not DARK or look().scale != 1.0:
        look().theme, look().scale = DARK, 1.0
        look().apply()


def _settle() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    from gui.worker import pools

    for pool in pools():
        pool.waitForDone(int(PATIENCE * 1000))
    gc.collect()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()


def _alive() -> list[object]:
    """Top-level widgets, active timers, running threads."""
    import shiboken6
    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QApplication

    found: list[object] = [w for w in QApplication.topLevelWidgets() if type(w).__name__ not in PASSING]
    for thing in gc.get_objects():
        kind = type(thing)  # not isinstance(), which may run code of the object's own
        if not issubclass(kind, QTimer | QThread) or not shiboken6.isValid(thing):
            continue
        if thing.isActive() if issubclass(kind, QTimer) else thing.isRunning():
            found.append(thing)
    found += [t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)]
    return found


def _describe(thing: object) -> str:
    name = getattr(thing, "objectName", lambda: getattr(thing, "name", ""))()
    return f"{type(thing).__name__}({name!r})" if name else type(thing).__name__
