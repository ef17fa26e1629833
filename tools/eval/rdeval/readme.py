"""The small table and the plot of the README, from a results folder."""

from __future__ import annotations

import textwrap
from pathlib import Path

from . import plots, summary
from .bd_rate import PSNR_WINDOW
from .curves import Curve, find_anchor, try_bd_rate
from .results import Results

BEGIN = "<!-- rd-table: begin (written by tools/eval/rd_eval.py --readme) -->"
END = "<!-- rd-table: end -->"
PAGE_WIDTH = 120  # columns of a document's lines


def write(results: Results, root: Path, max_bpp: float = 2.0) -> list[Path]:
    """Writes docs/images/rd_kodak.svg and docs/rd_kodak.md under `root`; the paths written.

    Where README.md has the two marker lines, what stands between them becomes the same table.
    """
    curves = results.curves() + [find_anchor(name) for name in results.anchors]
    image = root / "docs" / "images" / "rd_kodak.svg"
    image.parent.mkdir(parents=True, exist_ok=True)
    image.write_text(plots.svg(curves, "psnr", "", max_bpp), encoding="utf-8")
    text = table(results)
    page = root / "docs" / "rd_kodak.md"
    page.write_text(f"{text}\n\n![Rate-distortion curves](images/rd_kodak.svg)\n", encoding="utf-8")
    written = [image, page]
    readme = root / "README.md"
    if readme.exists() and replace_block(readme, text):
        written.append(readme)
    return written


def table(results: Results) -> str:
    """BD-rates against JPEG (or the first codec) and speed, one line per codec, and a caption."""
    measured = results.curves()
    published = [find_anchor(name) for name in results.anchors]
    reference = next((c for c in measured if c.name == "jpeg"), measured[0])
    low, high = PSNR_WINDOW
    head = [
        "codec",
        "rate at equal PSNR",
        f"{low:g}-{high:g} dB only",
        "rate at equal MS-SSIM",
        "encode MP/s",
        "decode MP/s",
    ]
    lines = []
    for curve in measured + published:
        speeds = ["", ""] if curve.source else _speeds(results, curve.name)
        lines.append(
            [
                curve.label,
                _percent(reference, curve, "psnr", None),
                _percent(reference, curve, "psnr", PSNR_WINDOW),
                _percent(reference, curve, "ms_ssim", None),
                *speeds,
            ]
        )
    conditions = results.conditions
    caption = (
        f"BD-rate in percent against {reference.label}, whole files, mean over "
        f"{len(results.pictures())} pictures ({conditions.get('date', 'no date')}). "
        f"Speed near {summary.SPEED_AT_BPP} bpp on {conditions.get('machine', 'one machine')}, "
        f"{conditions.get('threads', 1)} thread(s), programs on files; decoding to an "
        "uncompressed picture where the program has one. Published curves are quoted as numbers, "
        "see corpus/anchors."
    )
    return summary.table(head, lines) + "\n\n" + textwrap.fill(caption, PAGE_WIDTH)


def replace_block(path: Path, text: str) -> bool:
    """Puts `text` between the marker lines of a file; False where it has none."""
    content = path.read_text(encoding="utf-8")
    begin, end = content.find(BEGIN), content.find(END)
    if begin < 0 or end < begin:
        return False
    replaced = content[: begin + len(BEGIN)] + f"\n{text}\n" + content[end:]
    path.write_text(replaced, encoding="utf-8")
    return True


def _percent(
    reference: Curve, curve: Curve, metric: str, window: tuple[float, float] | None
) -> str:
    if curve is reference:
        return "0"
    value = try_bd_rate(reference.metric(metric), curve.metric(metric), window)
    return "" if value is None else f"{value.percent:+.1f} %"


def _speeds(results: Results, codec: str) -> list[str]:
    rows = summary.rows_near(results, codec, summary.SPEED_AT_BPP)
    return [summary.megapixels_per_second(rows, key) for key in ("encode_wall_s", "raw_wall_s")]
