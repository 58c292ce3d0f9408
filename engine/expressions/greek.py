"""Greek letters by their names: `eta` is η and `beta1` is β1, in every formula that is typed."""

from __future__ import annotations

import re

LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"
NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma "
    "tau upsilon phi chi psi omega"
).split()
CAPITALS = {"Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π"} | {
    "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
# Without pi, which is the number by either name.
GREEK = {name: letter for name, letter in zip(NAMES, LETTERS, strict=True) if name != "pi"} | CAPITALS

# The word alone, or before an index or a power: eta, beta1, beta₂, eta_plus, eta², but not beta1x.
_WORD = re.compile(rf"(?<!\w)({'|'.join(GREEK)})(?=[\d₀-₉]*(?:$|[\W⁰¹²³⁴-⁹])|_)")


def spelled(text: str) -> str:
    """The text with letters in place of their names; otherwise `beta1` and β1 would be two that look the same."""
    return _WORD.sub(lambda found: GREEK[found[1]], text)


def spelled_columns(text: str, columns: list[int]) -> tuple[str, list[int]]:
    """As `spelled`, with the column that each character was typed in, given those of `text`."""
    kept: list[int] = []
    start = 0
    for found in _WORD.finditer(text):
        kept += columns[start : found.start() + 1]
        start = found.end()
    return spelled(text), kept + columns[start:]
