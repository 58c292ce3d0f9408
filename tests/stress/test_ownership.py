"""Every example and every command of every panel, while garbage is collected at the worst of moments."""

from __future__ import annotations

import pytest

from tests.gui.test_garbage import said


@pytest.mark.parametrize("where", ["paint", "thread"])
def test_everything_that_is_shown_has_an_owner(where: str) -> None:
    said("-m", "tests.gui.garbage_walk", where, seconds=3600)
