"""Numbers that the user chooses: what they accept, and what they say of the rest."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.parameters import Parameter, checked_values

RATE = Parameter("η", "learning_rate", 0.1, 1e-5, 10.0, True, "How far a step goes.")
DECAY = Parameter("β", "decay", 0.9, 0.0, 0.999, False, "How much is kept.", below=1.0)
ANGLE = Parameter("α", "angle", 0.0, -90.0, 90.0, False, "The turn.", least=-math.inf)
ALL = (RATE, DECAY, ANGLE)


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        (RATE, 0.003, 0.003), (RATE, 3, 3.0), (RATE, "3e-3", 0.003), (RATE, np.float64(0.5), 0.5), (RATE, 0, 0.0),
        (RATE, 1e300, 1e300), (DECAY, 0.9999, 0.9999), (DECAY, "0", 0.0), (ANGLE, -1e9, -1e9),
    ],
)  # fmt: skip
def test_accepted(parameter: Parameter, value: object, expected: float) -> None:
    number = parameter.check(value)
    assert type(number) is float
    assert number == expected


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        (RATE, -1, "learning_rate must be a finite number, 0 or more, not -1"),
        (RATE, math.nan, "learning_rate must be a finite number, 0 or more, not nan"),
        (RATE, math.inf, "learning_rate must be a finite number, 0 or more, not inf"),
        (RATE, 10**400, "learning_rate must be a finite number, 0 or more, not inf"),
        (RATE, "fast", "learning_rate must be a number, not 'fast'"),
        (RATE, "", "learning_rate must be a number, not ''"),
        (RATE, None, "learning_rate must be a number, not None"),
        (RATE, True, "learning_rate must be a number, not True"),
        (RATE, [0.1], r"learning_rate must be a number, not [0.1]"),
        (RATE, 1j, "learning_rate must be a number, not 1j"),
        (DECAY, 1, "decay must be a number from 0 to below 1, not 1"),
        (DECAY, -0.1, "decay must be a number from 0 to below 1, not -0.1"),
        (ANGLE, math.inf, "angle must be a finite number, not inf"),
    ],
)
def test_refused_in_one_sentence(parameter: Parameter, value: object, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parameter.check(value)
    assert str(caught.value) == message


@given(st.one_of(st.floats(), st.integers(), st.text(max_size=8), st.none(), st.booleans(), st.binary(max_size=4)))
def test_a_value_is_in_range_or_a_value_error(value: Any) -> None:
    try:
        number = DECAY.check(value)
    except ValueError as error:
        assert str(error).startswith("decay must be ")
    else:
        assert 0 <= number < 1


def test_changes_by_name_and_by_symbol() -> None:
    before = {"learning_rate": 0.1, "decay": 0.9, "angle": 0.0}
    assert checked_values(ALL, before, {"learning_rate": 1, "β": 0.5}) == before | {"learning_rate": 1.0, "decay": 0.5}
    assert checked_values(ALL, before, {}) == before
    assert before == {"learning_rate": 0.1, "decay": 0.9, "angle": 0.0}


def test_values_cannot_be_changed() -> None:
    values: Any = checked_values(ALL, {"decay": 0.9}, {"decay": 0.5})
    with pytest.raises(TypeError):
        values["decay"] = 2.0
    with pytest.raises(AttributeError):
        RATE.default = 1.0  # type: ignore[misc]


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(ValueError) as caught:
        checked_values(ALL, {}, {"momentum": 0.9})
    assert str(caught.value) == "there is no hyperparameter 'momentum'; there are learning_rate, decay, angle"
    with pytest.raises(ValueError, match="none at all"):
        checked_values((), {}, {"momentum": 0.9})


def test_a_bad_value_among_good_ones_is_the_one_named() -> None:
    with pytest.raises(ValueError, match=r"^decay must be"):
        checked_values(ALL, {}, {"learning_rate": 0.1, "decay": 2, "angle": 3})
