"""A fixed sample of the stress test of files; `scripts/stress` tries more of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stress import files
from tests.stress.result import Result


@pytest.mark.parametrize("name", ["scenes", "lectures", "share_text", "csv_tables"])
def test_damaged_files(name: str) -> None:
    result: Result = getattr(files, name)(seed=1, seconds=120, most=150)
    assert (result.tried, result.faults) == (150, [])


@pytest.mark.parametrize("name", ["pictures", "settings"])
def test_damaged_files_that_qt_reads(qapp: Any, name: str) -> None:
    result: Result = getattr(files, name)(seed=1, seconds=120, most=100)
    assert (result.tried, result.faults) == (100, [])


def test_a_fault_is_told_with_what_repeats_it() -> None:
    def spoilt(rng: Any) -> None:
        if rng.random() < 0.5:
            raise ValueError("two\nlines")
        raise KeyError("no sentence")

    result = files._try("things", 7, 60, 20, spoilt, ValueError)
    assert result.tried == len(result.faults) == 20
    assert {fault.split(": ")[1] for fault in result.faults} == {"FaultError", "KeyError"}
    assert result.faults[3].startswith("things, seed 7, try 3: ")
    assert files._try("things", 7, 60, 20, spoilt, ValueError).faults == result.faults
