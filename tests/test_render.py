"""`main.py render`, as scripts and lecturers use it: what comes out, and that faults leave nothing behind."""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from imageio_ffmpeg import get_ffmpeg_exe

from engine.lecture import Lecture, Page
from engine.lecture_file import save
from engine.scene import opening_scene
from gui.recording.options import OPTIONS

ROOT = Path(__file__).parents[1]
SCENES = ROOT / "assets" / "scenes"
RACE = SCENES / "optimizers" / "4-learning-rate-too-high.json"
GRID = SCENES / "convolution" / "01-by-hand.json"
SMALL = ("--size", "320x180", "--fps", "30")


def command(*arguments: object) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), "render", *map(str, arguments)]


def environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}


def render(*arguments: object, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        command(*arguments), env=environment(), capture_output=True, text=True, timeout=300, **more
    )


def made(*arguments: object) -> None:
    done = render(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def look(path: Path) -> tuple[str, tuple[int, int], float, float]:
    """Codec, size, frames a second and duration in seconds, as the encoder's own reader sees them."""
    said = subprocess.run([get_ffmpeg_exe(), "-i", str(path)], capture_output=True, text=True, check=False).stderr
    line = next(line for line in said.splitlines() if "Video:" in line)
    codec = re.search(r"Video: (\w+)", line)
    size = re.search(r" (\d+)x(\d+)[, ]", line)
    rate = re.search(r"([\d.]+) fps", line)
    long = re.search(r"Duration: (\d+):(\d+):([\d.]+)", said)
    assert codec and size and rate and long, said
    hours, minutes, seconds = long.groups()
    duration = 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    return codec[1], (int(size[1]), int(size[2])), float(rate[1]), duration


def frames(path: Path) -> list[str]:
    """A hash of every frame."""
    read = [
        get_ffmpeg_exe(),
        "-loglevel",
        "error",
        "-i",
        f"file:{path}",
        "-fps_mode",
        "passthrough",
        "-f",
        "framemd5",
        "-",
    ]
    lines = subprocess.run(read, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split(",")[-1].strip() for line in lines if not line.startswith("#")]


@pytest.mark.parametrize(
    ("scene", "ending", "codec", "fps"),
    [(RACE, "mp4", "h264", 30), (RACE, "webm", "vp9", 24), (GRID, "gif", "gif", 25), (GRID, "mp4", "h264", 60)],
)
def test_what_was_asked_for_comes_out(tmp_path: Path, scene: Path, ending: str, codec: str, fps: int) -> None:
    out = tmp_path / f"out.{ending}"
    made(scene, out, "--size", "416x234", "--fps", fps, "--seconds", "2.6")
    wanted = round(2.6 * fps)
    assert look(out) == (codec, (416, 234), fps, pytest.approx(wanted / fps, abs=0.011))
    hashes = frames(out)
    assert len(hashes) == wanted
    assert len(set(hashes)) > 20
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


@pytest.mark.parametrize("scene", [RACE, GRID], ids=["race", "grid"])
def test_the_same_scene_gives_the_same_frames(tmp_path: Path, scene: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        made(scene, tmp_path / name, *SMALL, "--seconds", 2)
    first, second = (tmp_path / name for name in ("a.mp4", "b.mp4"))
    assert frames(first) == frames(second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("ending", "asked", "rate"),
    [
        ("mp4", "23.976", Fraction(24000, 1001)), ("mp4", "29.97", Fraction(30000, 1001)), ("mp4", "30", Fraction(30)),
        ("mp4", "60000/1001", Fraction(60000, 1001)), ("webm", "29.97", Fraction(30000, 1001)),
    ],
)  # fmt: skip
def test_rates_of_television_reach_the_file(tmp_path: Path, ending: str, asked: str, rate: Fraction) -> None:
    out = tmp_path / f"out.{ending}"
    made(RACE, out, "--size", "128x72", "--fps", asked, "--seconds", 3)
    read = [get_ffmpeg_exe(), "-loglevel", "error", "-i", str(out), "-c", "copy", "-f", "framemd5", "-"]
    said = subprocess.run(read, capture_output=True, text=True, check=True).stdout.splitlines()
    base = Fraction(next(line.split()[-1] for line in said if line.startswith("#tb")))
    times = sorted(int(line.split(",")[2]) * base for line in said if not line.startswith("#"))
    assert len(times) == round(3 * rate)
    worst = max(abs(time - place / rate) for place, time in enumerate(times))
    assert worst <= (0 if ending == "mp4" else base / 2), "a WebM file counts in milliseconds"


def test_a_folder_of_frames_and_a_single_moment(tmp_path: Path) -> None:
    folder, one = tmp_path / "frames.png", tmp_path / "one.png"
    steps = ("--from", 4, "--to", 6, "--step-seconds", 0.2, "--hold", 0, 0)
    made(RACE, folder, "--size", "320x180", "--fps", 25, "--ahead", *steps)
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"{number:05}.png" for number in range(1, 12)]
    made(RACE, one, "--size", "320x180", "--at", 5)
    hashes = [hashlib.md5((folder / name).read_bytes()).hexdigest() for name in names]
    assert hashlib.md5(one.read_bytes()).hexdigest() == hashes[5], "step 5 is reached with the sixth frame"
    assert len(set(hashes)) == 11
    made(RACE, folder, "--size", "320x180", "--seconds", 0.1)  # a folder of frames is replaced
    assert len(list(folder.iterdir())) == 6


def test_transparent_pictures(tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    made(GRID, tmp_path / "a.png", "--size", "320x180", "--at", 5, "--transparent")
    made(GRID, tmp_path / "b.png", "--size", "320x180", "--at", 5)
    clear, plain = QImage(str(tmp_path / "a.png")), QImage(str(tmp_path / "b.png"))
    assert clear.pixelColor(1, 1).alpha() == 0
    assert plain.pixelColor(1, 1).alpha() == 255


def test_several_scenes_go_to_a_folder(tmp_path: Path) -> None:
    made(RACE, GRID, tmp_path / "films", *SMALL, "--seconds", 0.5)
    assert {p.name for p in (tmp_path / "films").iterdir()} == {f"{RACE.stem}.mp4", f"{GRID.stem}.mp4"}


def test_one_broken_scene_among_several(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    done = render(broken, GRID, tmp_path / "films", *SMALL, "--seconds", 0.5)
    assert (done.returncode, done.stderr) == (1, "This file is not a scene or lecture: it is not complete JSON.\n")
    assert [p.name for p in (tmp_path / "films").iterdir()] == [f"{GRID.stem}.mp4"]


def test_a_scene_from_standard_input(tmp_path: Path) -> None:
    done = render("-", tmp_path / "a.mp4", *SMALL, "--seconds", 0.5, input=RACE.read_text(encoding="utf-8"))
    assert done.returncode == 0
    made(RACE, tmp_path / "b.mp4", *SMALL, "--seconds", 0.5)
    assert frames(tmp_path / "a.mp4") == frames(tmp_path / "b.mp4")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("x.avi",), 2, "A recording's name ends in .mp4, .webm, .gif or .png, not in .avi."),
        (("x.mp4", "--size", "321x180"), 2, "Width and height must be even, and 321 is odd."),
        (("x.mp4", "--size", "big"), 2, "The size is written as 1920x1080, or as one of "),
        (("x.mp4", "--from", "61"), 2, "The scene has the steps 0 to 60, and no step 61."),
        (("x.mp4", "--at", "3"), 2, "A single moment becomes a .png picture."),
        (("x.png", "--at", "61"), 2, "The scene has the steps 0 to 60, and no step 61."),
        (("x.mp4", "--fps", "500"), 2, "A recording has from 23.976 to 60 frames a second, not 500."),
        (("x.mp4", "--transparent"), 2, "Only PNG pictures can be transparent."),
        (("no/such/x.mp4",), 1, "“x.mp4” cannot be written: its folder is gone."),
        (("x.png", "--at", "3:99"), 2, "After step 3 comes line 1 only, and so no line 99."),
    ],
)
def test_wrong_commands_are_one_sentence(tmp_path: Path, arguments: tuple[str, ...], status: int, said: str) -> None:
    done = render(RACE, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1 and done.stderr.endswith(".\n")
    assert list(tmp_path.iterdir()) == []


def test_usage() -> None:
    for arguments in ((), (RACE, "x.mp4", "--seconds", "1", "--step-seconds", "1"), (RACE, "x.mp4", "--wide")):
        done = render(*arguments)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1) and done.stderr.endswith(".\n")
    done = render("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for option in OPTIONS:
        assert option.name in done.stdout or not option.about


def test_a_scene_that_is_none(tmp_path: Path) -> None:
    done = render("nothing.json", "x.mp4", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "nothing.json" in done.stderr
    assert list(tmp_path.iterdir()) == []


# Faults on the way.


def _hear() -> None:
    """Ctrl+C means something even where the tests themselves were started in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def begun(*arguments: object, at: int = 1) -> subprocess.Popen[str]:
    """A renderer that has made its frame `at`."""
    process = subprocess.Popen(
        command(*arguments, "--report"), env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_hear if os.name == "posix" else None,
    )  # fmt: skip
    assert process.stdout is not None
    while int((process.stdout.readline().split() or ["0"])[0]) < at and process.poll() is None:
        pass
    return process


@pytest.fixture
def long_one(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A renderer that has begun, and has much to do; what was there under its name before."""
    out = tmp_path / "out.mp4"
    out.write_bytes(b"what was here")
    process = begun(RACE, out, "--size", "640x360", "--seconds", 600)
    yield process
    process.kill()
    process.communicate()


def encoder_of(process: subprocess.Popen[str]) -> int:
    """The number of the renderer's only child."""
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True)
        return int(listed.stdout.split()[0])
    for entry in Path("/proc").iterdir():  # a bare machine has no ps
        if entry.name.isdecimal():
            try:
                parent = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
            except OSError:  # it has ended meanwhile
                continue
            if int(parent) == process.pid:
                return int(entry.name)
    raise AssertionError("there is no encoder")


def end_of(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=30)
    return process.returncode, said


def only_the_old_file(folder: Path) -> bool:
    return [p.name for p in folder.iterdir()] == ["out.mp4"] and (folder / "out.mp4").read_bytes() == b"what was here"


LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="rights of files, also root's")
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals")


