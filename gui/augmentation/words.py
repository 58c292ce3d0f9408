"""What the ways to augment are called, and what is said of each."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.gallery import Tile


def tr(text: str) -> str:
    return QCoreApplication.translate("augmentation", text)


def way_name(way: str) -> str:
    """As it stands over its picture."""
    return {
        "all": tr("Every way"), "original": tr("Original"), "mixup": "Mixup", "cutmix": "CutMix", "cutout": "Cutout",
        "flip": tr("Flip"), "crop": tr("Crop"), "noise": tr("Noise"), "smoothing": tr("Label smoothing"),
    }[way]  # fmt: skip


def short_name(tile: Tile, name: str) -> str:
    """The name of a tile where there is less room."""
    return tr("Smoothing") if tile.way == "smoothing" else name


def way_story(way: str) -> str:
    """What it is for, in a sentence or two."""
    return {
        "all": tr(
            "Augmentation shows the network more than was photographed: transformations that keep the label, and "
            "mixtures whose label is mixed in the same proportion."
        ),
        "original": tr("The training image with its own label: all of it belongs to one class."),
        "mixup": tr(
            "Two images are blended, and their labels in the same proportion: between two training images the network "
            "is to answer in between."
        ),
        "cutmix": tr(
            "A patch of the second image replaces a part of the first, and the label is shared in proportion to area. "
            "Every pixel still is one that a camera saw."
        ),
        "cutout": tr(
            "A square is removed and the label kept: the network may not rely on one part of the thing alone."
        ),
        "flip": tr("Mirrored with probability ½: a cat that looks the other way is a cat."),
        "crop": tr("Moved a little and cropped: where a thing lies in the image does not change what it is."),
        "noise": tr("Normal noise on every pixel: close to a training image the answer is to stay the same."),
        "smoothing": tr(
            "The image stays, the target is softened: being ever more certain does not pay any longer."
        ),
    }[way]  # fmt: skip


def tile_told(tile: Tile) -> tuple[str, ...]:
    """How this sample came about, in a few signs; first in full, then shorter for less room."""
    numbers = tile.numbers
    if tile.way == "mixup":
        return (tr("λ = {share}").format(share=f"{numbers['λ']:.2f}"),)
    if tile.way == "cutmix":
        texts = (
            tr("area of B: {n} of {all} pixels"),
            tr("B: {n} of {all} pixels"),
            tr("B: {n} of {all}"),
            tr("B: {n}"),
        )
        return tuple(text.format(n=numbers["n"], all=numbers["N"]) for text in texts)
    if tile.way == "cutout":
        return tr("a patch removed, label kept"), tr("a patch removed"), tr("removed")
    if tile.way == "flip":
        if not numbers["mirrored"]:
            return tr("this time not mirrored"), tr("not mirrored")
        return tr("mirrored, label kept"), tr("mirrored")
    if tile.way == "crop":
        return tr("moved and cropped, label kept"), tr("moved and cropped"), tr("moved")
    if tile.way == "noise":
        noise = tr("σ = {sigma}").format(sigma=f"{numbers['σ']:.2f}")
        return tr("{noise}, label kept").format(noise=noise), noise
    if tile.way == "smoothing":
        smoothing = tr("ε = {epsilon}").format(epsilon=f"{numbers['ε']:.2f}")
        return tr("{smoothing}, image kept").format(smoothing=smoothing), smoothing
    return (tr("as it was photographed"),)


def shortest_told() -> tuple[str, ...]:
    """The shortest that a tile may say, with the widest numbers: whether there is room depends on no sample."""
    return (
        tr("B: {n}").format(n="00000"),
        tr("removed"),
        tr("not mirrored"),
        tr("moved"),
        tr("σ = {sigma}").format(sigma="00.00"),
    )
