"""summary.md: conditions, BD-rate matrices and the speed table of a run."""

from __future__ import annotations

from typing import Sequence

from .bd_rate import BdRate
from .curves import Curve, Matrix, bd_matrix, find_anchor
from .measure import Row
from .results import Results

# Speed is compared where photos are commonly stored.
SPEED_AT_BPP = 0.5


def markdown(results: Results) -> str:
    """The whole summary as Markdown."""
    curves = results.curves()
    every = curves + [find_anchor(name) for name in results.anchors]
    parts = ["# Rate-distortion summary", _conditions(results)]
    psnr = bd_matrix(every, "psnr")
    if len(psnr.curves) > 1:
        parts.append(
            "## BD-rate over PSNR\n\nPercent of rate that the row needs more than the column at "
            "equal mean RGB PSNR; negative is fewer bits.\n\n"
            + matrix_table(psnr.curves, psnr.whole)
            + "\n\nThe same in the window of 28 to 38 dB (cut to the range the two share):\n\n"
            + matrix_table(psnr.curves, psnr.window)
        )
    similarity = bd_matrix(every, "ms_ssim")
    if len(similarity.curves) > 1:
        parts.append(
            "## BD-rate over MS-SSIM\n\n" + matrix_table(similarity.curves, similarity.whole)
        )
    parts.append("## Speed\n\n" + speed_table(results))
    parts.append("## Points\n\n" + points_table(curves))
    failures = failure_lines(results)
    if failures:
        parts.append("## Failures\n\n" + "\n".join(f"- {line}" for line in failures))
    return "\n\n".join(parts) + "\n"


def matrix_table(curves: Sequence[Curve], values: Sequence[Sequence[BdRate | None]]) -> str:
    """A Markdown table of one matrix; an empty cell means that the curves share no range."""
    head = ["codec", *(f"vs {curve.label}" for curve in curves)]
    lines = [
        [curve.label, *(_percent(cell) if i != j else "" for j, cell in enumerate(line))]
        for i, (curve, line) in enumerate(zip(curves, values))
    ]
    return table(head, lines)


def speed_table(results: Results) -> str:
    """Times per codec at its quality nearest SPEED_AT_BPP, with ratios to the first codec."""
    picked = [
        (entry, rows)
        for entry in results.codecs
        if (rows := rows_near(results, entry["name"], SPEED_AT_BPP))
    ]
    if not picked:
        return "Nothing was measured."
    head = [
        "codec",
        "bpp",
        "encode MP/s",
        "encode CPU s",
        "encode MiB",
        "decode MP/s",
        "decode CPU s",
        "decode MiB",
        "decoded to",
        "to PNG MP/s",
        "encode time",
        "decode time",
    ]
    first = picked[0][1]
    lines = [_speed_line(entry, rows, first) for entry, rows in picked]
    jobs = sorted({row["jobs"] for _, rows in picked for row in rows})
    threads = results.conditions.get("threads", 1)
    notes = [
        f"Mean over the pictures at the quality nearest {SPEED_AT_BPP} bpp; MP/s are megapixels "
        "per second of wall time, start of the program and files included; CPU seconds and peak "
        "memory are per picture.",
        "Encoders read a PNG stored without compression (JPEG: PPM). 'decode' writes the "
        "uncompressed kind in 'decoded to'; 'to PNG' writes a compressed PNG, whose deflate "
        "dominates fast codecs.",
        f"The last two columns are ratios of wall time to {picked[0][0]['label']}. "
        f"{threads} thread{'s' * (threads != 1)} where the program has such an option.",
    ]
    if jobs != [1]:
        notes.append(
            f"**{', '.join(map(str, jobs))} jobs ran at once: they disturb each other's times. "
            "Measure speed with --jobs 1.**"
        )
    return table(head, lines) + "\n\n" + " ".join(notes)


def rows_near(results: Results, codec: str, bpp: float) -> list[Row]:
    """The good rows of a codec at the quality whose mean rate is nearest `bpp`."""
    curve = next((c for c in results.curves() if c.name == codec), None)
    if curve is None:
        return []
    nearest = min(curve.points, key=lambda point: abs(point.bpp - bpp))
    return [row for row in results.rows_of(codec) if row["quality"] == nearest.quality]


def _speed_line(entry: dict[str, str], rows: list[Row], first: list[Row]) -> list[str]:
    def ratio(key: str) -> str:
        return f"{_mean(rows, key) / max(_mean(first, key), 1e-9):.2f} x"

    return [
        entry["label"],
        f"{_mean(rows, 'bpp'):.3f}",
        megapixels_per_second(rows, "encode_wall_s"),
        f"{_mean(rows, 'encode_cpu_s'):.3f}",
        f"{_mean(rows, 'encode_peak_mib'):.0f}",
        megapixels_per_second(rows, "raw_wall_s"),
        f"{_mean(rows, 'raw_cpu_s'):.3f}",
        f"{_mean(rows, 'raw_peak_mib'):.0f}",
        entry["raw"],
        "" if entry["raw"] == "PPM only" else megapixels_per_second(rows, "decode_wall_s"),
        ratio("encode_wall_s"),
        ratio("raw_wall_s"),
    ]


def points_table(curves: Sequence[Curve]) -> str:
    """Mean rate, PSNR and MS-SSIM of every codec and quality."""
    lines = [
        [
            curve.label,
            str(point.quality),
            f"{point.bpp:.4f}",
            "" if point.psnr is None else f"{point.psnr:.3f}",
            "" if point.ms_ssim is None else f"{point.ms_ssim:.5f}",
        ]
        for curve in curves
        for point in curve.points
    ]
    return table(["codec", "quality", "bpp", "PSNR dB", "MS-SSIM"], lines)


def failure_lines(results: Results) -> list[str]:
    """One line for every failed row, then what the curves left out."""
    failed = [
        f"{row['codec']} quality {row['quality']}, {row['picture']}: {row['error']}"
        for row in results.rows
        if row["error"]
    ]
    return failed + results.curve_remarks()


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table, all columns but the first to the right."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, rule, *lines])


def _conditions(results: Results) -> str:
    lines = [f"- {key}: {value}" for key, value in results.conditions.items()]
    lines += [f"- {entry['label']}: {entry['version']}" for entry in results.codecs]
    lines += [f"- {c.label}: {c.source}" for c in map(find_anchor, results.anchors)]
    lines += [f"- {remark}" for remark in results.remarks]
    return "\n".join(lines)


def _percent(value: BdRate | None) -> str:
    return "" if value is None else f"{value.percent:+.1f}"


def _mean(rows: Sequence[Row], key: str) -> float:
    return sum(row[key] for row in rows) / len(rows)


def megapixels_per_second(rows: Sequence[Row], key: str) -> str:
    """Pixels of all rows over the seconds under `key`, as text."""
    pixels = sum(row["width"] * row["height"] for row in rows)
    seconds = sum(row[key] for row in rows)
    return f"{pixels / 1e6 / max(seconds, 1e-9):.2f}"
