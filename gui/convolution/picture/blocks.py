"""Which plates a pass shows, and how they stand together: names only, before anything is placed.

Large pictures stand above what is magnified of them.
"""

from __future__ import annotations

from engine.convolution.steps import Pass, stepped_grid
from gui.convolution.picture.plates import Name, Plates

Names = list[list[Name | None]]  # rows of plates
FORWARD = (Pass.FORWARD, Pass.ACTIVATION, Pass.POOLING)


def result_grid(plates: Plates, stage: Pass) -> str:
    """The grid that a pass fills."""
    return "dx" if stage is Pass.SCATTER else stepped_grid(plates.layer, stage)


def forward_blocks(
    plates: Plates, across: bool, stacked: bool, folded: bool = False, magnify: bool = False
) -> list[list[Names]]:
    """Rows of blocks: input, kernels with their bias, output.

    `across`: channels side by side instead of above each other. `stacked`: every block in a row of its own.
    `folded`: activation and pooling below. `magnify`: the window of a large picture, too.
    """
    layer = plates.layer
    weights = _weights(plates, "w")
    if layer.bias is not None and not stacked:
        slices = len(plates.slices("w"))
        weights.append([("b", (place // slices,)) if place % slices == 0 else None for place in range(len(weights[0]))])
    outputs = [_maps(plates, name) for name in ("y", "a", "p") if name in layer.values]
    if plates.magnify and magnify:
        low: list[Names] = [_window("xm", layer.x.shape[1]), weights, [[("rm", ())]]]
        return [_turned([_maps(plates, "x"), *outputs], across), _turned(low, True)]
    blocks = _turned([_maps(plates, "x"), weights, *outputs], across)
    if folded:
        return [blocks[:3], blocks[3:]]
    rows = _rows(blocks, stacked)
    if layer.bias is not None and stacked:  # beside the kernel, so that no line crosses it
        biases: Names = [[("b", (o,)) for o in range(len(layer.kernel))]]
        rows[1].append(biases)
    return rows


def backward_blocks(plates: Plates, stage: Pass, across: bool, stacked: bool) -> list[list[Names]]:
    """Rows of blocks: the grids of a backward pass, its result last."""
    result = result_grid(plates, stage)
    match stage:
        case Pass.UPSTREAM if plates.loss == "squared_error":
            blocks = [_maps(plates, plates.output), _maps(plates, "t"), _maps(plates, result)]
        case Pass.UPSTREAM:
            blocks = [_maps(plates, result)]
        case Pass.POOLING_GRADIENT:
            before = "a" if "a" in plates.layer.values else "y"
            blocks = [_maps(plates, "dp"), _maps(plates, before), _maps(plates, result)]
        case Pass.ACTIVATION_GRADIENT:
            blocks = [_maps(plates, "da"), _maps(plates, "s"), _maps(plates, "g")]
        case Pass.BIAS_GRADIENT:
            blocks = [_maps(plates, "g"), [[("db", (o,))] for o in range(len(plates.layer.kernel))]]
        case Pass.KERNEL_GRADIENT:
            blocks = [_maps(plates, "x"), _maps(plates, "g"), _weights(plates, "dw")]
        case Pass.SCATTER:
            blocks = [_maps(plates, "g"), _weights(plates, "w"), _maps(plates, "dx")]
            if plates.magnify:
                low = [blocks.pop(1), _window("dxm", plates.layer.x.shape[1])]
                return [_turned(blocks, across), _turned(low, True)]
        case _:
            blocks = [_maps(plates, "gs"), _weights(plates, "wt"), _maps(plates, "dx")]
            if plates.magnify:
                low = [_window("gm", len(plates.layer.kernel)), blocks.pop(1), [[("rm", ())]]]
                return [_turned(blocks, across), _turned(low, True)]
    return _rows(_turned(blocks, across), stacked)


def matrix_blocks(stage: Pass) -> list[Names]:
    """The layer as a matrix beside a fully connected one of its size; turned over or as a gradient, backward."""
    first, second = {
        Pass.GATHER: ("CT", "WT"), Pass.SCATTER: ("CT", "WT"), Pass.KERNEL_GRADIENT: ("dC", "C"),
    }.get(stage, ("C", "W"))  # fmt: skip
    return [[[(first, ())]], [[(second, ())]]]


def _maps(plates: Plates, name: str) -> Names:
    """Input channels or output maps, one above the other; in 3-D each is a row of slices."""
    many = plates.layer.x.shape[1] if name in ("x", "dx") else len(plates.layer.kernel)
    return [[(name, (place, *cut)) for cut in plates.slices(name)] for place in range(many)]


def _weights(plates: Plates, name: str) -> Names:
    """Kernels side by side, the channels of each one above the other; as the input meets them, the other way."""
    across, down = (plates.layer.pieces if name == "wt" else plates.layer).kernel.shape[:2]
    cuts = plates.slices(name)
    return [[(name, (one, other, *cut)) for one in range(across) for cut in cuts] for other in range(down)]


def _rows(blocks: list[Names], stacked: bool) -> list[list[Names]]:
    return [[block] for block in blocks] if stacked else [blocks]


def _window(name: str, many: int) -> Names:
    return [[(name, (place,))] for place in range(many)]


def _turned(blocks: list[Names], across: bool) -> list[Names]:
    return [[list(row) for row in zip(*block, strict=True)] for block in blocks] if across else blocks
