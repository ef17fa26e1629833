"""Rate-distortion curves: means over pictures of measured rows, and published anchors."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Sequence

from .bd_rate import PSNR_WINDOW, BdRate, CurveError, bd_rate
from .measure import Row
from .metrics import ms_ssim_db

ANCHOR_FOLDER = Path(__file__).resolve().parents[3] / "corpus" / "anchors"


class AnchorError(ValueError):
    """A published curve that does not exist or a name that fits several."""


@dataclass(frozen=True)
class Point:
    """One setting: bits per pixel, PSNR in dB, MS-SSIM 0..1; None where not known."""

    bpp: float
    psnr: float | None
    ms_ssim: float | None
    quality: int | None = None


@dataclass(frozen=True)
class Curve:
    """Points of one codec in order of rate; `source` is empty for what was measured here."""

    name: str
    label: str
    points: tuple[Point, ...]
    source: str = ""

    def psnr(self) -> tuple[list[float], list[float]]:
        """(bpp, PSNR in dB) of the points that have both."""
        kept = [(p.bpp, p.psnr) for p in self.points if p.psnr is not None]
        return [rate for rate, _ in kept], [quality for _, quality in kept]

    def ms_ssim(self) -> tuple[list[float], list[float]]:
        """(bpp, MS-SSIM in dB) of the points that have both."""
        kept = [(p.bpp, ms_ssim_db(p.ms_ssim)) for p in self.points if p.ms_ssim is not None]
        return [rate for rate, _ in kept], [quality for _, quality in kept]

    def metric(self, name: str) -> tuple[list[float], list[float]]:
        """The curve of metric 'psnr' or 'ms_ssim'."""
        return self.psnr() if name == "psnr" else self.ms_ssim()


def mean_curve(name: str, label: str, rows: Iterable[Row]) -> tuple[Curve, list[str]]:
    """The curve of arithmetic means over pictures at each quality, and remarks on what is missing.

    Mean of bpp, mean of the pictures' PSNR in dB, mean of their linear MS-SSIM, as in the usual
    result files. A quality at which a picture failed is no mean over the same pictures and is
    left out, with a remark.
    """
    by_quality: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_quality[row["quality"]].append(row)
    remarks, points = [], []
    for quality, group in sorted(by_quality.items()):
        failed = [row["picture"] for row in group if row["error"]]
        if failed:
            remarks.append(
                f"{label}: quality {quality} left out of the curve, {len(failed)} of {len(group)} "
                f"pictures failed ({', '.join(sorted(failed)[:3])}{', ...' * (len(failed) > 3)})"
            )
            continue
        similarity = [row["ms_ssim"] for row in group]
        known = None if None in similarity else _mean(similarity)
        points.append(
            Point(
                _mean([r["bpp"] for r in group]), _mean([r["psnr"] for r in group]), known, quality
            )
        )
    points.sort(key=lambda point: point.bpp)
    return Curve(name, label, tuple(points)), remarks


def picture_curve(rows: Iterable[Row]) -> tuple[list[float], list[float]]:
    """(bpp, PSNR in dB) of one picture's good rows."""
    good = sorted((row["bpp"], row["psnr"]) for row in rows if not row["error"])
    return [rate for rate, _ in good], [quality for _, quality in good]


def anchor_names() -> list[str]:
    """The published curves there are, by file name."""
    return sorted(path.stem for path in ANCHOR_FOLDER.glob("*.json"))


def find_anchor(name: str) -> Curve:
    """The published curve of that name, or the one whose name has it as a part (elic).

    Of curves trained for PSNR and for MS-SSIM the former is meant. AnchorError lists candidates.
    """
    names = anchor_names()
    if name not in names:
        fitting = [n for n in names if name.lower() in n.lower() and not n.endswith("_ms-ssim")]
        if len(fitting) != 1:
            what = "fits several" if fitting else "is none of the published curves"
            raise AnchorError(f"'{name}' {what}: {', '.join(fitting or names)}")
        name = fitting[0]
    return read_anchor(ANCHOR_FOLDER / f"{name}.json")


def read_anchor(path: Path) -> Curve:
    """Reads one file of corpus/anchors."""
    data = json.loads(path.read_text(encoding="utf-8"))
    points = tuple(
        Point(p["bpp"], p.get("psnr_rgb"), p.get("ms_ssim"))
        for p in sorted(data["points"], key=lambda p: p["bpp"])
    )
    return Curve(
        data["name"], f"{data.get('label', data['name'])} (published)", points, data["source"]
    )


@dataclass(frozen=True)
class Matrix:
    """BD-rates of every curve (row) against every other (column); None where there is none."""

    metric: str
    curves: tuple[Curve, ...]
    whole: tuple[tuple[BdRate | None, ...], ...]
    window: tuple[tuple[BdRate | None, ...], ...]  # empty for metrics without a fixed window


def bd_matrix(curves: Sequence[Curve], metric: str) -> Matrix:
    """All pairs over the common range and, for PSNR, in the fixed window."""
    kept = tuple(curve for curve in curves if len(curve.metric(metric)[0]) >= 2)

    def table(window: tuple[float, float] | None) -> tuple[tuple[BdRate | None, ...], ...]:
        return tuple(
            tuple(
                try_bd_rate(anchor.metric(metric), test.metric(metric), window) for anchor in kept
            )
            for test in kept
        )

    return Matrix(metric, kept, table(None), table(PSNR_WINDOW) if metric == "psnr" else ())


def try_bd_rate(
    anchor: tuple[Sequence[float], Sequence[float]],
    test: tuple[Sequence[float], Sequence[float]],
    window: tuple[float, float] | None = None,
) -> BdRate | None:
    """bd_rate, or None where the curves allow none."""
    try:
        return bd_rate(anchor, test, window)
    except CurveError:
        return None


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
