"""Where a step's arrows lie on the picture, and how long they are there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.arrows import Arrow, seen
from gui.picture.mapping import Mapping

SHORTEST, LONGEST = 30.0, 130.0  # pixels
FLATTEST = 0.35  # the power of a length that is drawn when a step's lengths are most unlike
LONGEST_CHAIN = 1.5 * LONGEST
LONGEST_STEP_CHAIN = 3.0 * LONGEST
WIDE, NARROW = 56.0, 6.0  # pixels, radii of an ellipse
ASIDE = 7.0  # pixels that a chain steps aside from an arrow that it would lie on
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """An arrow in pixels: from `start` to `end`, for an ellipse to a place on its rim. `chain` are the corners at
    which its terms follow each other; empty for an arrow that is no sum."""

    arrow: Arrow
    start: Spot
    end: Spot
    radii: Spot = (0.0, 0.0)
    chain: tuple[Spot, ...] = ()

    @property
    def links(self) -> list[tuple[Spot, Spot]]:
        """The terms, from tail to tip."""
        return list(pairwise(self.chain))


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long the directions of one step are drawn, the same in each of its lines: in proportion, and where some
    would be too short to see as a power of their length, so that a longer one stays longer."""

    longest: float
    power: float

    @staticmethod
    def of_step(step: Sequence[Arrow]) -> Lengths:
        """For all that a step draws. What a sum adds up has to fit too, at the scale that its arrow gets."""
        sums = [_corners(arrow) for arrow in step if arrow.terms and (arrow.tag != "step" or arrow.terms[0].within)]
        chains = [(math.hypot(*corners[-1]), max(math.hypot(*corner) for corner in corners)) for corners in sums]
        drawn = [math.hypot(*arrow.value) for arrow in step if arrow.tag in ("gradient", "direction")]
        drawn += [length for length, _ in chains]
        known = [length for length in (*drawn, *(reach for _, reach in chains)) if length and math.isfinite(length)]
        longest = max(known, default=0.0)
        shares = [length / longest for length in drawn if 0 < length <= longest]
        power = min((math.log(SHORTEST / LONGEST) / math.log(share) for share in shares if share < 1), default=1.0)
        power = min(max(power, FLATTEST), 1.0)
        for length, reach in chains:
            if 0 < length < longest and reach <= longest:
                fits = math.log(LONGEST_CHAIN / LONGEST * length / reach) / math.log(length / longest)
                power = min(max(power, fits), 1.0)
        return Lengths(longest, power)

    def shown(self, length: float) -> float:
        """In pixels, before they are scaled."""
        share: float = (length / self.longest) ** self.power if self.longest else 0.0
        return LONGEST * share


def placed(step: tuple[Arrow, ...], line: int, mapping: Mapping, px: float) -> list[Placed]:
    """What of a step's arrows is there once `line` is done, on the picture: those outside, without length or not
    finite lie nowhere.

    The terms of a sum are drawn tip to tail, to the scale at which their sum is drawn, and one that has an arrow of
    its own already replaces it. A chain that would lie on an arrow steps aside.
    """
    lengths, arrows = Lengths.of_step(step), seen(step, line)
    chains = [_chain(arrow, lengths, mapping, px) for arrow in arrows]
    replaced = {
        (term.label, term.value) for arrow, chain in zip(arrows, chains, strict=True) if chain for term in arrow.terms
    }
    found: list[Placed] = []
    for arrow, corners in zip(arrows, chains, strict=True):
        x, y = mapping.x(arrow.origin[0]), mapping.y(arrow.origin[1])
        if not mapping.inside(x, y) or (arrow.label, arrow.value) in replaced:
            continue
        if arrow.tag == "scale":
            radii = _radii(arrow, px)
            if radii is not None:
                found.append(Placed(arrow, (x, y), (x + 0.72 * radii[0], y + 0.72 * radii[1]), radii))
        elif all(map(math.isfinite, arrow.value)) and any(arrow.value):
            chain = tuple((x + dx, y + dy) for dx, dy in corners)
            found.append(Placed(arrow, (x, y), _end(arrow, x, y, lengths, mapping, px), chain=chain))
    straight = [(one.start, one.end) for one in found if one.arrow.tag != "scale"]
    return [_aside(one, straight, px) if one.chain else one for one in found]


