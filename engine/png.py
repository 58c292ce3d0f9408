"""Whether a PNG file is whole (ISO/IEC 15948): decoders of damaged ones write on the console, past any logging."""

from __future__ import annotations

import zlib
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIECE = 1 << 20
_CRITICAL = 0x20  # of a chunk's first letter: small where the chunk may be left out


def is_damaged_png(file: BinaryIO, most: int) -> bool:
    """Whether the file begins as PNG files do, and a chunk that no decoder can do without is broken off, has another
    checksum than it says, or does not unpack.

    Of the pixels at most `most` bytes are unpacked; nothing is kept. Leaves the file's place anywhere.
    """
    file.seek(0)
    if file.read(len(SIGNATURE)) != SIGNATURE:
        return False
    unpacking = zlib.decompressobj()
    try:
        while len(head := file.read(8)) == 8:
            kind = head[4:]
            sum_ = zlib.crc32(kind)
            left = int.from_bytes(head[:4], "big")
            while left:
                piece = file.read(min(left, _PIECE))
                if not piece:
                    return True
                left -= len(piece)
                sum_ = zlib.crc32(piece, sum_)
                if kind == b"IDAT":
                    most -= _unpack(unpacking, piece, most)
            checked = int.from_bytes(file.read(4), "big") == sum_
            if not (kind.isalpha() and (checked or kind[0] & _CRITICAL)):
                return True
            if kind == b"IEND":
                return not unpacking.eof and most > 0
    except zlib.error:
        return True
    return True


def _unpack(unpacking: zlib._Decompress, piece: bytes, most: int) -> int:
    """How many bytes came out of a piece, which is at most about `most`. Raises zlib.error."""
    came = 0
    while piece and came < most and not unpacking.eof:
        came += len(unpacking.decompress(piece, _PIECE))
        piece = unpacking.unconsumed_tail
    return came
