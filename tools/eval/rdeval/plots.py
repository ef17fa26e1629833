"""Rate-distortion plots with matplotlib: the same figure as SVG and PNG."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Sequence

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend has to be chosen first)

from .curves import Curve  # noqa: E402

METRICS = {"psnr": "PSNR (RGB, dB)", "ms_ssim": "MS-SSIM (RGB, -10 log10(1 - x), dB)"}

# Fixed ids and no date: the same numbers give the same SVG file.
_STYLE = {
    "svg.hashsalt": "vaecomp",
    "svg.fonttype": "path",
    "font.size": 9.0,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}


def svg(curves: Sequence[Curve], metric: str, title: str, max_bpp: float | None = None) -> str:
    """The figure as SVG text."""
    return _draw(curves, metric, title, "svg", max_bpp).decode("utf-8")


def save(
    curves: Sequence[Curve], metric: str, title: str, stem: Path, max_bpp: float | None = None
) -> list[Path]:
    """Writes STEM.svg and STEM.png; the paths written."""
    written = []
    for kind in ("svg", "png"):
        path = stem.with_suffix(f".{kind}")
        path.write_bytes(_draw(curves, metric, title, kind, max_bpp))
        written.append(path)
    return written


def _draw(
    curves: Sequence[Curve], metric: str, title: str, kind: str, max_bpp: float | None
) -> bytes:
    with matplotlib.rc_context(_STYLE):
        figure, axes = pyplot.subplots(figsize=(7.2, 4.8), layout="constrained")
        colours = matplotlib.colormaps["tab10"].colors
        for index, curve in enumerate(curves):
            rates, qualities = curve.metric(metric)
            if not rates:
                continue
            published = bool(curve.source)
            axes.plot(
                rates,
                qualities,
                label=curve.label,
                color=colours[index % len(colours)],
                linestyle="--" if published else "-",
                marker=None if published else "o",
                markersize=3,
                linewidth=2.2 if index == 0 else 1.2,
                zorder=3 if index == 0 else 2,
            )
        axes.set(xlabel="rate (bits per pixel)", ylabel=METRICS[metric], title=title)
        _show_common_part(axes, curves, metric, max_bpp)
        axes.legend(loc="lower right", fontsize=8)
        buffer = io.BytesIO()
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(buffer, format=kind, dpi=150, metadata=metadata)
        pyplot.close(figure)
    return buffer.getvalue()


def _show_common_part(
    axes: "matplotlib.axes.Axes", curves: Sequence[Curve], metric: str, max_bpp: float | None
) -> None:
    """Limits the axes to the first curve's rates, lest one long curve flatten the rest."""
    shown = [curve.metric(metric) for curve in curves if curve.metric(metric)[0]]
    if not shown:
        return
    limit = max_bpp or 1.05 * max(shown[0][0])
    inside = [q for rates, qualities in shown for r, q in zip(rates, qualities) if r <= limit]
    axes.set_xlim(0.0, limit)
    if inside:
        margin = 0.04 * (max(inside) - min(inside)) + 0.1
        axes.set_ylim(min(inside) - margin, max(inside) + margin)
