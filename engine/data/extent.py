"""How large a picture of two weights may be."""

from __future__ import annotations

from engine.losses import FAR, Box

NEAR = 1e-5  # the smallest side of a picture


def drawable(domain: Box) -> Box:
    """The box, if a start in it can be chosen and kept. Raises ValueError with what to do about it."""
    for low, high in domain:
        far = max(abs(low), abs(high))
        if not (far <= FAR and high - low >= NEAR):
            size = f"{far:.0e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e").replace("-", "−")
            raise ValueError(
                f"scaled like this the weights reach ±{size}, which no picture shows: standardise inputs and target"
            )
    return domain
