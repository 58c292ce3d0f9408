"""A short fixed part of the stress test, and that it notices what it is there for. The whole: scripts/stress."""

from __future__ import annotations

import sys

import pytest

from tests.stress import expressions, monkey
from tests.stress.result import Result
from tests.stress.run import ROWS, table

ACTS = 150
TEXTS = 300
SECONDS = 2.0  # for one answer, since the machine does other tests at the same time


def test_a_monkey_at_the_window_breaks_nothing() -> None:
    result = monkey.play(20, ACTS, longest=SECONDS)
    assert result.tried == ACTS
    assert not result.faults, "\n\n".join(result.faults)


def test_formulas_and_rules_at_random_give_results_or_sentences() -> None:
    result = expressions.run(1, 120, TEXTS)
    assert result.tried == TEXTS
    assert not result.faults, "\n\n".join(result.faults)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("trail.write('7: press R\\n! a block of 3 s\\n    in the theme\\n')", "a block of 3 s\n    in the theme"),
        ("trail.write('0: press R\\n'); trail.flush(); os.abort()", "the process ended by SIGABRT"),
        ("sys.exit(3)", "the process ended with 3"),
        ("trail.write('0: press R\\n'); print('Qt: no', file=sys.stderr)", "said on stderr:\n    Qt: no"),
        ("trail.write('0: press R\\n'); trail.flush(); time.sleep(60)", "nothing moved for 0 s"),
        ("trail.write('\\nend 0\\n'); trail.flush(); time.sleep(60)", "the process does not end after its window has"),
        ("Path(folder, 'files', '.part').touch()", "left in the folder: .part"),
    ],
    ids=["told", "crash", "status", "said", "hang", "no end", "left"],
)
def test_the_monkey_tells_what_broke(code: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("SILENCE", "ENDING"):
        monkeypatch.setattr(monkey, limit, 0.4)
    begin = (
        "import os, sys, time; from pathlib import Path; folder = sys.argv[-1]; trail = open(folder + '/trail', 'w'); "
    )
    wait = "import signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN); "
    result = monkey.play(5, 1, player=[sys.executable, "-c", begin + wait + code])
    assert len(result.faults) == 1
    assert result.faults[0].startswith(fault)
    assert "replay: scripts/stress --replay 5:" in result.faults[0]


def test_texts_that_take_long_or_warn_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "SLOW", -1.0)
    assert "processor time" in expressions.one(1, 0)


def test_the_table_says_what_was_tried_and_what_broke() -> None:
    lines = table({"monkey": Result(1200), "expressions": Result(30, ["a", "b"])}).splitlines()
    assert lines == ["what         tried  faults", "monkey       1,200       0", "expressions     30       2"]


def test_every_row_has_a_share_of_the_time() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert all(row.weight > 0 for row in ROWS)
