"""The surface itself, as a picture: a view of heights drawn column by column, with what lies behind it hidden.

Seen from far away, every column of pixels shows one straight line of the plane. Walked from front to back, a sample
of the surface covers the pixels between the highest one reached so far and its own; the first to reach a pixel is the
one that is seen there. All columns at once are a few NumPy calls, without OpenGL, and the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from engine.losses import Loss
from gui.optimizers.picture.projection import BASE, RISE, Projection
from gui.picture.background import band_color, sample
from gui.picture.heights import HeightScale
from gui.picture.mapping import Box, Mapping
from gui.theme import Theme

LIGHT = (-0.50, -0.38, 0.78)  # where it comes from, in (u, v, z): over the left shoulder
SAMPLES = 220  # along each line of the plane
ROUGH = 130  # while it turns
HASTY = 160_000  # pixels that are drawn in haste; a larger picture is enlarged from these
NODES = 640.0  # pixels of a contour as finely sampled, along the longer side
MOST = 6_000_000  # pixels, from which on two by two are no longer drawn for each
NOTHING, WALL = -2, -1  # in place of a band
MISSING = -9.0  # as a band: there is no loss
NEAR = 0.035  # in v: a point no further behind the surface lies on it

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Terrain:
    """The heights over a `box` of the plane: `values` (ny, nx) of the loss, the first row on top, on the `scale` of the
    contour `mapping`, which may show more of the plane around it."""

    loss: Loss
    mapping: Mapping
    box: Box
    values: Doubles
    scale: HeightScale

    @staticmethod
    def of(loss: Loss, mapping: Mapping, box: Box) -> Terrain:
        """Its lines are the contour's, since so is its scale."""
        (x0, x1), (y0, y1) = box
        finer = NODES / max(x1 - x0, y1 - y0)
        values = sample(loss, Mapping(box, finer * (x1 - x0), finer * (y1 - y0)))[2]
        return Terrain(loss, mapping, box, values, HeightScale.of(sample(loss, mapping)[2]))

    @cached_property
    def levels(self) -> Doubles:
        return self.scale.levels()

    @cached_property
    def peak(self) -> float:
        """The height of the highest place in the box, which is drawn as 1."""
        heights = self.scale.heights(self.values)
        return max(float(np.nanmax(heights, initial=0.0)), 0.2)

    def drawn(self, loss: float) -> float:
        """How high a loss is drawn."""
        return float(self.scale.heights(np.array(loss))) / self.peak

    def heights_at(self, points: Doubles) -> Doubles:
        """Of points (..., 2) of the plane, on the surface as it is drawn: between its samples, not on the loss itself,
        whose tips would be under the ground. 0 where the loss is undefined; outside as at the nearest border."""
        z = self.grid[0]
        (x0, x1), (y0, y1) = self.box
        ny, nx = z.shape
        x = np.clip((points[..., 0] - x0) / (x1 - x0) * (nx - 1), 0, nx - 1.001)
        y = np.clip((points[..., 1] - y0) / (y1 - y0) * (ny - 1), 0, ny - 1.001)
        i, j = x.astype(int), y.astype(int)
        s, t = x - i, y - j
        low = z[j, i] * (1 - s) + z[j, i + 1] * s
        high = z[j + 1, i] * (1 - s) + z[j + 1, i + 1] * s
        return np.asarray((low * (1 - t) + high * t) / RISE)

    @cached_property
    def grid(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Each (ny, nx), y upwards: height, its slopes along x and y in half diagonals, and the band, a fraction
        between two lines; MISSING where the loss is undefined."""
        values = self.values[::-1]
        heights = self.scale.heights(values)
        bands = np.interp(values, self.levels, np.arange(1, len(self.levels) + 1)) if len(self.levels) else heights * 0
        if len(self.levels):
            with np.errstate(all="ignore"):
                below = (values - self.scale.low) / max(self.levels[0] - self.scale.low, 1e-300)
            bands = np.where(values < self.levels[0], np.clip(below, 0, 0.999), bands)
        missing = ~np.isfinite(values) & ~np.isposinf(values)
        z = np.where(missing, 0.0, heights) * RISE / self.peak
        (x0, x1), (y0, y1) = self.box
        unit = np.hypot(x1 - x0, y1 - y0) / 2
        ny, nx = z.shape
        dy, dx = np.gradient(z, (y1 - y0) / unit / (ny - 1), (x1 - x0) / unit / (nx - 1))
        bands = np.where(missing, MISSING, np.nan_to_num(bands))
        slope_x, slope_y = np.asarray(dx, np.float32), np.asarray(dy, np.float32)
        return z.astype(np.float32), slope_x, slope_y, bands.astype(np.float32)

    def nodes(self, turn: tuple[float, float]) -> Floats:
        """(ny, nx, 3): height, how much light falls there (the cosine with the normal, from 0 to 1), and band."""
        z, dx, dy, bands = self.grid
        cos, sin = turn
        along_u, along_v = dx * cos + dy * sin, dy * cos - dx * sin
        light = np.maximum(LIGHT[2] - LIGHT[0] * along_u - LIGHT[1] * along_v, 0.0) / np.sqrt(1 + dx**2 + dy**2)
        return np.stack([z, light, bands], axis=-1)


@dataclass(frozen=True)
class Relief:
    """The picture, and how deep in it the surface lies at each of its pixels: v, infinite where there is none."""

    image: QImage
    depth: Floats  # (rows, columns), the first row on top
    fineness: float  # its pixels to each of the picture's

    def hides(self, pixels: Doubles) -> NDArray[np.bool_]:
        """Which of (..., 3), as `Projection.pixels` gives them, lie behind the surface."""
        rows, columns = self.depth.shape
        with np.errstate(all="ignore"):
            at = np.nan_to_num(pixels[..., :2] * self.fineness, nan=-9.0, posinf=-9.0, neginf=-9.0)
        column, row = np.clip(at, -9, 1e6).astype(int)[..., 0], np.clip(at, -9, 1e6).astype(int)[..., 1]
        inside = (row >= 1) & (row < rows - 1) & (column >= 1) & (column < columns - 1)
        row, column = np.clip(row, 1, rows - 2), np.clip(column, 1, columns - 2)
        deepest = np.max([self.depth[row + j, column + i] for j in (-1, 0, 1) for i in (-1, 0, 1)], axis=0)
        return np.asarray(inside & (pixels[..., 2] > deepest + NEAR))


def paint_relief(terrain: Terrain, projection: Projection, theme: Theme, ratio: float, rough: bool = False) -> Relief:
    """The surface in a theme, on nothing, `ratio` pixels to each of the picture's; `rough` is a third of the work."""
    area = projection.width * projection.height * ratio**2
    halve = not rough and 4 * area <= MOST
    fine = ratio * (2.0 if halve else min(1.0, (HASTY / area) ** 0.5) if rough else 1.0)
    columns, rows = max(round(projection.width * fine), 4), max(round(projection.height * fine), 4)
    u = np.asarray(((np.arange(columns) + 0.5) / fine - projection.middle) / projection.scale, np.float64)
    near, far = _lines(u, projection)
    shown = np.flatnonzero(far - near > 1e-6)
    color = np.zeros((rows + 1, columns, 4), np.float32)
    depth = np.full((rows, columns), np.inf, np.float32)
    if len(shown):
        _fill(color, depth, terrain, projection, theme, fine, shown, u[shown], near[shown], far[shown], rough)
    return Relief(_image(color[:rows], halve, fine / 2 if halve else fine), depth, fine)


def _lines(u: Doubles, projection: Projection) -> tuple[Doubles, Doubles]:
    """Where the line of each column enters the view and where it leaves it, in v."""
    cos, sin = projection.turn
    near, far = np.full(u.shape, -9.0), np.full(u.shape, 9.0)
    # x = u cos − v sin and y = u sin + v cos stay within the view.
    for half, offset, slope in ((projection.half[0], u * cos, -sin), (projection.half[1], u * sin, cos)):
        if abs(slope) < 1e-9:
            far = np.where(np.abs(offset) > half, -9.0, far)
            continue
        one, other = (-half - offset) / slope, (half - offset) / slope
        near, far = np.maximum(near, np.minimum(one, other)), np.minimum(far, np.maximum(one, other))
    return near, far


def _fill(
    color: Floats, depth: Floats, terrain: Terrain, projection: Projection, theme: Theme, fine: float,
    shown: NDArray[np.int64], u: Doubles, near: Doubles, far: Doubles, rough: bool,
) -> None:  # fmt: skip
    """Colours (rows + 1, columns, 4) and depths of all pixels that show the surface or its walls."""
    rows = depth.shape[0]
    count = ROUGH if rough else SAMPLES
    exact = near[:, None] + (far - near)[:, None] * np.linspace(0, 1, count)
    v = exact.astype(np.float32)
    ground = _looked_up(terrain, projection, u[:, None].astype(np.float32), v)
    # Rows are counted from below here.
    height = (rows - fine * projection.down(exact, ground[..., 0].astype(float))).astype(np.float32)
    foot = rows - fine * projection.down(near, np.full(len(v), BASE))
    reached = np.clip(np.floor(np.maximum.accumulate(height, axis=1)), -1, rows - 1).astype(np.int32)
    below = np.minimum(np.clip(np.floor(foot), -1, rows - 1).astype(np.int32), reached[:, 0])
    covers = np.diff(reached, axis=1, prepend=below[:, None])
    seen = np.repeat(np.arange(v.size, dtype=np.int32), covers.ravel())  # the sample at each pixel
    each = covers.sum(axis=1)
    line = np.repeat(np.arange(len(u), dtype=np.int32), each)
    row = np.arange(len(seen), dtype=np.int32) - np.repeat(np.cumsum(each) - each - below - 1, each)
    wall = seen % count == 0
    before = np.where(wall, seen, seen - 1)
    flat = height.ravel()
    low, high = flat[before], flat[seen]
    part = np.where(wall, 0.0, (row - low) / np.maximum(high - low, 1e-6)).astype(np.float32)
    part = np.clip(part, 0, 1)

    def between(array: Floats) -> Floats:
        ends = np.ascontiguousarray(array).ravel()
        first = ends[before]
        return np.asarray(first + part * (ends[seen] - first))

    band, shade = between(ground[..., 2]), between(ground[..., 1])
    rgb = _shaded(band, shade, theme)
    missing = band < -1
    rgb[missing] = _rgb(theme.color("panel")) * 0.94 + 0.06 * ((row[missing] + line[missing]) // 6 % 2)[:, None]
    rgb[wall] = _rgb(theme.color("line")) * _facing(projection, u, theme)[line[wall]][:, None]
    down, across = rows - 1 - row, shown[line]
    color[down, across, :3], color[down, across, 3] = rgb, 1.0
    depth[down, across] = between(v)
    # Lines run where two pixels beside each other lie in different bands.
    index = np.full(color.shape[:2], NOTHING, np.int16)
    index[down, across] = np.where(wall | missing, WALL, np.floor(band))
    _isolines(color, index, terrain, theme)


def _looked_up(terrain: Terrain, projection: Projection, u: Floats, v: Floats) -> Floats:
    """The terrain at (columns, samples), between its nodes."""
    grid, (cos, sin), (half_x, half_y) = terrain.nodes(projection.turn), projection.turn, projection.half
    ny, nx = grid.shape[:2]
    x = np.clip(((u * cos - v * sin) / half_x + 1) / 2 * (nx - 1), 0, nx - 1.001).astype(np.float32)
    y = np.clip(((u * sin + v * cos) / half_y + 1) / 2 * (ny - 1), 0, ny - 1.001).astype(np.float32)
    i, j = x.astype(np.int32), y.astype(np.int32)
    s, t = (x - i)[..., None], (y - j)[..., None]
    nodes, at = grid.reshape(-1, grid.shape[2]), j * nx + i
    lower = nodes[at] * (1 - s) + nodes[at + 1] * s
    upper = nodes[at + nx] * (1 - s) + nodes[at + nx + 1] * s
    return np.asarray(lower * (1 - t) + upper * t)


def _facing(projection: Projection, u: Doubles, theme: Theme) -> Doubles:
    """How bright the wall in front of each column is: the left one is in the light."""
    cornerwise = [projection.plane(np.array(corner)) for corner in projection.corners()]
    front = min(cornerwise, key=lambda corner: float(corner[1]))
    return np.where(u < float(front[0]), 1.0, 0.78 if theme.dark else 0.9)


def _shaded(band: Floats, shade: Floats, theme: Theme) -> Floats:
    """The contour's colours in the light, (n, 3) from 0 to 1."""
    count = 20
    palette = np.array([_rgb(band_color(theme, k / count)) for k in range(count + 1)], np.float32)
    rgb = palette[np.clip(np.floor(band), 0, count).astype(np.int32)]
    if theme.dark:
        return np.asarray(np.clip(rgb * (0.55 + 0.85 * shade[:, None]) + 0.16 * (shade[:, None] - 0.4), 0, 1))
    shadow, lit = np.array([0.50, 0.58, 0.68], np.float32), np.array([0.48, 0.40, 0.30], np.float32)  # bluish shadows
    return np.asarray(np.clip(rgb * (shadow + lit * shade[:, None]), 0, 1))


def _isolines(color: Floats, index: NDArray[np.int16], terrain: Terrain, theme: Theme) -> None:
    """Mix the line's colour into pixels whose neighbours to the right or below lie in another band; an outline runs
    around the whole."""
    count = max(len(terrain.levels), 1)
    here, right, under = index[:-1, :-1], index[:-1, 1:], index[1:, :-1]
    row, column = np.nonzero((here != right) | (here != under))
    here, right, under = here[row, column], right[row, column], under[row, column]
    higher, lower = np.maximum(np.maximum(here, right), under), np.minimum(np.minimum(here, right), under)
    strength: Floats = np.where(lower >= 0, 0.85 - 0.45 * higher / count, 0.55).astype(np.float32)[:, None]
    strength[(lower == NOTHING) & (here == NOTHING)] = 0  # outside
    ink = _rgb(theme.color("isoline"))
    color[row, column, :3] = color[row, column, :3] * (1 - strength) + ink * strength


def _rgb(color: QColor) -> NDArray[np.float32]:
    return np.array([color.redF(), color.greenF(), color.blueF()], np.float32)


def _image(color: Floats, halve: bool, ratio: float) -> QImage:
    """(rows, columns, 4), colours times alpha, as an image; two by two pixels become one."""
    if halve:
        rows, columns = color.shape[0] // 2 * 2, color.shape[1] // 2 * 2
        pairs = color[:rows:2, :columns] + color[1:rows:2, :columns]
        color = np.asarray((pairs[:, ::2] + pairs[:, 1::2]) / 4, np.float32)
    pixels = np.ascontiguousarray(255 * color[..., [2, 1, 0, 3]] + 0.5, np.uint8)
    rows, columns = pixels.shape[:2]
    image = QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied).copy()
    image.setDevicePixelRatio(ratio)
    return image