@POSIX
@pytest.mark.parametrize("name", ["out.mp4", "out.gif", "out.png"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)])
def test_stopped(tmp_path: Path, name: str, number: int) -> None:
    process = begun(RACE, tmp_path / name, "--size", "320x180", "--fps", 25, "--seconds", 600)
    process.send_signal(number)
    assert end_of(process) == (1, "Stopped; nothing was written.\n")
    assert list(tmp_path.iterdir()) == []


@POSIX
def test_stopped_again_and_again(tmp_path: Path, long_one: subprocess.Popen[str]) -> None:
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
        long_one.send_signal(number)
    assert end_of(long_one) == (1, "Stopped; nothing was written.\n")
    assert only_the_old_file(tmp_path)


@POSIX
def test_stopped_after_some_files_were_made(tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    for scene in (first, second):
        scene.write_bytes(RACE.read_bytes())
    folder = tmp_path / "films"
    process = begun(first, second, folder, "--size", "96x96", "--seconds", 8, "--format", "webm")
    deadline = time.monotonic() + 60
    while not (folder / "first.webm").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    assert end_of(process) == (1, "Stopped; first.webm was written before.\n")
    assert [path.name for path in folder.iterdir()] == ["first.webm"]


@POSIX
def test_stopped_after_some_pages_were_drawn(tmp_path: Path) -> None:
    process = begun(LECTURE, tmp_path / "pages", "--pages", at=2)
    process.send_signal(signal.SIGTERM)
    status, said = end_of(process)
    there = len(list((tmp_path / "pages").iterdir()))
    assert (status, said) == (1, f"Stopped; {there} pictures were written before.\n") and 2 <= there < 9


@POSIX
def test_a_closed_terminal_says_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    import pty

    try:
        ours, theirs = pty.openpty()
    except OSError:
        pytest.skip("no terminals on this machine")
    process = subprocess.Popen(
        command(RACE, tmp_path / "out.gif", "--size", "320x180", "--seconds", 600), env=environment(),
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, preexec_fn=_take_the_terminal,
    )  # fmt: skip
    os.close(theirs)
    while b"left" not in os.read(ours, 4096):
        pass
    os.close(ours)  # the system sends SIGHUP
    assert process.wait(30) == 1
    assert list(tmp_path.iterdir()) == []


def _take_the_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@POSIX
def test_nohup_is_heeded(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    ignoring = f"trap '' HUP; exec {' '.join(command(RACE, out, *SMALL, '--seconds', 2, '--report'))}"
    process = subprocess.Popen(["bash", "-c", ignoring], env=environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == 0 and out.stat().st_size > 1000


# What is left behind, and what others have put there.


@POSIX
@pytest.mark.parametrize("name", ["out.mp4", "out.gif", "out.png"])
def test_what_a_killed_renderer_left_goes_with_the_next_one(tmp_path: Path, name: str) -> None:
    process = begun(RACE, tmp_path / name, "--size", "320x180", "--fps", 25, "--seconds", 600)
    process.kill()
    process.communicate()
    assert all(path.name.startswith(".stepscope-") for path in tmp_path.iterdir()), "nothing that is seen"
    assert list(tmp_path.iterdir())
    made(RACE, tmp_path / "one.png", "--size", "96x96", "--at", 3)
    assert [path.name for path in tmp_path.iterdir()] == ["one.png"]


@POSIX
def test_files_of_the_user_are_left_alone(tmp_path: Path) -> None:
    """Neither taken for ours, nor reached through a link that somebody has planted."""
    victim = tmp_path / "thesis.txt"
    mine = [victim, tmp_path / "x.gif.palette", tmp_path / ".stepscope-notes"]
    for path in mine:
        path.write_text("all my work", encoding="utf-8")
    planted = [
        tmp_path / f".{name}.{number}.part" for name in ("x.gif", "x.mp4", "x.gif.palette") for number in GUESSED
    ]
    for path in planted:
        path.symlink_to(victim)
    for name in ("x.gif", "x.mp4"):
        made(RACE, tmp_path / name, "--size", "96x96", "--fps", 25, "--seconds", 0.2)
    assert {path.read_text(encoding="utf-8") for path in mine} == {"all my work"}
    assert {path.name for path in tmp_path.iterdir()} == {"x.gif", "x.mp4", *(path.name for path in mine + planted)}


GUESSED = range(os.getpid(), os.getpid() + 200)  # the numbers of the next processes


@POSIX
@pytest.mark.parametrize("name", ["out.mp4", "out.png"])
def test_a_file_that_is_replaced_keeps_its_nature(tmp_path: Path, name: str) -> None:
    real, link = tmp_path / f"real-{name}", tmp_path / name
    real.write_bytes(b"before")
    real.chmod(0o600)
    link.symlink_to(real.name)
    size = ("--size", "96x96", *(("--at", 3) if name.endswith("png") else ("--seconds", 0.2)))
    made(RACE, link, *size)
    assert link.is_symlink() and real.stat().st_mode & 0o777 == 0o600 and real.stat().st_size > 500
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([real.name, link.name])


@POSIX
def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.mp4")
    done = render(RACE, tmp_path / "x.mp4", *SMALL)
    assert (done.returncode, done.stderr) == (1, "“x.mp4” cannot be written: it is a device or a pipe, not a file.\n")
    assert (tmp_path / "x.mp4").is_fifo()


def _like_any_user() -> None:
    """Root, too, may then only do what the rights of files say."""
    if os.geteuid() == 0:
        overriding, searching, drop = 1, 2, 24  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP
        for capability in (overriding, searching):
            ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """One whose rights are going to be changed."""
    made_here = tmp_path / "in"
    made_here.mkdir()
    yield made_here
    made_here.chmod(0o755)


@LINUX
@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("y.gif", 0o555), ("y.mp4", 0o555), ("y.png", 0o555), ("y", 0o555), ("y.pdf", 0o555),  # read-only
        ("y.gif", 0o666), ("y", 0o666), ("y.png", 0),  # not to be searched, closed
    ],
)  # fmt: skip
def test_a_folder_without_rights(folder: Path, name: str, mode: int) -> None:
    folder.chmod(mode)
    scene = LECTURE if name == "y.pdf" else RACE
    done = render(scene, folder / name, *(() if name == "y.pdf" else SMALL), preexec_fn=_like_any_user)
    assert done.returncode == 1, done.stderr
    assert re.fullmatch(rf"“{name}” cannot be (written|saved): .*\.\n", done.stderr)


@LINUX
def test_a_scene_in_a_folder_without_rights(folder: Path) -> None:
    folder.chmod(0o666)
    done = render(folder / "no.json", folder.parent / "z.mp4", *SMALL, preexec_fn=_like_any_user)
    assert (done.returncode, done.stderr) == (1, "“no.json” cannot be read: permission denied.\n")


@LINUX
def test_a_write_protected_file_is_not_replaced(folder: Path) -> None:
    (folder / "y.mp4").write_bytes(b"mine")
    (folder / "y.mp4").chmod(0o444)
    done = render(RACE, folder / "y.mp4", *SMALL, preexec_fn=_like_any_user)
    assert (done.returncode, done.stderr) == (1, "“y.mp4” cannot be written: it is write-protected.\n")
    assert (folder / "y.mp4").read_bytes() == b"mine"


# Where words go.


@POSIX
def test_nobody_to_speak_to(tmp_path: Path) -> None:
    line = " ".join(command("--help"))
    for ending, statuses in (("> /dev/full", {1}), ("| true", {0, 1}), (">&-", {0}), ("2>&-", {0})):
        shell = ["bash", "-c", f"set -o pipefail; {line} {ending}"]
        done = subprocess.run(shell, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode in statuses and done.stderr == "", ending
    for ending in ("<&-", "2>&-", "2> /dev/full"):
        shell = ["bash", "-c", f"{' '.join(command('-', tmp_path / 'x.mp4'))} {ending}"]
        done = subprocess.run(shell, env=environment(), capture_output=True, text=True, input="{", check=False)
        assert done.returncode == 1 and "Traceback" not in done.stderr + done.stdout, ending
    plain = environment() | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command("--help"), env=plain, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_memory_does_not_grow_with_length(long_one: subprocess.Popen[str]) -> None:
    def used(process: int) -> int:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) // 1024

    def at(frame: int) -> list[int]:
        assert long_one.stdout is not None
        while int(long_one.stdout.readline().split()[0]) < frame:
            pass
        return [used(process) for process in (long_one.pid, encoder_of(long_one))]

    early, late = at(300), at(1200)  # frames; 900 of them hold 790 MB
    assert all(b - a < 40 for a, b in zip(early, late, strict=True)), (early, late)


@POSIX
def test_killed(tmp_path: Path, long_one: subprocess.Popen[str]) -> None:
    encoder = encoder_of(long_one)
    long_one.kill()
    long_one.wait()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{encoder}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{encoder}").exists(), "the encoder goes when its renderer is gone"
    assert (tmp_path / "out.mp4").read_bytes() == b"what was here"


@POSIX
def test_the_encoder_killed(tmp_path: Path, long_one: subprocess.Popen[str]) -> None:
    os.kill(encoder_of(long_one), signal.SIGKILL)
    said = "“out.mp4” was not made: the video encoder was killed (signal 9).\n"
    assert end_of(long_one) == (1, said)
    assert only_the_old_file(tmp_path)


@POSIX
def test_the_folder_vanishes(tmp_path: Path, long_one: subprocess.Popen[str]) -> None:
    away = tmp_path.with_name(tmp_path.name + "-away")
    os.kill(encoder_of(long_one), signal.SIGSTOP)
    tmp_path.rename(away)
    os.kill(encoder_of(long_one), signal.SIGCONT)
    os.kill(encoder_of(long_one), signal.SIGTERM)
    assert end_of(long_one) == (1, "“out.mp4” cannot be written: its folder is gone.\n")
    assert (away / "out.mp4").read_bytes() == b"what was here"


def test_no_encoder(tmp_path: Path) -> None:
    nothing = environment() | {"IMAGEIO_FFMPEG_EXE": str(tmp_path / "no-ffmpeg")}
    done = subprocess.run(
        command(RACE, tmp_path / "x.mp4", *SMALL), env=nothing, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert re.fullmatch(r"(No video encoder was found|The video encoder cannot be started): .*\.\n", done.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 200 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not hasattr(os, "getuid") or os.getuid() != 0:
        pytest.skip("only root mounts a disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("name", ["out.mp4", "out.webm", "out.gif", "out.png"])
def test_a_full_disk(tiny_disk: Path, name: str) -> None:
    done = render(RACE, tiny_disk / name, "--size", "640x360", "--seconds", 10, "--fps", 25)
    assert (done.returncode, done.stderr) == (1, f"“{name}” cannot be written: the disk is full.\n")
    assert list(tiny_disk.iterdir()) == []


@pytest.mark.parametrize("name", ["out.mp4", "out.png"])
def test_a_read_only_disk(tiny_disk: Path, name: str) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    done = render(RACE, tiny_disk / name, *SMALL)
    assert (done.returncode, done.stderr) == (1, f"“{name}” cannot be written: the disk is read-only.\n")


@POSIX
def test_a_limit_on_files(tmp_path: Path) -> None:
    limited = f"ulimit -f 100; exec {' '.join(command(RACE, tmp_path / 'x.mp4', '--size', '640x360', '--seconds', 20))}"
    done = subprocess.run(["bash", "-c", limited], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"“x\.mp4” (cannot be written|was not made): .*\.\n", done.stderr)
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_other_folders_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "mine.png"
    folder.mkdir()
    (folder / "thesis.txt").write_text("all my work", encoding="utf-8")
    done = render(RACE, folder, *SMALL, "--seconds", 0.5)
    assert done.returncode == 1
    assert "holds other things than frames" in done.stderr
    assert [p.name for p in tmp_path.rglob("*")] == ["mine.png", "thesis.txt"]


def test_starting_the_window_imports_nothing_of_recording() -> None:
    code = """
import sys
import main, gui.application, gui.main_window, gui.optimizers.panel
loaded = [name for name in sys.modules if name.startswith(("gui.recording", "imageio_ffmpeg"))]
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


# Lectures.

LECTURE = ROOT / "assets" / "lectures" / "2-convolution-and-its-backward-pass.json"


def test_a_lecture_is_one_video_of_exactly_the_length_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "lecture.mp4"
    made(LECTURE, out, "--size", "320x180", "--fps", "24", "--seconds", "45")
    _, size, rate, seconds = look(out)
    assert (size, rate) == ((320, 180), 24) and seconds == pytest.approx(45, abs=0.5)
    hashes = frames(out)
    assert len(set(hashes)) > 100
    again = tmp_path / "again.mp4"
    made(LECTURE, again, "--size", "320x180", "--fps", "24", "--seconds", "45")
    assert frames(again) == hashes


def chapters(path: Path) -> list[tuple[float, float, str]]:
    """Begin and end in seconds and title of every chapter, as the encoder reads them back."""
    read = [get_ffmpeg_exe(), "-loglevel", "error", "-i", str(path), "-f", "ffmetadata", "-"]
    said = subprocess.run(read, capture_output=True, text=True, check=True).stdout
    found = []
    for part in said.split("[CHAPTER]")[1:]:
        values = dict(line.split("=", 1) for line in part.strip().splitlines())
        unit = float(Fraction(values["TIMEBASE"]))
        title = re.sub(r"\\(.)", r"\1", values["title"])
        found.append((int(values["START"]) * unit, int(values["END"]) * unit, title))
    return found


@pytest.mark.parametrize("ending", ["mp4", "webm"])
def test_the_pages_of_a_lecture_are_chapters(tmp_path: Path, ending: str) -> None:
    scene = opening_scene().with_(steps=4, position=0)
    names = ["One; two = #3 \\ four", "Zwei “Äpfel” · η", "Three"]
    lecture = Lecture("Chapters", tuple(Page(scene, name, question="Why?") for name in names))
    save(lecture, tmp_path / "three.json")
    out = tmp_path / f"three.{ending}"
    made(tmp_path / "three.json", out, "--size", "96x64", "--fps", "29.97", "--seconds", 14, "--opening")
    found = chapters(out)
    assert [title for *_, title in found] == names
    starts = [first for first, *_ in found]
    assert starts == pytest.approx([0, 6, 10], abs=0.1), "the first one begins with the film, its title included"
    assert [last for _, last, _ in found] == pytest.approx([*starts[1:], 14], abs=0.1)
    assert [path.name for path in tmp_path.iterdir()] in (["three.json", out.name], [out.name, "three.json"])
    made(GRID, tmp_path / "one.mp4", *SMALL, "--seconds", 1)
    assert chapters(tmp_path / "one.mp4") == []


def test_a_film_that_opens_with_its_title(tmp_path: Path) -> None:
    made(RACE, tmp_path / "plain.mp4", *SMALL, "--seconds", 6)
    made(RACE, tmp_path / "title.mp4", *SMALL, "--seconds", 6, "--opening", "--hold", 0, 1)
    plain, title = frames(tmp_path / "plain.mp4"), frames(tmp_path / "title.mp4")
    assert len(plain) == len(title) == 180
    made(RACE, tmp_path / "frames.png", "--size", "96x64", "--fps", "24", "--step-seconds", 0.05, "--opening")
    made(RACE, tmp_path / "other.png", "--size", "96x64", "--fps", "24", "--step-seconds", 0.05)
    opened, other = (
        [p.read_bytes() for p in sorted((tmp_path / name).iterdir())] for name in ("frames.png", "other.png")
    )
    assert len(set(opened[:48])) == 1 and opened[48:] == other and opened[0] not in other


def test_a_lecture_on_paper_and_as_pictures(tmp_path: Path) -> None:
    made(LECTURE, tmp_path / "handout.pdf")
    assert (tmp_path / "handout.pdf").read_bytes().startswith(b"%PDF")
    made(LECTURE, tmp_path / "students.pdf", "--handout", "students")
    counts = [(tmp_path / f"{name}.pdf").read_bytes().count(b"/Type /Page\n") for name in ("handout", "students")]
    assert counts == [9, 5]
    made(LECTURE, tmp_path / "pages", "--pages")
    assert len(list((tmp_path / "pages").glob("*.png"))) == 9


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ((LECTURE, "out.mp4", "--seconds", "5"), 2, "needs at least"),
        ((LECTURE, "out.png", "--at", "3"), 2, "no moment of its own"),
        ((LECTURE, "out.pdf", "--handout", "all"), 2, "handout's reader is students or teacher, and not “all”"),
        ((RACE, "out.pdf"), 2, "handouts are made of lectures"),
        ((LECTURE, RACE, "out.pdf"), 2, "one lecture at a time"),
        ((LECTURE, "nowhere/out.pdf"), 1, "cannot be saved"),
        (("missing.json", "out.pdf"), 1, "missing.json"),
    ],
)
def test_a_lecture_that_cannot_be_rendered_says_why(
    tmp_path: Path, arguments: tuple[object, ...], status: int, words: str
) -> None:
    done = render(*arguments, cwd=tmp_path)
    assert done.returncode == status and words in done.stderr and done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())
