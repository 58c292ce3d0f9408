"""Make the tables in assets/data that losses are made from.

    python scripts/make_data.py SCIKIT_LEARN_WHEEL STATSMODELS_WHEEL

The digits are made by make_pictures.py. Licences are told in assets/LICENCES.md.
"""

import csv
import io
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "assets" / "data"


def rows_of(wheel: str, name: str) -> list[list[str]]:
    with zipfile.ZipFile(wheel) as archive:
        return list(csv.reader(io.StringIO(archive.read(name).decode("utf-8"))))


def write(name: str, header: str, rows: Iterable[Iterable[str]]) -> None:
    lines = [header, *(",".join(row) for row in rows)]
    (DATA / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    scikit_learn, statsmodels = sys.argv[1:]
    iris = rows_of(scikit_learn, "sklearn/datasets/data/iris.csv")[1:]
    write("iris.csv", "sepal length,sepal width,petal length,petal width,species", iris)
    engel = rows_of(statsmodels, "statsmodels/datasets/engel/engel.csv")[1:]
    write("engel.csv", "income,food", ([f"{float(number):.2f}" for number in row] for row in engel))
    nile = rows_of(statsmodels, "statsmodels/datasets/nile/nile.csv")[1:]
    write("nile.csv", "year,volume", nile)
