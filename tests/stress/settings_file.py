"""A file of settings for the stress test: written, spoilt, and read as the app reads it."""

from __future__ import annotations

from pathlib import Path
from random import Random

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QApplication, QMainWindow

from gui import settings
from gui.application import make_application
from gui.files import recent_files
from gui.main_window import restore_window
from gui.recording.choices import last_place, remembered
from gui.recording.settings import check
from gui.sides import WIDEST
from gui.theme import LARGEST_TEXT, SMALLEST_TEXT, look

KEYS = ("geometry", "scale", "theme", "recent", "sides/optimizers", "recording/choices", "recording/folder")
PIECES = (
    "@Variant(", "@ByteArray(", "@Invalid()", "@Rect(1 2 3 4)", "@Size(9 9)", "@DateTime(", "@@", ")", ",", ", ", '"',
    "\\\n", "\\\r\n", r"\x76", r"\0\0\0\x9\x7f\xff\xff\xff", r"\0\0\0\x1c\xff\xff\xff\xff", "1", "0.9", "dark", "nan",
    "1e999", "hello", "{}", '{\\"fps\\": 1e999}', "/", "\n[x]\n", "\n[General]\n", "=", ";", "\x00", "\ufeff",
    "9" * 500, "@Vari", "ant(", "\\Q", "%", "x" * 20_000,
)  # fmt: skip


class Spoilt:
    """Writes and reads in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.app = QApplication.instance() or make_application(["stress"])
        self.app.setOrganizationName("Stepscope")
        self.before = look().theme.name, look().scale
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(folder))
        self.path = folder / "Stepscope" / "Stepscope.conf"
        self.path.parent.mkdir(parents=True)
        self.window = QMainWindow()
        self.window.setMinimumSize(900, 560)
        self.sound = bytes(self.window.saveGeometry().data())

    def end(self) -> None:
        """Leave nothing."""
        self.window.deleteLater()
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, _usual())

    def one(self, rng: Random) -> None:
        """One file: of rubbish, or with a damaged place of the window."""
        if rng.random() < 0.3:
            self._place(rng)
            return
        text = "[General]\n"
        for key in rng.sample(KEYS, rng.choice((1, 3, 7))):
            group, _, name = key.rpartition("/")
            value = "".join(rng.choice(PIECES) for _ in range(rng.choice((1, 2, 3, 9))))
            text += f"\n[{group or 'General'}]\n{name}={value}\n"
        data = text.encode()
        if not settings.is_harmless(data):  # it would be set aside
            return
        self.path.write_bytes(data)
        store = QSettings()
        store.sync()
        self._read()

    def _read(self) -> None:
        assert SMALLEST_TEXT <= settings.number("scale", SMALLEST_TEXT, LARGEST_TEXT, 1.0) <= LARGEST_TEXT
        assert settings.word("theme", ("dark", "light"), "dark") in ("dark", "light")
        assert len(recent_files()) <= 8
        assert last_place() is None or last_place() == Path("/")
        widths = settings.numbers("sides/optimizers", 2, 0, WIDEST)
        assert widths is None or all(0 <= width <= WIDEST for width in widths)
        chosen, kind = remembered("dark")
        check(chosen, kind, 0)

    def _place(self, rng: Random) -> None:
        spoilt = bytearray(self.sound)
        for _ in range(rng.choice((1, 2, 5))):
            spoilt[rng.randrange(len(spoilt))] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
        QSettings().setValue("geometry", QByteArray(bytes(spoilt)))
        restore_window(self.window)  # type: ignore[arg-type]  # of which it needs nothing more
        screens = [screen.availableGeometry() & self.window.geometry() for screen in QApplication.screens()]
        assert any(part.width() >= 100 and part.height() >= 40 for part in screens), bytes(spoilt)


def _usual() -> str:
    from PySide6.QtCore import QStandardPaths

    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
