"""Figures: short, and exact where they look exact."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gui.optimizers.figures import LONGEST, WIDEST, card_figure, figure, point_figure


@pytest.mark.parametrize(
    ("number", "inspected", "on_card"),
    [
        (0, "0", "0"), (-0.0, "0", "0"), (0.1, "0.1", "0.1"), (12.3456, "12.35", "12.3"), (1234.4, "1234", "1234"),
        (19432.4, "19432", "19432"), (99999.4, "99999", "99999"), (99999.6, "1e5", "1e5"), (123456, "1.2e5", "1.2e5"),
        (0.0541, "0.0541", "0.0541"), (0.00151, "0.0015", "0.0015"), (0.000123, "0.00012", "1.2e−4"),
        (3.9e-7, "3.9e−7", "3.9e−7"), (1.96e-12, "2e−12", "2e−12"), (-19432, "−19432", "−19432"),
        (math.inf, "–", "inf"),
    ],
)  # fmt: skip
def test_figures_are_written_so(number: float, inspected: str, on_card: str) -> None:
    assert (figure(number), card_figure(number)) == (inspected, on_card)


def test_figures_are_short_and_near_the_number() -> None:
    for exponent in np.linspace(-300, 300, 1201):
        for sign in (1, -1):
            number = sign * 10.0**exponent
            for text, longest in ((figure(number), LONGEST), (card_figure(number), WIDEST + 1)):
                assert len(text) <= longest
                shown = float(text.replace("−", "-"))
                near = 0.5 if len(text.split("e")[0].strip("−")) == 1 else 0.051
                assert shown == pytest.approx(number, rel=near)
                if "e" not in text and abs(number) >= 1000:
                    assert abs(shown - number) <= 0.5  # all digits of a whole number


def test_a_place_has_no_dust() -> None:
    assert point_figure((3.4e-16, -1.8051)) == "0, −1.8"
    assert point_figure((-2e-10, 0.00012)) == "0, 0.00012"
