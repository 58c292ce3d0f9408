"""Which scenes and lectures there are: the shipped ones, the ones used last, and names for new ones."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImageReader

from engine.lecture_file import load
from engine.scene_file import SceneFileError
from gui import settings
from gui.theme import ASSETS

RECENT = 8


def example_scenes(panel: str = "*") -> list[Path]:
    """The shipped scenes of a panel, or of all, in the order of the numbers that their file names begin with."""
    return sorted((ASSETS / "scenes").glob(f"{panel}/*.json"), key=_order)


def _order(path: Path) -> tuple[str, int, str]:
    number = path.stem.partition("-")[0]
    return path.parent.name, int(number) if number.isdecimal() else 0, path.stem


def example_lectures() -> list[Path]:
    """The shipped lectures, in the order of their file names."""
    return sorted((ASSETS / "lectures").glob("*.json"))


def is_shipped(path: Path) -> bool:
    """Whether a file came with the app."""
    return ASSETS.resolve() in path.absolute().resolve().parents


def title_of(path: Path) -> str:
    """The title of the scene or lecture in a file."""
    try:
        return str(load(path).title)
    except SceneFileError:
        return path.stem


def recent_files() -> list[Path]:
    """Scenes and lectures opened or saved last, the newest first; those that are gone are left out."""
    return [path for path in map(Path, settings.texts("recent", RECENT)) if _is_there(path)]


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a folder that may not be looked into, a name that is none
        return False


def remember_file(path: Path) -> None:
    """Put a file first among the recent ones."""
    path = path.resolve()
    names = [str(path), *(str(other) for other in recent_files() if other != path)]
    settings.put("recent", names[:RECENT])


def last_folder() -> Path:
    """Where the next file dialog begins."""
    files = recent_files()
    return files[0].parent if files else Path.home()


def file_name(title: str) -> str:
    """A file name, without its ending, for a title."""
    kept = "".join(letter if letter.isalnum() or letter in " -_" else "" for letter in title)
    return "-".join(kept.split()).lower()[:60] or "scene"


def dropped_picture(data: QMimeData) -> Path | None:
    """A file that is being dropped and whose name ends as pictures' names do."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    endings = {bytes(ending.data()).decode() for ending in QImageReader.supportedImageFormats()} - {"svg", "svgz"}
    return next((path for path in paths if path.suffix.lower().lstrip(".") in endings), None)


def dropped_table(data: QMimeData) -> Path | None:
    """A file of comma- or tab-separated values that is being dropped, by its name."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix.lower() in (".csv", ".tsv")), None)


def dropped_scene(data: QMimeData) -> Path | None:
    """The scene or lecture file that is being dropped, if it is one."""
    names = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return Path(names[0]) if names and names[0].endswith(".json") else None
