"""report.html: one self-contained page with curves, tables and before/after sliders."""

from __future__ import annotations

import base64
import html
import re
from pathlib import Path
from typing import Sequence

import numpy as np

from . import plots, summary
from .bd_rate import PSNR_WINDOW
from .compare import Comparison
from .curves import bd_matrix, find_anchor, picture_curve, try_bd_rate
from .pictures import png_bytes
from .results import Results

_TEMPLATE = Path(__file__).with_name("report_template.html")


def page(results: Results, comparisons: Sequence[Comparison], max_bpp: float | None = None) -> str:
    """The whole page; nothing in it refers to another file or address."""
    curves = results.curves() + [find_anchor(name) for name in results.anchors]
    psnr, similarity = bd_matrix(curves, "psnr"), bd_matrix(curves, "ms_ssim")
    parts = {
        "TITLE": html.escape(str(results.conditions.get("title", "Rate-distortion report"))),
        "CONDITIONS": _conditions(results),
        "PSNR_PLOT": _inline_svg(plots.svg(curves, "psnr", "", max_bpp), "psnr"),
        "MS_SSIM_PLOT": _inline_svg(plots.svg(curves, "ms_ssim", "", max_bpp), "msssim"),
        "PSNR_MATRIX": html_table(summary.matrix_table(psnr.curves, psnr.whole)),
        "WINDOW_MATRIX": html_table(summary.matrix_table(psnr.curves, psnr.window)),
        "MS_SSIM_MATRIX": html_table(summary.matrix_table(similarity.curves, similarity.whole)),
        "SPEED": html_table(summary.speed_table(results)),
        "PICTURES": html_table(picture_table(results)),
        "COMPARISONS": "\n".join(_slider(i, c) for i, c in enumerate(comparisons))
        or "<p>None: two codecs with overlapping rates are needed.</p>",
        "FAILURES": _failures(results),
    }
    text = _TEMPLATE.read_text(encoding="utf-8")
    for key, value in parts.items():
        text = text.replace(f"<!--{key}-->", value)
    return text


def picture_table(results: Results) -> str:
    """BD-rate of the first codec against each other one on every picture, as Markdown."""
    curves = results.curves()
    if not curves:
        return "Nothing was measured."
    first, others = curves[0], curves[1:]
    head = ["picture", "pixels", *(f"{first.label} vs {other.label} %" for other in others)]
    low, high = PSNR_WINDOW
    head.append(f"{first.label} PSNR from-to dB (window above: {low:g}-{high:g})")
    lines = []
    for picture in results.pictures():
        rows = results.rows_of(first.name, picture)
        own = picture_curve(rows)
        cells = []
        for other in others:
            value = try_bd_rate(picture_curve(results.rows_of(other.name, picture)), own)
            cells.append("" if value is None else f"{value.percent:+.1f}")
        span = f"{min(own[1]):.1f}-{max(own[1]):.1f}" if own[1] else ""
        lines.append([picture, f"{rows[0]['width']}x{rows[0]['height']}", *cells, span])
    return summary.table(head, lines)


def html_table(markdown: str) -> str:
    """The tables and paragraphs that summary.py writes, as HTML; cells are sortable by the page."""
    pieces = []
    for block in markdown.split("\n\n"):
        if not block.startswith("|"):
            pieces.append(f"<p>{html.escape(block.replace('**', ''))}</p>")
            continue
        rows = [
            [html.escape(cell) for cell in line[2:-2].split(" | ")] for line in block.splitlines()
        ]
        head = "".join(f"<th>{cell}</th>" for cell in rows[0])
        body = "".join(
            "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[2:]
        )
        pieces.append(
            f"<div class=scroll><table class=sortable><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table></div>"
        )
    return "\n".join(pieces)


def _conditions(results: Results) -> str:
    items = [f"{key}: {value}" for key, value in results.conditions.items() if key != "title"]
    items += [f"{entry['label']}: {entry['version']}" for entry in results.codecs]
    items += [f"{c.label}: {c.source}" for c in map(find_anchor, results.anchors)]
    items += results.remarks
    return "<ul>" + "".join(f"<li>{html.escape(item)}</li>" for item in items) + "</ul>"


def _failures(results: Results) -> str:
    lines = summary.failure_lines(results)
    if not lines:
        return "<p>None.</p>"
    return (
        "<ul class=failed>" + "".join(f"<li>{html.escape(line)}</li>" for line in lines) + "</ul>"
    )


def _inline_svg(text: str, prefix: str) -> str:
    """The drawing without XML head and comments; ids get a prefix, as two share the page."""
    drawing = re.sub(r"<!--.*?-->", "", text[text.index("<svg") :], flags=re.DOTALL)
    for mark in ('id="', 'href="#', "url(#"):
        drawing = drawing.replace(mark, mark + prefix)
    return drawing


def _data_url(samples: np.ndarray) -> str:
    encoded = base64.b64encode(png_bytes(np.ascontiguousarray(samples), compress_level=9))
    return "data:image/png;base64," + encoded.decode("ascii")


def _slider(index: int, comparison: Comparison) -> str:
    """One comparison: the two decodes on top of each other, the divider where the pointer is."""
    first, second = comparison.first, comparison.second
    more_bytes = 100.0 * (second.size_bytes / first.size_bytes - 1.0)
    height, width, _ = comparison.original.shape
    place = f"crop {width}x{height} at {comparison.left},{comparison.top}"

    def caption(side: str, part) -> str:  # part: compare.Side
        return (
            f"<span class={side}><b>{html.escape(part.label)}</b> q {part.quality}, "
            f"{part.size_bytes} bytes, {part.psnr:.2f} dB</span>"
        )

    return f"""<figure class=compare id=compare-{index} style="--width:{width}px">
<figcaption><b>{html.escape(comparison.picture)}</b>, {place}; PSNR lead of the left one
{first.psnr - second.psnr:+.2f} dB, the right one has {more_bytes:+.1f} % bytes</figcaption>
<div class=stage style="aspect-ratio:{width}/{height}">
<img class=right alt="{html.escape(second.label)}" src="{_data_url(second.crop)}">
<img class=left alt="{html.escape(first.label)}" src="{_data_url(first.crop)}">
<img class=original hidden alt="original" src="{_data_url(comparison.original)}">
<div class=divider></div></div>
<input type=range min=0 max=1000 value=500 aria-label="divider between the two codecs">
<div class=captions>{caption("a", first)}<button type=button>hold for the original</button>
{caption("b", second)}</div></figure>"""
