"""The regression gate: BD-rate of today's vaecomp against a stored baseline, on synthetic pictures.

The baseline (corpus/rd_baseline.json) holds bytes and PSNR of every picture at three qualities. It
changes only in a commit that says why.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Sequence

from .bd_rate import CurveError, bd_rate
from .codecs import Installed
from .measure import Job, Row, job_for
from .pictures import Picture, crop, load

FORMAT = 1
QUALITIES = (20, 50, 80)

# The gate: the mean over pictures must not lose more than this, and no picture ten times as much.
MEAN_LIMIT_PERCENT = 0.3
PICTURE_LIMIT_PERCENT = 3.0

# Odd sizes from odd places, so that padding and the edges count: (scene, top, left, height, width).
_CROPS = (
    ("landscape", 29, 37, 101, 133),
    ("text", 11, 3, 143, 97),
    ("screen", 70, 101, 65, 200),
    ("fractal", 50, 90, 77, 79),
)

# Parts of corpus/screens: a page with photographs, shades and text, coloured areas, text alone.
_SCREEN_CROPS = (
    ("web-page", 60, 20, 200, 301),
    ("slide", 120, 80, 203, 240),
    ("map", 100, 150, 180, 211),
    ("terminal", 33, 7, 130, 250),
)


class BaselineError(ValueError):
    """A baseline that cannot be used; the text says why."""


@dataclass(frozen=True)
class Verdict:
    """BD-rate per picture in percent, or the reason why there is none; and the lines to print."""

    passed: bool
    lines: tuple[str, ...]


def gate_pictures() -> list[Picture]:
    """The pictures of the gate: the RGB scenes of the corpus, drawn anew, crops of them and of the
    screens."""
    corpus = Path(__file__).resolve().parents[3] / "corpus"
    sys.path.insert(0, str(corpus))
    try:
        from synthetic.scenes import SCENES
    finally:
        sys.path.pop(0)
    whole = {s.name: Picture(s.name, s.draw()) for s in SCENES if s.rate_distortion}
    parts = [
        Picture(f"{name}-crop", crop(whole[name], top, left, height, width).samples)
        for name, top, left, height, width in _CROPS
    ]
    screens = [
        Picture(f"{name}-screen", crop(load(corpus / "screens" / f"{name}.png"), *place).samples)
        for name, *place in _SCREEN_CROPS
    ]
    return [*whole.values(), *parts, *screens]


def gate_tasks(
    installed: Installed, pictures: Sequence[Picture]
) -> list[tuple[Job, Callable[[], bytes]]]:
    """Every picture at every quality of the gate."""
    return [
        (job_for(installed, picture, picture.sha256(), quality), picture.png)
        for picture in pictures
        for quality in QUALITIES
    ]


def make_baseline(rows: Sequence[Row], version: str) -> dict[str, Any]:
    """The baseline document of a run; BaselineError where something failed to encode.

    A picture whose PSNR does not rise with its bytes is listed as left out, with the reason, and the
    gate does not use it.
    """
    failed = [f"{r['picture']} at {r['quality']}: {r['error']}" for r in rows if r["error"]]
    if failed:
        raise BaselineError("no baseline from failed encodes: " + "; ".join(failed))
    pictures: dict[str, Any] = {}
    left_out: dict[str, str] = {}
    for name, points in _points(rows).items():
        bad = sum(not _rises(before, after) for before, after in zip(points, points[1:]))
        if bad:
            left_out[name] = f"{bad} of {len(points)} points bring no quality"
        else:
            sha256 = next(r["picture_sha256"] for r in rows if r["picture"] == name)
            pictures[name] = {"samples_sha256": sha256, "points": points}
    return {
        "format": FORMAT,
        "version": version,
        "mean_limit_percent": MEAN_LIMIT_PERCENT,
        "picture_limit_percent": PICTURE_LIMIT_PERCENT,
        "point": "quality, bytes, PSNR in dB",
        "pictures": pictures,
        "left_out": left_out,
    }


def _rises(before: Sequence[float], after: Sequence[float]) -> bool:
    """Are both bytes and PSNR of the second point higher, or both the same, as of exact pictures?"""
    rises = after[1] > before[1] and after[2] > before[2]
    return rises or list(after[1:]) == list(before[1:])


def rate_change(stored: Sequence[Sequence[float]], now: Sequence[Sequence[float]]) -> float:
    """BD-rate in percent; where there is no curve, because the picture is exact at some qualities,
    the mean change of the bytes, if no quality has lost PSNR. Raises CurveError."""
    try:
        return bd_rate(_curve(stored), _curve(now)).percent
    except CurveError:
        same = [a[0] for a in stored] == [b[0] for b in now]
        if not same or any(b[2] < a[2] - 0.01 for a, b in zip(stored, now)):
            raise
        changes = [math.log(b[1] / a[1]) for a, b in zip(stored, now)]
        return 100.0 * math.expm1(sum(changes) / len(changes))


def write_baseline(document: dict[str, Any], path: Path) -> None:
    """One line per picture, so that a change shows which ones moved."""
    head = {key: value for key, value in document.items() if key != "pictures"}
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    pictures = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in document["pictures"].items()]
    lines.append(' "pictures": {\n' + ",\n".join(pictures) + "\n }")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def read_baseline(path: Path) -> dict[str, Any]:
    """Reads a baseline; BaselineError where there is none to be used."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise BaselineError(f"{path}: {error} (make it with --write-baseline)") from error
    if document.get("format") != FORMAT or not document.get("pictures"):
        raise BaselineError(f"{path}: not a baseline of this version, or an empty one")
    return document