def _corners(arrow: Arrow) -> list[Spot]:
    """Where the terms of a sum begin and end, one after the other."""
    corners = [(0.0, 0.0)]
    for term in arrow.terms:
        corners.append((corners[-1][0] + term.value[0], corners[-1][1] + term.value[1]))
    return corners


def _chain(arrow: Arrow, lengths: Lengths, mapping: Mapping, px: float) -> list[Spot]:
    """The corners of the arrow's terms, tip to tail, in pixels from where it begins; none where they would be out of
    all proportion."""
    corners = _corners(arrow)
    reach, whole = max(math.hypot(*corner) for corner in corners), math.hypot(*corners[-1])
    if not math.isfinite(reach) or not whole or not any(arrow.value):
        return []
    if arrow.tag == "step" and not arrow.terms[0].within:
        end = _end(arrow, 0.0, 0.0, lengths, mapping, px)
        scale, most = math.hypot(*end) / math.hypot(*arrow.value), LONGEST_STEP_CHAIN
    else:
        scale, most = lengths.shown(whole) * px / whole, LONGEST_CHAIN
    return [(scale * dx, -scale * dy) for dx, dy in corners] if scale * reach <= 1.001 * most * px else []


def _end(arrow: Arrow, x: float, y: float, lengths: Lengths, mapping: Mapping, px: float) -> Spot:
    """Where an arrow from pixel (x, y) ends."""
    dx, dy = arrow.value[0] * mapping.scale, -arrow.value[1] * mapping.scale
    length = math.hypot(dx, dy)
    if arrow.tag in ("gradient", "direction"):
        shown = lengths.shown(math.hypot(*arrow.value)) * px
    else:
        shown = max(length, SHORTEST * px) if arrow.tag == "step" else length
    shown = min(shown, 3.0 * max(mapping.width, mapping.height))
    return x + dx / length * shown, y + dy / length * shown


def _radii(arrow: Arrow, px: float) -> Spot | None:
    """Wide along an axis that is allowed long steps; only the ratio of the radii has a meaning."""
    largest = max(arrow.value)
    if largest <= 0 or math.isnan(largest):
        return None
    if math.isinf(largest):
        x, y = (WIDE if math.isinf(r) else NARROW for r in arrow.value)
    else:
        x, y = (max(WIDE * r / largest, NARROW) for r in arrow.value)
    return x * px, y * px


def _aside(one: Placed, straight: Sequence[tuple[Spot, Spot]], px: float) -> Placed:
    """The chain moved sideways, to the side to which it leans, where one of its links lies on an arrow."""
    for start, end in straight:
        length = math.dist(start, end)
        if length < 1:
            continue
        along = (end[0] - start[0]) / length, (end[1] - start[1]) / length
        spots = [_turned_to(corner, start, along) for corner in one.chain]
        if any(_lies_on(a, b, length, px) for a, b in pairwise(spots)):
            side = -ASIDE * px if sum(across for _, across in spots) < -px else ASIDE * px
            dx, dy = -along[1] * side, along[0] * side
            return replace(one, chain=tuple((x + dx, y + dy) for x, y in one.chain))
    return one


def _turned_to(spot: Spot, start: Spot, along: Spot) -> Spot:
    """Along an arrow and across it."""
    dx, dy = spot[0] - start[0], spot[1] - start[1]
    return dx * along[0] + dy * along[1], dy * along[0] - dx * along[1]


def _lies_on(a: Spot, b: Spot, length: float, px: float) -> bool:
    """Whether a link, seen along an arrow of this length, covers some of it."""
    low, high = sorted((a[0], b[0]))
    return max(abs(a[1]), abs(b[1])) < 0.7 * ASIDE * px and min(high, length) - max(low, 0.0) > ASIDE * px
