"""Picks what the report shows side by side: one crop, two codecs, equal bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterable

import numpy as np

from .bd_rate import CurveError, quality_at
from .cache import Cache
from .codecs import Installed
from .curves import picture_curve
from .measure import Job, Outcome, RunError, decode_stream, job_for, run_job
from .pictures import Picture
from .results import Results

# Low enough for differences to be seen, high enough for a use somebody has.
COMPARE_AT_BPP = 0.3
CROP_SIDE = 256


@dataclass(frozen=True)
class Candidate:
    """A picture and two codecs, with the PSNR lead in dB of the first at equal bytes."""

    picture: str
    first: str
    second: str
    quality: int  # of the first codec
    lead_db: float


@dataclass(frozen=True)
class Side:
    """One codec's part in a comparison."""

    label: str
    quality: int
    size_bytes: int
    psnr: float
    crop: np.ndarray


@dataclass(frozen=True)
class Comparison:
    """Crops uint8 [h, w, 3] of the original and of two decodes of nearly the same size."""

    picture: str
    top: int
    left: int
    original: np.ndarray
    first: Side
    second: Side


def candidates(results: Results) -> list[Candidate]:
    """The first codec against each other one on each picture, largest differences first.

    The first codec's quality is the one nearest COMPARE_AT_BPP whose rate the other one reaches.
    """
    names = [curve.name for curve in results.curves()]
    found = []
    for picture in results.pictures():
        for other in names[1:]:
            curve = picture_curve(results.rows_of(other, picture))
            rows = [row for row in results.rows_of(names[0], picture) if not row["error"]]
            rows.sort(key=lambda row: abs(row["bpp"] - COMPARE_AT_BPP))
            for row in rows:
                try:
                    lead = row["psnr"] - quality_at(curve, row["bpp"])
                except CurveError:
                    continue
                found.append(Candidate(picture, names[0], other, row["quality"], lead))
                break
    return sorted(found, key=lambda candidate: -abs(candidate.lead_db))


def compare(
    wanted: Iterable[Candidate],
    results: Results,
    installed: dict[str, Installed],
    picture_of: Callable[[str], Picture],
    cache: Cache,
    options: dict,
) -> list[Comparison]:
    """Carries comparisons out; those whose programs fail are left out.

    `options` are the further fields of the jobs of this run, so that its cached rows are found.
    """
    comparisons = []
    for candidate in wanted:
        picture = picture_of(candidate.picture)
        sha256, png = picture.sha256(), picture.png()

        def measured(codec: str, quality: int) -> Outcome:
            job = job_for(installed[codec], picture, sha256, quality, **options)
            return _cached(job, png, cache)

        try:
            first = measured(candidate.first, candidate.quality)
            target = first.row["bytes"]
            second = nearest_in_bytes(lambda q: measured(candidate.second, q), target)
            comparisons.append(_comparison(candidate, results, installed, picture, first, second))
        except RunError:
            continue
    return comparisons


def nearest_in_bytes(measured: Callable[[int], Outcome], target: int) -> Outcome:
    """The outcome, over qualities 0..100, whose size is nearest `target` bytes, by bisection."""
    low, high = 0, 100
    tried: dict[int, Outcome] = {}

    def size(quality: int) -> int:
        if quality not in tried:
            tried[quality] = measured(quality)
        outcome = tried[quality]
        if outcome.row["error"]:
            raise RunError(outcome.row["error"])
        return outcome.row["bytes"]

    while high - low > 1:
        middle = (low + high) // 2
        if size(middle) < target:
            low = middle
        else:
            high = middle
    size(low), size(high)
    return min(tried.values(), key=lambda outcome: abs(outcome.row["bytes"] - target))


def most_different_crop(
    original: np.ndarray, first: np.ndarray, second: np.ndarray, side: int = CROP_SIDE
) -> tuple[int, int]:
    """(top, left) of the square in which the squared errors of two decodes differ most."""
    reference = original.astype(np.float64)
    errors = [((decoded - reference) ** 2).sum(axis=2) for decoded in (first, second)]
    difference = errors[0] - errors[1]
    height, width = (min(side, extent) for extent in difference.shape)
    sums = np.zeros((difference.shape[0] + 1, difference.shape[1] + 1))
    sums[1:, 1:] = difference.cumsum(axis=0).cumsum(axis=1)
    boxes = np.abs(
        sums[height:, width:]
        - sums[:-height, width:]
        - sums[height:, :-width]
        + sums[:-height, :-width]
    )
    top, left = np.unravel_index(int(np.argmax(boxes)), boxes.shape)
    return int(top), int(left)


def _cached(job: Job, png: bytes, cache: Cache) -> Outcome:
    outcome = cache.load(job)
    if outcome is None:
        outcome = run_job(job, png)
        cache.store(job, outcome)
    if outcome.row["error"]:
        raise RunError(outcome.row["error"])
    return outcome


def _comparison(
    candidate: Candidate,
    results: Results,
    installed: dict[str, Installed],
    picture: Picture,
    first: Outcome,
    second: Outcome,
) -> Comparison:
    decoded = [
        decode_stream(installed[name].codec, outcome.stream or b"")
        for name, outcome in ((candidate.first, first), (candidate.second, second))
    ]
    top, left = most_different_crop(picture.samples, *decoded)
    window = np.s_[top : top + CROP_SIDE, left : left + CROP_SIDE]
    sides = [
        Side(
            results.label(name),
            outcome.row["quality"],
            outcome.row["bytes"],
            outcome.row["psnr"],
            pixels[window],
        )
        for name, outcome, pixels in zip(
            (candidate.first, candidate.second), (first, second), decoded
        )
    ]
    return Comparison(candidate.picture, top, left, picture.samples[window], *sides)
