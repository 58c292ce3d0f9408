"""Make assets/fonts from the full fonts.

    python scripts/subset_fonts.py INTER_FOLDER STIX_TTF NOTO_CJK_TTC

Needs fonttools. Where the full fonts come from is told in assets/LICENCES.md.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.reverseContourPen import ReverseContourPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

OUT = Path(__file__).resolve().parent.parent / "assets" / "fonts"


def span(first: int, last: int) -> set[int]:
    return set(range(first, last + 1))


LATIN = span(0x20, 0x7E) | span(0xA0, 0x17F) | {0x218, 0x219, 0x21A, 0x21B, 0x2C6, 0x2C7, 0x2DC}
COMBINING = {0x300, 0x301, 0x302, 0x303, 0x304, 0x305, 0x307, 0x308, 0x30A, 0x30C, 0x332}
GREEK = span(0x370, 0x3FF)
PUNCTUATION = span(0x2000, 0x206F)
SCRIPTS = span(0x2070, 0x209C)
LETTERLIKE = {0x20AC, 0x2102, 0x210E, 0x2113, 0x2115, 0x2116, 0x211D, 0x2122, 0x2126}
ARROWS = span(0x2190, 0x21FF) | {0x27F5, 0x27F6, 0x27F7, 0x27FC}
OPERATORS = span(0x2200, 0x22FF)
FENCES = span(0x2308, 0x230B) | {0x27E6, 0x27E7, 0x27E8, 0x27E9}
SHAPES = span(0x25A0, 0x25FF) | {0x2713, 0x2717, 0x2318, 0x21E7, 0x2605, 0x2606}
MATHS_BOLD = span(0x1D400, 0x1D433) | span(0x1D6A8, 0x1D6E1)
MATHS_ITALIC = span(0x1D434, 0x1D467) | span(0x1D6E2, 0x1D71B)
MATHS_BOLD_ITALIC = span(0x1D468, 0x1D49B) | span(0x1D71C, 0x1D755)
MATHS_SCRIPT = span(0x1D49C, 0x1D4CF) | {0x2112, 0x211B, 0x2130, 0x2131}  # ℒ and its like
PRIMES = span(0x2032, 0x2037)

HANGUL = {
    code
    for code in span(0xAC00, 0xD7A3)
    if len(chr(code).encode("euc_kr", "replace")) == 2  # the 2,350 syllables of KS X 1001
}
HANGUL_SIGNS = {0x20, 0xA0, 0xB7} | span(0x3000, 0x3003) | span(0x3008, 0x3015) | span(0x3131, 0x318E)
HANGUL_SIGNS |= {0xFF01, 0xFF08, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF5E, 0x20A9}


def add_nabla(font: TTFont) -> None:
    """Inter lacks ∇, the sign this app needs most: its ∆ turned upside down."""
    cmap = font.getBestCmap()
    delta = cmap.get(0x2206, cmap[0x394])
    glyphs, top = font.getGlyphSet(), font["OS/2"].sCapHeight
    width = font["hmtx"][delta][0]
    pen = T2CharStringPen(width, glyphs)
    glyphs[delta].draw(TransformPen(ReverseContourPen(pen), (1, 0, 0, -1, 0, top)))
    top_dict = font["CFF "].cff.topDictIndex[0]
    outlines = top_dict.CharStrings
    outlines.charStringsIndex.append(pen.getCharString(outlines[delta].private, outlines.globalSubrs))
    outlines.charStrings["nabla"] = len(outlines.charStringsIndex) - 1
    top_dict.charset.append("nabla")
    font.setGlyphOrder(top_dict.charset)
    font["hmtx"]["nabla"] = font["hmtx"][delta]
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0x2207] = "nabla"


def make(source: Path, name: str, letters: set[int], features: list[str], **how: object) -> None:
    options = subset.Options()
    options.layout_features = features
    options.name_IDs = ["*"] if "family" not in how else [0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 14]
    options.notdef_outline = True
    options.hinting = bool(how.get("hinting", True))
    options.desubroutinize = False
    options.drop_tables += ["DSIG", "VORG", "vhea", "vmtx"]
    font = TTFont(source, fontNumber=int(str(how.get("number", -1))))
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    if how.get("nabla"):
        add_nabla(font)
    family = how.get("family")
    if family:  # call the cut of the collection what its own family of cuts is called
        plain = str(family).replace(" ", "")
        for entry, text in {
            1: family,
            3: f"{plain}-Regular",
            4: family,
            6: f"{plain}-Regular",
        }.items():
            font["name"].setName(str(text), entry, 3, 1, 0x409)
        if "CFF " in font:
            cff = font["CFF "].cff
            cff.fontNames[0] = f"{plain}-Regular"
    target = OUT / name
    font.save(target)
    missing = [chr(code) for code in sorted(letters) if code not in font.getBestCmap()]
    print(f"{name}: {target.stat().st_size / 1000:.0f} kB, {len(font.getBestCmap())} characters,"
          f" {len(missing)} asked for but not in the source")  # fmt: skip


def main() -> None:
    inter, stix, noto = (Path(word) for word in sys.argv[1:4])
    OUT.mkdir(parents=True, exist_ok=True)
    text = LATIN | COMBINING | GREEK | PUNCTUATION | SCRIPTS | LETTERLIKE | ARROWS | OPERATORS
    text |= FENCES | SHAPES
    tags = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "case", "tnum", "pnum", "zero", "ss01",
            "sups", "subs", "sinf", "frac", "numr", "dnom", "cv05"]  # fmt: skip
    for weight in ("Regular", "Medium", "SemiBold", "Bold"):
        make(inter / f"Inter-{weight}.otf", f"Inter-{weight}.otf", text, tags, nabla=True)
    maths = span(0x20, 0x7E) | span(0xA0, 0xFF) | COMBINING | GREEK | SCRIPTS | LETTERLIKE | PRIMES
    maths |= {0x2009, 0x200A, 0x2010, 0x2011, 0x2013, 0x2014, 0x2016, 0x2026, 0x2061, 0x2062}
    maths |= ARROWS | OPERATORS | FENCES | {0x25A1, 0x25CB, 0x25CF, 0x25A0}
    maths |= MATHS_BOLD | MATHS_ITALIC | MATHS_BOLD_ITALIC | MATHS_SCRIPT
    make(stix, "STIXTwoMath-Regular.ttf", maths, ["kern", "mark", "mkmk", "ccmp", "ssty"],
         hinting=False)  # fmt: skip
    make(noto, "NotoSansKR-Regular.otf", HANGUL | HANGUL_SIGNS, ["kern"], number=1, hinting=False,
         family="Noto Sans KR")  # fmt: skip


if __name__ == "__main__":
    main()
