"""The encoder's arguments for each format, but for the file's name. It is ffmpeg, a process of its own."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from gui.recording.errors import RecordingError

# RGB becomes the colours of high-definition television, and the file says so: else players guess.
_TO_YUV = (
    "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,"
    "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
)
Rate = int | Fraction  # frames a second


def program() -> str:
    """Where ffmpeg is: the one installed with the app, or the system's. Raises RecordingError."""
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError, OSError):
        raise RecordingError(
            "No video encoder was found: install the Python package imageio-ffmpeg, or ffmpeg."
        ) from None


def named(path: Path) -> str:
    """A file's name that is nothing else to the encoder: neither an option, nor a protocol, nor a number's place."""
    return f"file:{path}"


def _input(width: int, height: int, fps: Rate) -> list[str]:
    """Raw frames through the pipe, just as Qt holds them."""
    raw = ["-f", "rawvideo", "-pix_fmt", "bgr0", "-video_size", f"{width}x{height}", "-framerate", str(fps)]
    return ["-hide_banner", "-loglevel", "error", "-nostats", *raw, "-i", "pipe:0"]


def keyframes(fps: Rate) -> int:
    """Frames from one keyframe of a video to the next one: every two seconds, for scrubbing."""
    return round(2 * fps)


def _codec(kind: str, fps: Rate) -> list[str]:
    every = ["-g", str(keyframes(fps))]
    if kind == "mp4":
        return ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", *every]
    speed = ["-deadline", "realtime", "-cpu-used", "7", "-row-mt", "1", "-tile-columns", "2", "-threads", "4"]
    return ["-c:v", "libvpx-vp9", "-crf", "34", "-b:v", "0", *speed, *every]


def sample(kind: str, width: int, height: int, fps: Rate, starts: Sequence[int]) -> list[str]:
    """What turns runs of frames into a bare stream, as `video` would encode them, a keyframe at the start of each."""
    keys = ["-force_key_frames", "expr:" + "+".join(f"eq(n,{start})" for start in starts)]
    stream = ["-f", "h264" if kind == "mp4" else "ivf"]
    return [*_input(width, height, fps), "-an", "-vf", _TO_YUV, *_codec(kind, fps), *keys, *stream]


def video(kind: str, width: int, height: int, fps: Rate, chapters: Path | None = None) -> list[str]:
    """What turns frames into an mp4 or webm file, with chapters from a file of ffmpeg's own kind."""
    codec = _codec(kind, fps)
    if kind == "mp4":
        ticks = fps * 512 if isinstance(fps, int) else fps.numerator  # a second; of them a frame takes a whole number
        container = ["-movflags", "+faststart", "-video_track_timescale", str(ticks), "-f", "mp4"]
    else:
        container = ["-f", "webm"]
    picture = ["-an", "-vf", _TO_YUV, *codec]
    second: list[str] = []
    told = "-1"  # nothing is told of the frames' source
    if chapters is not None:
        second, told = ["-f", "ffmetadata", "-i", named(chapters), "-map", "0:v", "-map_chapters", "1"], "1"
    same = ["-map_metadata", told, "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    return [*_input(width, height, fps), *second, *picture, *same, *container]


def palette(width: int, height: int, fps: Rate) -> list[str]:
    """What turns some frames into the 256 colours of a GIF."""
    colors = ["-vf", "palettegen=stats_mode=full", "-frames:v", "1", "-update", "1"]
    return [*_input(width, height, fps), *colors, "-f", "image2", "-c:v", "png"]


def gif(width: int, height: int, fps: Rate, colors: Path) -> list[str]:
    """What turns frames into a GIF of those colours."""
    use = "[0:v][1:v]paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle"
    return [
        *_input(width, height, fps),
        "-f",
        "png_pipe",
        "-i",
        named(colors),
        "-lavfi",
        use,
        "-loop",
        "0",
        "-f",
        "gif",
    ]