def check(baseline: dict[str, Any], rows: Sequence[Row]) -> Verdict:
    """Compares a run with the baseline, picture by picture."""
    now = _points(row for row in rows if not row["error"])
    hashes = {row["picture"]: row["picture_sha256"] for row in rows}
    errors = [f"{r['picture']} at {r['quality']}: {r['error']}" for r in rows if r["error"]]
    lines, losses = [f"FAILED  {error}" for error in errors], []
    worst_limit = baseline["picture_limit_percent"]
    passed = not errors
    for name, stored in baseline["pictures"].items():
        if hashes.get(name) != stored["samples_sha256"]:
            lines.append(f"FAILED  {name}: not the picture of the baseline; renew the baseline")
            passed = False
            continue
        try:
            loss = rate_change(stored["points"], now.get(name, []))
        except CurveError as error:
            lines.append(f"FAILED  {name}: {error}")
            passed = False
            continue
        losses.append(loss)
        too_much = loss > worst_limit
        passed = passed and not too_much
        lines.append(f"{'FAILED' if too_much else 'ok    '}  {name}: {loss:+.3f} %")
    mean = sum(losses) / len(losses) if losses else float("inf")
    limit = baseline["mean_limit_percent"]
    passed = passed and mean <= limit
    lines.append(
        f"{'ok    ' if mean <= limit else 'FAILED'}  mean BD-rate against "
        f"'{baseline['version']}': {mean:+.3f} % (limit {limit:+g} %, a picture {worst_limit:+g} %)"
    )
    return Verdict(passed, tuple(lines))


def _points(rows: Any) -> dict[str, list[list[float]]]:
    """[quality, bytes, PSNR] of each picture in order of quality."""
    points: dict[str, list[list[float]]] = {}
    for row in rows:
        point = [row["quality"], row["bytes"], round(row["psnr"], 6)]
        points.setdefault(row["picture"], []).append(point)
    return {name: sorted(values) for name, values in points.items()}


def _curve(points: Sequence[Sequence[float]]) -> tuple[list[float], list[float]]:
    return [size for _, size, _ in points], [psnr for _, _, psnr in points]
