"""What lights up: every link against what really changes when a cell does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.convolution.layer import Layer
from engine.convolution.links import links
from engine.convolution.pooling import Pooling
from engine.convolution.steps import Pass, count, stages, step

SETTINGS: list[dict[str, Any]] = [
    {},
    {"flip": True},
    {"stride": 2, "padding": 1},
    {"dilation": 2, "padding": 2, "groups": 2},
    {"stride": 3, "bias": None},
    {"activation": "tanh", "padding": 1},
    {"pooling": Pooling("average", 2, 1), "padding": 1},
    {"activation": "sigmoid", "pooling": Pooling("max", 2), "padding": 1},
]


def layer(axes: int, **choices: Any) -> Layer:
    random = np.random.default_rng(axes)
    size, window, groups = ((7,), (5, 6), (4, 4, 4))[axes - 1], (3, 2, 1)[:axes], choices.get("groups", 1)
    choices = {"bias": random.normal(size=2), **choices}
    made = Layer(random.normal(size=(1, 2, *size)), random.normal(size=(2, 2 // groups, *window)), **choices)
    return replace(made, upstream=random.normal(size=made.output.shape))


def by_steps(made: Layer) -> dict[tuple[str, str], set[tuple[int, int]]]:
    """(source, target) → the (source cell, target cell) pairs that the steps of all passes name."""
    pairs: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for stage in stages(made):
        for number in range(count(made, stage)):
            now = step(made, stage, number)
            for side in (now.left, now.right):
                if side is None or not side.grid or stage is Pass.UPSTREAM:
                    continue
                there = side.kind == 0
                if stage is Pass.KERNEL_GRADIENT and now.right is not None:
                    there = now.right.kind == 0  # g beside padding is multiplied by nothing
                if stage is Pass.GATHER:
                    there = now.left.kind == 0
                if stage is Pass.POOLING_GRADIENT and now.right is not None:
                    there = now.right.values > 0  # only the largest of a window receives
                cells = np.ravel_multi_index(tuple(side.index[there].T), made.grid(side.grid).shape)
                pairs.setdefault((side.grid, now.grid), set()).update((int(cell), number) for cell in cells)
            if now.bias is not None:
                pairs.setdefault(("b", now.grid), set()).add((now.index[1], number))
    return pairs


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("choices", SETTINGS, ids=lambda choices: "-".join(choices) or "plain")
def test_links_are_the_operands_of_the_steps_in_both_directions(axes: int, choices: dict[str, Any]) -> None:
    made = layer(axes, **choices)
    expected = by_steps(made)
    names = [*made.values, *made.gradients]
    pushed: dict[tuple[str, str], set[tuple[int, int]]] = {}
    pulled: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for name in names:
        for number, index in enumerate(np.ndindex(made.grid(name).shape)):
            found = links(made, name, index)
            for target, marks in found.feeds.items():
                assert marks.shape == made.grid(target).shape and marks.dtype == bool
                cells = np.flatnonzero(marks).tolist()
                pushed.setdefault((name, target), set()).update((number, cell) for cell in cells)
            for source, marks in found.depends.items():
                assert marks.shape == made.grid(source).shape and marks.dtype == bool
                cells = np.flatnonzero(marks).tolist()
                pulled.setdefault((source, name), set()).update((cell, number) for cell in cells)
    assert pushed == expected
    assert pulled == expected


def test_an_input_cell_by_hand() -> None:
    made = Layer(np.ones((1, 1, 5, 5)), np.ones((1, 1, 3, 3)))
    found = links(made, "x", (0, 0, 0, 1))
    assert np.argwhere(found.feeds["y"][0, 0]).tolist() == [[0, 0], [0, 1]]
    assert np.argwhere(found.feeds["dw"][0, 0]).tolist() == [[0, 0], [0, 1]]
    assert found.depends == {}


def test_a_link_follows_the_path_and_not_the_values() -> None:
    made = Layer(np.zeros((1, 1, 4)), np.zeros((1, 1, 2)), upstream=np.full((1, 1, 3), np.nan))
    found = links(made, "dx", (0, 0, 1))
    assert found.depends["g"].tolist() == [[[True, True, False]]]
    assert found.depends["w"].tolist() == [[[True, True]]]


def test_a_grid_or_cell_that_is_not_there() -> None:
    made = Layer(np.zeros((1, 1, 4)), np.zeros((1, 1, 2)))
    with pytest.raises(KeyError):
        links(made, "p", (0, 0, 0))
    with pytest.raises(IndexError):
        links(made, "x", (0, 0, 4))
