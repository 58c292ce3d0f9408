"""The brush covers what it passes, and nothing else."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.convolution.drawing import coverage, painted, stroke

places = st.tuples(st.floats(-20, 40), st.floats(-20, 40))
radii = st.floats(0.01, 20)
SHAPE = (9, 12)


@given(places, places, radii)
def test_covers_by_the_distance_to_the_stroke(start: tuple[float, float], end: tuple[float, float], r: float) -> None:
    covered = coverage(SHAPE, start, end, r)
    assert covered.shape == SHAPE
    along = np.linspace(0, 1, 2001)[:, None]
    points = (1 - along) * np.array(start) + along * np.array(end)
    for row in range(0, SHAPE[0], 3):
        for column in range(0, SHAPE[1], 3):
            far = np.hypot(*(points - (row + 0.5, column + 0.5)).T).min()
            assert covered[row, column] == pytest.approx(np.clip(r + 0.5 - far, 0, 1), abs=0.02)


@given(places, places, radii)
def test_there_and_back_is_the_same(start: tuple[float, float], end: tuple[float, float], radius: float) -> None:
    np.testing.assert_allclose(coverage(SHAPE, start, end, radius), coverage(SHAPE, end, start, radius), atol=1e-9)


@given(places, places, radii, st.floats(-9, 9), st.booleans())
def test_a_stroke_stays_between_what_was_and_its_value(
    start: tuple[float, float], end: tuple[float, float], radius: float, value: float, whole: bool
) -> None:
    before = np.random.default_rng(1).integers(-9, 10, SHAPE).astype(float)
    kept = before.copy()
    after = stroke(before, start, end, radius, value, whole)
    np.testing.assert_array_equal(before, kept)
    assert after is not before
    room = 0.5 if whole else 1e-12
    assert (after >= np.minimum(before, value) - room).all()
    assert (after <= np.maximum(before, value) + room).all()
    covered = coverage(SHAPE, start, end, radius)
    np.testing.assert_array_equal(after[covered == 0], before[covered == 0])
    if whole:
        np.testing.assert_array_equal(after, np.rint(after))
    else:
        np.testing.assert_array_equal(after[covered == 1], value)


def test_a_dot_is_round_and_soft() -> None:
    dot = stroke(np.zeros((7, 7)), (3.5, 3.5), (3.5, 3.5), 1.5, 9, whole=True)
    np.testing.assert_array_equal(
        dot[1:6, 1:6],
        [[0, 0, 0, 0, 0], [0, 5, 9, 5, 0], [0, 9, 9, 9, 0], [0, 5, 9, 5, 0], [0, 0, 0, 0, 0]],
    )
    assert dot.sum() == dot[1:6, 1:6].sum()


def test_a_line_covers_its_row() -> None:
    line = stroke(np.zeros((3, 6)), (1.5, 1.5), (1.5, 4.5), 0.5, 9)
    np.testing.assert_array_equal(line, [[0] * 6, [0, 9, 9, 9, 9, 0], [0] * 6])


@given(st.tuples(st.floats(0, 8.999), st.floats(0, 11.999)), st.floats(1, 5))
def test_the_cell_under_the_pointer_is_always_reached(place: tuple[float, float], radius: float) -> None:
    assert coverage(SHAPE, place, place, radius)[int(place[0]), int(place[1])] > 0.25


def test_a_drag_in_many_events_is_a_drag_in_one() -> None:
    before = np.random.default_rng(2).integers(0, 10, SHAPE).astype(float)
    stops = [(2.0, 1.0 + k / 50) for k in range(400)]
    covered = np.zeros(SHAPE)
    for start, end in itertools.pairwise(stops):
        covered = np.maximum(covered, coverage(SHAPE, start, end, 1.3))
    drawn = painted(before, covered, 9, whole=True)
    np.testing.assert_array_equal(drawn, stroke(before, stops[0], stops[-1], 1.3, 9, whole=True))


def test_a_brush_without_width_draws_nothing() -> None:
    assert not coverage(SHAPE, (1.5, 1.5), (1.5, 8.5), 0).any()


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_place_that_is_none_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        coverage(SHAPE, (bad, 1), (2, 2), 1)
    with pytest.raises(ValueError, match="finite"):
        coverage(SHAPE, (1, 1), (2, 2), bad)
