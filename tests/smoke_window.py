"""The app in a real window, on an X server of its own: it opens, takes any size, plays, presents to the keys of a
clicker, closes, and says nothing.

    python tests/smoke_window.py

Needs Xvfb and xdotool. Looks at the pixels of the window and closes it as a window manager would.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAIN = ROOT / "main.py"


class SmokeError(Exception):
    pass


@contextmanager
def x_server() -> Iterator[str]:
    """An empty X server; the name of its display."""
    reading, writing = os.pipe()
    # -noreset: it would start afresh, and drop what is connecting, when its last client goes
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1080x24", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise SmokeError("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


class Image(ctypes.Structure):
    """The beginning of Xlib's XImage."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("width", "height", "xoffset", "format")),
        ("data", ctypes.c_void_p),
        *((name, ctypes.c_int) for name in ("byte_order", "unit", "bit_order", "pad", "depth")),
        ("bytes_per_line", ctypes.c_int),
    ]


class ClientMessage(ctypes.Structure):
    """Xlib's XClientMessageEvent, padded to the size of XEvent."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 24),
    ]


class Screen:
    """What a person in front of it could do: see, press a key, close."""

    def __init__(self, name: str) -> None:
        self.environment = {**os.environ, "DISPLAY": name}
        self.x = x = ctypes.CDLL("libX11.so.6")
        x.XOpenDisplay.restype = ctypes.c_void_p
        x.XInternAtom.restype = ctypes.c_ulong
        x.XGetImage.restype = ctypes.POINTER(Image)
        self.display = ctypes.c_void_p(x.XOpenDisplay(name.encode()))

    def tool(self, *words: str) -> str:
        run = subprocess.run(["xdotool", *words], env=self.environment, capture_output=True, text=True, check=False)
        return run.stdout.strip()

    def window(self, title: str) -> int:
        found = self.tool("search", "--onlyvisible", "--name", title).split()
        return int(found[0]) if found else 0

    def press(self, window: int, key: str) -> None:
        self.tool("windowfocus", "--sync", str(window), "key", key)

    def resize(self, window: int, width: int, heights: Iterable[int], pause: float = 0.04) -> None:
        """One height after the other, as a hand draws the border."""
        words = (("windowsize", str(window), str(width), str(height), "sleep", str(pause)) for height in heights)
        self.tool(*(word for size in words for word in size))

    def picture(self, window: int) -> bytes:
        width, height = (
            int(line.split("=")[1])
            for line in self.tool("getwindowgeometry", "--shell", str(window)).splitlines()
            if line.startswith(("WIDTH", "HEIGHT"))
        )
        every_plane, z_pixmap = ctypes.c_ulong(2**32 - 1), 2
        image = self.x.XGetImage(self.display, ctypes.c_ulong(window), 0, 0, width, height, every_plane, z_pixmap)
        pixels = ctypes.string_at(image.contents.data, image.contents.bytes_per_line * height)
        self.x.XFree(ctypes.c_void_p(image.contents.data))
        return pixels

    def close(self, window: int) -> None:
        """Ask the window to close, as the cross in its title bar does."""
        protocols = self.x.XInternAtom(self.display, b"WM_PROTOCOLS", 0)
        event = ClientMessage(type=33, window=window, message_type=protocols, format=32)
        event.data[0] = self.x.XInternAtom(self.display, b"WM_DELETE_WINDOW", 0)
        self.x.XSendEvent(self.display, ctypes.c_ulong(window), 0, 0, ctypes.byref(event))
        self.x.XFlush(self.display)


def wait_for(what: Callable[[], object], seconds: float, otherwise: str) -> object:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := what():
            return answer
        time.sleep(0.1)
    raise SmokeError(otherwise)


@contextmanager
def started(screen: Screen, home: str, *words: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The app and its window; it is closed at the end, and has said nothing."""
    folders = ("CONFIG_HOME", "DATA_HOME", "CACHE_HOME", "STATE_HOME", "RUNTIME_DIR")
    environment = {**screen.environment, "HOME": home, "QT_QPA_PLATFORM": "xcb"}
    environment |= {f"XDG_{name}": home for name in folders}
    environment.pop("WAYLAND_DISPLAY", None)
    errors = Path(home, "stderr")
    with errors.open("wb") as stderr:
        app = subprocess.Popen([sys.executable, str(MAIN), *words], cwd=home, env=environment, stderr=stderr)
    try:

        def seen() -> int:
            if app.poll() is not None:
                raise SmokeError(f"the app ended with {app.returncode} before its window came")
            return screen.window("Stepscope")

        window = int(str(wait_for(seen, 60, "no window with Stepscope in its title came")))
        wait_for(lambda: len(set(screen.picture(window))) > 20, 20, "the window stays blank")
        time.sleep(1)
        yield app, window
        if app.poll() is not None:
            raise SmokeError(f"the app ended by itself with {app.returncode}")
        screen.close(window)
        try:
            status = app.wait(10)
        except subprocess.TimeoutExpired:
            raise SmokeError("the window does not close") from None
        if status != 0:
            raise SmokeError(f"the app ended with {status} when its window was closed")
        if errors.read_bytes():
            raise SmokeError("the app wrote on stderr")
    finally:
        if app.poll() is None:
            app.kill()
            app.wait()
        sys.stderr.write(errors.read_text(errors="replace"))


def check(display: str, home: str) -> None:
    screen = Screen(display)
    with started(screen, home) as (app, window):
        screen.resize(window, 1920, range(1080, 880, -1))
        if app.poll() is not None:
            raise SmokeError(f"the app ended with {app.returncode} when its window was resized")
        still = screen.picture(window)
        screen.press(window, "space")
        wait_for(lambda: screen.picture(window) != still, 10, "Space does not set the race moving")
        time.sleep(2)
        screen.press(window, "space")
        screen.press(window, "Home")
        screen.press(window, "Escape")
        time.sleep(1)


def check_clicker(display: str, home: str) -> None:
    """A lecture is presented with the keys that clickers send."""
    screen = Screen(display)
    lecture = sorted((ROOT / "assets" / "lectures").glob("*.json"))[0]
    with started(screen, home, str(lecture)) as (_, window):
        before = screen.picture(window)

        def changed_by(key: str, says: str) -> bytes:
            nonlocal before
            old, now = before, b""

            def settled() -> bool:
                nonlocal now
                last, now = now, screen.picture(window)
                return now == last != old

            screen.press(window, key)
            wait_for(settled, 10, says)
            before = now
            return now

        changed_by("F5", "F5 does not begin the presentation")
        first = changed_by("Next", "Page Down does not turn the page")
        changed_by("Prior", "Page Up does not turn back")
        changed_by("Next", "Page Down does not turn the page again")
        black = changed_by("b", "B does not make the screen black")
        if len(set(black[0::4]) | set(black[1::4]) | set(black[2::4])) != 1:
            raise SmokeError("after B the screen is not one colour")
        again = changed_by("period", "the full stop does not bring the picture back")
        if again != first:
            raise SmokeError("a page does not look as before after Page Up, Page Down and a black screen")
        changed_by("Escape", "Escape does not end the presentation")


def main() -> int:
    try:
        with tempfile.TemporaryDirectory(prefix="stepscope-smoke-") as home, x_server() as display:
            check(display, home)
            check_clicker(display, home)
    except SmokeError as failure:
        print(f"The real window failed: {failure}.", file=sys.stderr)
        return 1
    print("opened, resized, played, presented by a clicker, closed, in silence")
    return 0


if __name__ == "__main__":
    sys.exit(main())
