"""A whole run: which jobs there are, carrying them out with a progress bar, writing the folder."""

from __future__ import annotations

import datetime
import json
import os
import platform
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Sequence

from tqdm import tqdm

from . import compare, plots, report, results, summary
from .cache import Cache
from .codecs import Codec, Installed
from .curves import find_anchor
from .measure import Job, Outcome, job_for
from .pictures import Picture, centre_crop, load
from .schedule import Scheduler, Task, run_all

_MANIFEST = Path(__file__).resolve().parents[3] / "corpus" / "manifest.json"


@dataclass(frozen=True)
class Plan:
    """What to measure, and how."""

    codecs: Sequence[Installed]
    sources: Sequence[tuple[str, Path]]  # (name, file) of the pictures
    qualities: Callable[[Codec], Sequence[int]]
    out: Path
    anchors: Sequence[str] = ()
    crop: int | None = None
    threads: int = 1
    repeat: int = 1
    timeout_s: float = 600.0
    jobs: int = 1
    compares: int = 12
    max_bpp: float | None = None
    title: str = "Rate-distortion report"
    where: str = "this machine"
    remarks: list[str] = field(default_factory=list)

    def job_options(self) -> dict:
        """The fields of Job that are the same for every job of the run."""
        return {
            "threads": self.threads,
            "repeat": self.repeat,
            "timeout_s": self.timeout_s,
            "jobs": self.jobs,
        }

    def picture(self, name: str) -> Picture:
        """Reads a picture of the plan, cropped as the plan says."""
        picture = load(dict(self.sources)[name], name)
        return centre_crop(picture, self.crop) if self.crop else picture


def run(plan: Plan, scheduler: Scheduler, cache: Cache) -> results.Results:
    """Carries the plan out and writes results, summary, plots and report into its folder."""
    plan.out.mkdir(parents=True, exist_ok=True)
    tasks, remarks = _tasks(plan)
    outcomes = _run_with_progress(tasks, scheduler, cache)
    found = results.Results(
        rows=[outcome.row for outcome in outcomes],
        codecs=[
            {
                "name": i.codec.name,
                "label": i.codec.label,
                "version": i.version,
                "raw": _raw_kind(i.codec),
            }
            for i in plan.codecs
        ],
        anchors=[find_anchor(name).name for name in plan.anchors],
        remarks=[*plan.remarks, *remarks, *_anchor_remarks(plan, tasks)],
        conditions=_conditions(plan, tasks),
    )
    results.write(found, plan.out)
    (plan.out / "summary.md").write_text(summary.markdown(found), encoding="utf-8")
    write_plots(found, plan.out, plan.max_bpp)
    chosen = compare.candidates(found)[: plan.compares]
    comparisons = compare.compare(
        tqdm(chosen, desc="side by side", unit="pair", leave=False, disable=not chosen),
        found,
        {installed.codec.name: installed for installed in plan.codecs},
        plan.picture,
        cache,
        plan.job_options(),
    )
    page = report.page(found, comparisons, plan.max_bpp)
    (plan.out / "report.html").write_text(page, encoding="utf-8")
    return found


def write_plots(found: results.Results, folder: Path, max_bpp: float | None) -> None:
    """rd_psnr and rd_ms_ssim, each as SVG and PNG."""
    curves = found.curves() + [find_anchor(name) for name in found.anchors]
    title = str(found.conditions.get("title", ""))
    for metric in plots.METRICS:
        if any(curve.metric(metric)[0] for curve in curves):
            plots.save(curves, metric, title, folder / f"rd_{metric}", max_bpp)


def _tasks(plan: Plan) -> tuple[list[Task], list[str]]:
    """Jobs of all pictures, codecs and qualities; pictures are read again only when sent."""
    tasks: list[Task] = []
    remarks = []
    for name, _ in plan.sources:
        picture = plan.picture(name)
        notes = [note for note in picture.note.split(", ") if note and not note.startswith("crop")]
        if notes:
            remarks.append(f"{name}: {', '.join(notes)}")
        sha256 = picture.sha256()
        for installed in plan.codecs:
            for quality in plan.qualities(installed.codec):
                job = job_for(installed, picture, sha256, quality, **plan.job_options())
                tasks.append((job, lambda name=name: plan.picture(name).png()))
    return tasks, remarks


def _run_with_progress(tasks: list[Task], scheduler: Scheduler, cache: Cache) -> list[Outcome]:
    failed = 0
    with tqdm(total=len(tasks), unit="job", smoothing=0.05, file=sys.stderr) as bar:

        def on_done(job: Job, outcome: Outcome, cached: bool) -> None:
            nonlocal failed
            failed += bool(outcome.row["error"])
            bar.set_postfix_str(f"{job.codec.name} {job.picture}, {failed} failed", refresh=False)
            bar.update()
            if cached:
                # Rows from the cache cost nothing: counting them would promise too early an end.
                bar.initial += 1

        return run_all(tasks, scheduler, cache, on_done)


def _raw_kind(codec: Codec) -> str:
    if not codec.decode_raw:
        return "PPM only"
    kind = codec.raw_suffix.lstrip(".").upper()
    return "PNG, stored" if kind == "PNG" else kind


def _anchor_remarks(plan: Plan, tasks: list[Task]) -> list[str]:
    if not plan.anchors:
        return []
    manifest = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    kodak = {file["samples_sha256"] for file in manifest["photo_sets"]["kodak"]["files"]}
    if {job.picture_sha256 for job, _ in tasks} == kodak:
        return []
    return [
        "The published curves are means over the 24 Kodak pictures, and this run has other "
        "pictures: its BD-rates against them mean nothing."
    ]


def _conditions(plan: Plan, tasks: list[Task]) -> dict[str, object]:
    pixels = sum({job.picture: job.width * job.height for job, _ in tasks}.values())
    return {
        "title": plan.title,
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "pictures": f"{len(plan.sources)} ({pixels / 1e6:.2f} megapixels)",
        "crop": f"middle {plan.crop}x{plan.crop} pixels" if plan.crop else "none",
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "run on": plan.where,
        "threads": plan.threads,
        "jobs at once": plan.jobs,
        "best time of": plan.repeat,
    }


def _processor() -> str:
    try:
        for line in (
            Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
        ):
            if line.startswith("model name"):
                return " ".join(line.split(":", 1)[1].split())
    except OSError:
        return platform.processor() or platform.machine()
    return platform.processor() or platform.machine()
