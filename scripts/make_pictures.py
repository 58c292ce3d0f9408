"""Make assets/pictures and assets/data/digits.csv.

    python scripts/make_pictures.py SKIMAGE_DATA_FOLDER DIGITS_CSV_GZ

The folder `skimage/data` is in the wheel of scikit-image, the file `digits.csv.gz` in that of scikit-learn.
Licences are told in assets/LICENCES.md.
"""

import gzip
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SIDE = 256  # pixels

# A square of each photograph in which the thing is still known at 28 × 28: left, top, side.
PHOTOGRAPHS = {
    "cat": ("chelsea.png", (100, 0, 300)),
    "coffee": ("coffee.png", (125, 0, 400)),
    "astronaut": ("astronaut.png", (105, 0, 240)),
    "camera": ("camera.png", (60, 20, 360)),
    "bricks": ("brick.png", (130, 150, 230)),
}
DIGITS = 4  # of each


def photographs(folder: Path) -> None:
    for name, (file, (left, top, side)) in PHOTOGRAPHS.items():
        image = QImage(str(folder / file)).copy(QRect(left, top, side, side))
        image = image.scaled(
            SIDE, SIDE, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        if name == "bricks":
            image = stretched(image)
        image.save(str(ASSETS / "pictures" / f"{name}.jpg"), "JPEG", 92)  # type: ignore[call-overload]


def stretched(image: QImage) -> QImage:
    """A pale grey picture from black to white, all but the outermost hundredths."""
    grey = np.array(image.convertToFormat(QImage.Format.Format_Grayscale8).constBits(), float)
    dark, bright = np.percentile(grey, [1, 99])
    grey = np.rint(255 * np.clip((grey - dark) / (bright - dark), 0, 1)).astype(np.uint8)
    return QImage(grey.data, SIDE, SIDE, SIDE, QImage.Format.Format_Grayscale8).copy()


def teaching_pictures() -> None:
    row, column = np.mgrid[:SIDE, :SIDE] + 0.5
    middle = SIDE / 2
    far = np.hypot(row - middle, column - middle)
    pictures = {
        "edge": np.where(column < middle, 1.0, 0.0),
        "checkerboard": (row // (SIDE / 4) + column // (SIDE / 4)) % 2,
        "disc": np.clip(0.32 * SIDE - far + 0.5, 0, 1),
        "gradient": column / SIDE,
    }
    for name, picture in pictures.items():
        grey = np.ascontiguousarray(np.rint(255 * picture), np.uint8)
        QImage(grey.data, SIDE, SIDE, SIDE, QImage.Format.Format_Grayscale8).save(
            str(ASSETS / "pictures" / f"{name}.png"),
        )


def digits(file: Path) -> None:
    """Well-written ones that differ: near the mean of their kind, then as unlike those taken as can be."""
    with gzip.open(file) as lines_of_file:
        table = np.loadtxt(lines_of_file, delimiter=",")
    lines = ["# label, then 8 × 8 numbers from 0 to 16 in reading order"]
    for label in range(10):
        numbers = table[table[:, -1] == label, :-1]
        middle = np.linalg.norm(numbers - numbers.mean(axis=0), axis=1)
        good = numbers[np.argsort(middle, kind="stable")[: len(numbers) // 4]]
        lines += [f"{label}," + ",".join(str(int(n)) for n in digit) for digit in unlike(good, DIGITS)]
    (ASSETS / "data" / "digits.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def unlike(rows: NDArray[np.float64], count: int) -> list[NDArray[np.float64]]:
    """The first row, then each time the one farthest from those taken."""
    taken = [rows[0]]
    while len(taken) < count:
        nearest = np.min([np.linalg.norm(rows - row, axis=1) for row in taken], axis=0)
        taken.append(rows[np.argmax(nearest)])
    return taken


if __name__ == "__main__":
    for place in ("pictures", "data"):
        (ASSETS / place).mkdir(exist_ok=True)
    photographs(Path(sys.argv[1]))
    teaching_pictures()
    digits(Path(sys.argv[2]))
