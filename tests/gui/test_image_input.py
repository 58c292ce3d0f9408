"""Pictures become numbers, and whatever is no picture becomes one sentence."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QImageReader, QTransform

from gui.image_input import (
    ImageError,
    numbers_of,
    read_image,
    shipped_digits,
    shipped_pictures,
)

HUGE = 20_000


def image_of(rows: list[list[str]], scale: int = 1) -> QImage:
    """Colours by name, each `scale` × `scale` pixels."""
    image = QImage(len(rows[0]), len(rows), QImage.Format.Format_ARGB32)
    for y, row in enumerate(rows):
        for x, colour in enumerate(row):
            image.setPixelColor(x, y, QColor(colour))
    return image.scaled(image.width() * scale, image.height() * scale)


def save(image: QImage, path: Path) -> Path:
    assert image.save(str(path), quality=100)  # type: ignore[call-overload]
    return path


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def forged_png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def forged_jpeg(path: Path, width: int, height: int, frame: int = 0xC0) -> bytes:
    """A small grey JPEG that says it is of another size and kind."""
    data = bytearray(save(image_of([["grey"]], 16).convertToFormat(QImage.Format.Format_Grayscale8), path).read_bytes())
    place = data.index(b"\xff\xc0")
    data[place + 1] = frame
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def said(path: Path) -> str:
    """The sentence about a file that cannot be read."""
    with pytest.raises(ImageError) as caught:
        read_image(path, 4, 4)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 160
    return sentence


HALVES = [["white", "black"], ["white", "black"]]


@pytest.mark.parametrize("ending", ["png", "bmp", "ppm", "tif", "webp", "jpg", "ico"])
def test_every_format_gives_the_same_numbers(tmp_path: Path, ending: str) -> None:
    numbers = read_image(save(image_of(HALVES, 32), tmp_path / f"a.{ending}"), 2, 4)
    assert numbers.shape == (1, 2, 4)
    assert numbers.dtype == np.float64
    np.testing.assert_array_equal(numbers[0], [[9, 9, 0, 0]] * 2)


def test_the_content_counts_and_not_the_ending(tmp_path: Path) -> None:
    save(image_of(HALVES, 8), tmp_path / "a.png").rename(tmp_path / "a.jpg")
    np.testing.assert_array_equal(read_image(tmp_path / "a.jpg", 1, 2)[0], [[9, 0]])


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"odd\xff.png")
    save(image_of(HALVES, 8), tmp_path / "a.png").rename(odd)
    np.testing.assert_array_equal(read_image(odd, 1, 2)[0], [[9, 0]])


def test_colours_come_as_red_green_and_blue() -> None:
    numbers = numbers_of(image_of([["red", "lime"], ["blue", "white"]]), 2, 2, colour=True)
    np.testing.assert_array_equal(numbers, [[[9, 0], [0, 9]], [[0, 9], [0, 9]], [[0, 0], [9, 9]]])
    grey = numbers_of(image_of([["red", "lime"], ["blue", "white"]]), 2, 2, levels=None)
    np.testing.assert_allclose(grey, [[[0.299, 0.587], [0.114, 1]]])


@pytest.mark.parametrize(("levels", "wanted"), [(9, 5), (1, 1), (255, 128), (None, 0.502)])
def test_levels(levels: int | None, wanted: float) -> None:
    np.testing.assert_array_equal(numbers_of(image_of([["#808080"]]), 3, 3, levels=levels), np.full((1, 3, 3), wanted))


def test_the_middle_is_taken() -> None:
    wide = image_of([["red", "black", "white", "red"], ["red", "white", "black", "red"]])
    np.testing.assert_array_equal(numbers_of(wide, 2, 2)[0], [[0, 9], [9, 0]])
    tall = wide.transformed(QTransform().rotate(90))
    np.testing.assert_array_equal(numbers_of(tall, 2, 2)[0], [[9, 0], [0, 9]])
    line = image_of([["red", "white", "red"]])
    np.testing.assert_array_equal(numbers_of(line, 5, 5)[0], np.full((5, 5), 9))


def test_clear_is_white_and_half_clear_is_half_white() -> None:
    image = QImage(2, 1, QImage.Format.Format_ARGB32)
    image.setPixelColor(0, 0, QColor(0, 0, 0, 0))
    image.setPixelColor(1, 0, QColor(0, 0, 0, 128))
    np.testing.assert_allclose(numbers_of(image, 1, 2, levels=None)[0], [[1, 0.498]])


@pytest.mark.parametrize(
    "kind",
    [
        QImage.Format.Format_Grayscale16, QImage.Format.Format_RGBA64, QImage.Format.Format_Indexed8,
        QImage.Format.Format_Mono, QImage.Format.Format_Grayscale8, QImage.Format.Format_RGB888,
        QImage.Format.Format_RGBA32FPx4,
    ],
    ids=lambda kind: kind.name,
)  # fmt: skip
@pytest.mark.parametrize("scale", [1, 64])
def test_every_depth(tmp_path: Path, kind: QImage.Format, scale: int) -> None:
    image = image_of(HALVES, scale).convertToFormat(kind)
    np.testing.assert_array_equal(numbers_of(image, 2, 2)[0], [[9, 0]] * 2)
    np.testing.assert_array_equal(read_image(save(image, tmp_path / "a.png"), 2, 2)[0], [[9, 0]] * 2)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 7), (7, 1), (32, 32), (5, 3)])
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 300), (300, 1), (37, 41)])
def test_every_size_into_every_size(rows: int, columns: int, height: int, width: int) -> None:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for colour in (False, True):
        np.testing.assert_array_equal(
            numbers_of(image, rows, columns, colour), np.full((3 if colour else 1, rows, columns), 9)
        )


def test_a_fine_pattern_becomes_its_mean() -> None:
    rows, columns = np.mgrid[:256, :256]
    fine = np.ascontiguousarray((rows + columns) % 2 * 255, np.uint8)
    image = QImage(fine.data, 256, 256, 256, QImage.Format.Format_Grayscale8)
    np.testing.assert_allclose(numbers_of(image, 4, 4, levels=None), 0.5, atol=0.01)


def test_exif_turns_the_picture_upright(tmp_path: Path) -> None:
    data = save(image_of([["white", "white"], ["black", "black"]], 32), tmp_path / "a.jpg").read_bytes()
    # Orientation 6: the first row is on the right.
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x112, 3, 1, 6, 0, 0)
    exif = b"Exif\0\0" + tiff
    (tmp_path / "b.jpg").write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
    np.testing.assert_array_equal(read_image(tmp_path / "a.jpg", 2, 2)[0], [[9, 9], [0, 0]])
    np.testing.assert_array_equal(read_image(tmp_path / "b.jpg", 2, 2)[0], [[0, 9], [0, 9]])


def test_a_moving_picture_gives_its_first_frame(tmp_path: Path) -> None:
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\xff\xff\xff\0\0\0"
    place = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0)
    white, black = place + b"\x02\x02\x44\x01\0", place + b"\x02\x02\x4c\x01\0"
    for name, frames, wanted in (("a", white + black, 9), ("b", black + white, 0)):
        (tmp_path / f"{name}.gif").write_bytes(head + frames + b"\x3b")
        np.testing.assert_array_equal(read_image(tmp_path / f"{name}.gif", 1, 1), [[[wanted]]])


def test_a_large_png_is_refused_before_it_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QImageReader, "read", lambda _: pytest.fail("decoded"))
    (tmp_path / "big.png").write_bytes(forged_png(HUGE, HUGE))
    assert said(tmp_path / "big.png") == "“big.png” is too large with 20000 × 20000 pixels; save it smaller first."


def test_a_large_jpeg_is_scaled_while_it_is_decoded(tmp_path: Path) -> None:
    """20,000 × 20,000 grey bytes are more than Qt would give out."""
    (tmp_path / "big.jpg").write_bytes(forged_jpeg(tmp_path / "a.jpg", HUGE, HUGE))
    numbers = read_image(tmp_path / "big.jpg", 8, 8)
    assert numbers.shape == (1, 8, 8)
    assert QImageReader.allocationLimit() * 2**20 < HUGE * HUGE


def test_a_large_progressive_jpeg_is_refused(tmp_path: Path) -> None:
    (tmp_path / "big.jpg").write_bytes(forged_jpeg(tmp_path / "a.jpg", HUGE, HUGE, frame=0xC2))
    assert "too large" in said(tmp_path / "big.jpg")


def test_a_jpeg_too_large_even_to_be_scaled_is_refused(tmp_path: Path) -> None:
    (tmp_path / "big.jpg").write_bytes(forged_jpeg(tmp_path / "a.jpg", 60_000, 60_000))
    assert "too large" in said(tmp_path / "big.jpg")


def test_a_photograph_scaled_while_decoded_looks_the_same(tmp_path: Path) -> None:
    cat = QImage(str(next(picture.path for picture in shipped_pictures() if picture.key == "cat")))
    big = save(cat.scaled(2048, 2048), tmp_path / "cat.jpg")
    whole = numbers_of(QImage(str(big)), 16, 16, levels=None)
    np.testing.assert_allclose(read_image(big, 16, 16, levels=None), whole, atol=0.02)


@pytest.mark.parametrize("ending", ["png", "bmp", "ppm", "tif", "webp", "ico"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_cut_off_files(tmp_path: Path, ending: str, share: float) -> None:
    data = save(image_of(HALVES, 32), tmp_path / f"a.{ending}").read_bytes()
    (tmp_path / f"a.{ending}").write_bytes(data[: int(len(data) * share)])
    assert f"“a.{ending}” is " in said(tmp_path / f"a.{ending}")


def test_a_cut_off_jpeg_gives_what_there_is(tmp_path: Path) -> None:
    data = save(image_of(HALVES, 64), tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(data[: int(len(data) * 0.8)])
    np.testing.assert_array_equal(read_image(tmp_path / "a.jpg", 4, 2)[0, 0], [9, 0])
    (tmp_path / "b.jpg").write_bytes(data[:100])
    assert "damaged" in said(tmp_path / "b.jpg")


def test_a_damaged_png(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One sentence, and nothing from libpng on the console."""
    whole = save(image_of(HALVES, 32), tmp_path / "a.png").read_bytes()
    begin = whole.index(b"IDAT") - 4
    no_pixels = whole[:begin] + chunk(b"IDAT", b"no pixels") + whole[-12:]
    few_pixels = whole[:begin] + chunk(b"IDAT", zlib.compress(bytes(9))[:-6]) + whole[-12:]
    places = [*range(8, 33), *range(begin, len(whole))]  # between these is what a decoder can do without
    turned = [bytes([*whole[:place], whole[place] ^ 0xFF, *whole[place + 1 :]]) for place in places]
    for data in (no_pixels, few_pixels, whole[:-12], whole[:-3], *turned):
        (tmp_path / "a.png").write_bytes(data)
        assert said(tmp_path / "a.png") == "“a.png” is damaged or incomplete."
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "“a.png” is empty."),
        (b"hello", "“a.png” is not a picture that can be read here."),
        (bytes(1000), "“a.png” is not a picture that can be read here."),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
         "“a.png” is a drawing made of lines; save it as PNG or JPEG first."),
    ],
    ids=["empty", "text", "zeros", "drawing"],
)  # fmt: skip
def test_what_is_no_picture(tmp_path: Path, data: bytes, wanted: str) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert said(tmp_path / "a.png") == wanted


