"""A short fixed part of the stress test, and that it notices what it is there for. The whole: scripts/stress."""

from __future__ import annotations

import sys

import pytest

from tests.stress import expressions, monkey, soak
from tests.stress.result import Result
from tests.stress.run import ROWS, run_row, table

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


def test_nothing_grows_round_after_round() -> None:
    result = run_row(next(row for row in ROWS if row.name == "soak"), 1, 1.0)
    assert result.tried >= 4 * 7
    assert not result.faults, "\n\n".join(result.faults)


def test_what_grows_is_told_with_where_it_did() -> None:
    rounds = soak.Soak.__new__(soak.Soak)
    rounds.grown = {"open a": 30.0, "record": 0.5}
    rounds.after = [(150.0, 80), (200.0, 90), (199.0, 90), (209.0, 90)]
    assert rounds.fault(4) == ""
    rounds.after.append((212.0, 90))
    assert rounds.fault(5).startswith("round 5: 212 MB instead of 200 MB, 6.0% more; most of it: open a: +30.0 MB;")
    rounds.after.append((200.0, 93))
    assert rounds.fault(6) == "round 6: 3 widgets more than the 90 after round 3"


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