def test_what_is_no_file(tmp_path: Path) -> None:
    assert said(tmp_path / "no.png") == "There is no file “no.png”."
    (tmp_path / "pictures").mkdir()
    assert said(tmp_path / "pictures") == "“pictures” is a folder, not a picture."
    assert said(Path("a\0b")) == "“a\N{REPLACEMENT CHARACTER}b” is not a file."
    assert "too long" in said(tmp_path / ("x" * 3000))
    save(image_of(HALVES), tmp_path / "a.png")
    assert "b.png" in said(tmp_path / "a.png" / "b.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert said(tmp_path / "pipe") == "“pipe” is not a file."


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    save(image_of(HALVES), tmp_path / "a.png")
    monkeypatch.setattr(os, "open", refuse)
    assert said(tmp_path / "a.png") == "“a.png” cannot be read: Permission denied."


def test_nothing_on_the_clipboard() -> None:
    with pytest.raises(ImageError, match="There is no picture here"):
        numbers_of(QImage(), 4, 4)


@pytest.mark.parametrize(("rows", "columns", "levels"), [(0, 4, 9), (4, 0, 9), (4, 4, 0)])
def test_a_size_that_is_none(rows: int, columns: int, levels: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        numbers_of(image_of(HALVES), rows, columns, levels=levels)


def test_the_pictures_that_come_with_the_app() -> None:
    pictures = shipped_pictures()
    assert {picture.path for picture in pictures} == set(pictures[0].path.parent.iterdir())
    assert len({picture.name for picture in pictures}) == len(pictures)
    assert sum(picture.path.stat().st_size for picture in pictures) < 700_000
    licences = (pictures[0].path.parents[1] / "LICENCES.md").read_text(encoding="utf-8")
    for picture in pictures:
        numbers = read_image(picture.path, 28, 28, colour=True, levels=None)
        assert np.ptp(numbers) > 0.3
        red, _, blue = numbers
        assert picture.colour == (np.abs(red - blue).max() > 0.1)
        assert picture.thumbnail(48).size().toTuple() == (48, 48)
        assert f"{picture.key}.jpg" in licences or f"`{picture.key}`" in licences


def test_the_digits_that_come_with_the_app() -> None:
    digits = shipped_digits()
    labels = [digit.label for digit in digits]
    assert labels == sorted(labels)
    assert {labels.count(label) for label in range(10)} == {4}
    for digit in digits:
        assert digit.numbers.shape == (8, 8)
        assert (digit.numbers == np.rint(digit.numbers)).all()
        assert digit.numbers.min() == 0 and digit.numbers.max() in (15, 16)
        with pytest.raises(ValueError, match="read-only"):
            digit.numbers[0, 0] = 1
    assert len({digit.numbers.tobytes() for digit in digits}) == len(digits)
