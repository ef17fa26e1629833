#!/usr/bin/env python3
"""Rate-distortion evaluation of vaecomp against the codecs installed on this machine.

    tools/python tools/eval/rd_eval.py --images DIR --out RESULTS        measure, tabulate, plot
    tools/python tools/eval/rd_eval.py --check corpus/rd_baseline.json   the regression gate
    tools/python tools/eval/rd_eval.py --readme RESULTS                  the README's table and plot
    tools/python tools/eval/rd_eval.py --bd-rate vtm bpg                 BD-rate of two curves

tools/eval/README.md explains what is measured and how.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from dataclasses import replace
from pathlib import Path

_MODULES = {"numpy": "numpy", "PIL": "pil", "matplotlib": "matplotlib", "tqdm": "tqdm"}
_missing = [package for module, package in _MODULES.items() if not importlib.util.find_spec(module)]
if _missing:
    _packages = " ".join(f"python3-{package}" for package in _missing)
    sys.exit(
        f"rd_eval.py: {sys.executable} lacks modules: apt install {_packages}, and run this with "
        "tools/python, which finds the right python3"
    )

_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))

from rdeval import cluster, codecs, curves, evaluate, pictures  # noqa: E402
from rdeval import readme, regression, results, summary  # noqa: E402
from rdeval.bd_rate import PSNR_WINDOW, CurveError, bd_rate  # noqa: E402
from rdeval.cache import Cache  # noqa: E402
from rdeval.schedule import LocalScheduler, Scheduler, run_all  # noqa: E402

_QUICK_PICTURES, _QUICK_QUALITIES, _QUICK_CROP = 3, 4, 256


class UsageError(ValueError):
    """A command line that makes no sense; the text says why."""


def main(arguments: list[str] | None = None) -> int:
    """0: done and nothing failed; 1: a failed encode, or the gate is closed; 2: cannot start."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        if options.list:
            return _list(options)
        if options.check:
            return _check(options)
        if options.readme:
            return _readme(options)
        if options.bd_rate:
            return _bd_rate(*options.bd_rate)
        if not options.images:
            parser.error("nothing to do: give --images, --check, --readme, --bd-rate or --list")
        return _evaluate(options)
    except (
        UsageError,
        codecs.CodecError,
        cluster.ClusterError,
        curves.AnchorError,
        pictures.PictureError,
        regression.BaselineError,
        results.ResultsError,
        OSError,
    ) as error:
        print(f"rd_eval.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nrd_eval.py: interrupted; the same command again resumes", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_argument_group("what to do")
    what.add_argument("--images", nargs="+", metavar="DIR|FILE", help="pictures to measure on")
    what.add_argument("--check", type=Path, metavar="BASELINE", help="run the regression gate")
    what.add_argument("--write-baseline", action="store_true",
                      help="with --check: write the file from today's program instead")  # fmt: skip
    what.add_argument("--readme", type=Path, metavar="RESULTS",
                      help="write docs/rd_kodak.md, docs/images/rd_kodak.svg and the block of "
                      "README.md from a results folder")  # fmt: skip
    what.add_argument("--bd-rate", nargs=2, metavar=("ANCHOR", "TEST"),
                      help="of two curves, each a published one or RESULTS:CODEC")  # fmt: skip
    what.add_argument("--list", action="store_true", help="codecs (and versions) and anchors")

    run = parser.add_argument_group("the run")
    run.add_argument("--out", type=Path, default=Path("rd_results"), help="folder of the results")
    run.add_argument("--codecs", help="comma-separated, or 'all' (default: one entry per codec)")
    run.add_argument("--qualities", action="append", metavar="[CODEC:]Q,Q,...", default=[],
                     help="0..100, for all codecs or for one; may be repeated")  # fmt: skip
    run.add_argument("--quick", action="store_true",
                     help=f"first {_QUICK_PICTURES} pictures, {_QUICK_QUALITIES} qualities, "
                     f"crops of {_QUICK_CROP} pixels")  # fmt: skip
    run.add_argument("--crop", type=_positive, metavar="N", help="use the middle NxN pixels only")
    run.add_argument("--anchors", metavar="NAMES", default="",
                     help="published Kodak curves to draw, as in vtm,bpg,av1,elic")  # fmt: skip
    run.add_argument("--jobs", type=_positive, default=1, metavar="N",
                     help="measure N at once (disturbs times; default 1)")  # fmt: skip
    run.add_argument("--scheduler", metavar="ADDRESS", help="run on this Dask cluster")
    run.add_argument("--cache", type=Path, help="where rows are kept (default: OUT/cache)")

    codec = parser.add_argument_group("the programs")
    codec.add_argument("--vaecomp", metavar="PATH", help="default: $VAECOMP, build/*/vaecomp, PATH")
    codec.add_argument("--vaecomp-args", default="", metavar="'ARGS'",
                       help="more arguments for vaecomp encode and decode")  # fmt: skip
    codec.add_argument("--threads", type=_positive, default=1, help="per program (default 1)")
    codec.add_argument("--repeat", type=_positive, default=1, help="runs of which the best counts")
    codec.add_argument("--timeout", type=float, default=600.0, metavar="S", help="per program run")

    shown = parser.add_argument_group("the report")
    shown.add_argument("--title", default="Rate-distortion report")
    shown.add_argument("--max-bpp", type=float, help="right end of the plots")
    shown.add_argument("--compares", type=int, default=12, help="pairs shown side by side")
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not positive")
    return value


def _evaluate(options: argparse.Namespace) -> int:
    sources = pictures.find(options.images)
    if options.quick:
        sources = sources[:_QUICK_PICTURES]
    installed, remarks = _installed(options)
    for name in _anchors(options):
        curves.find_anchor(name)
    plan = evaluate.Plan(
        codecs=installed,
        sources=sources,
        qualities=_qualities(options),
        out=options.out,
        anchors=_anchors(options),
        crop=options.crop or (_QUICK_CROP if options.quick else None),
        threads=options.threads,
        repeat=options.repeat,
        timeout_s=options.timeout,
        jobs=options.jobs,
        compares=max(0, options.compares),
        max_bpp=options.max_bpp,
        title=options.title,
        where=f"Dask cluster {options.scheduler}" if options.scheduler else "this machine",
        remarks=remarks,
    )
    cache = Cache(options.cache or options.out / "cache")
    scheduler: Scheduler
    if options.scheduler:
        scheduler = cluster.DaskScheduler(options.scheduler)
        try:
            found = evaluate.run(plan, scheduler, cache)
        finally:
            scheduler.close()
    else:
        found = evaluate.run(plan, LocalScheduler(options.jobs), cache)
    failures = summary.failure_lines(found)
    for line in failures[:10]:
        print(f"rd_eval.py: {line}", file=sys.stderr)
    print(f"{options.out}/report.html, summary.md, results.csv, results.json, rd_*.svg, rd_*.png")
    return 1 if failures else 0


def _installed(options: argparse.Namespace) -> tuple[list[codecs.Installed], list[str]]:
    """The codecs asked for that are here; those that are not are told on stderr and remarked."""
    installed, remarks = [], []
    for codec in codecs.choose(options.codecs):
        if codec.name.startswith("vaecomp"):
            codec = replace(codec, extra=tuple(options.vaecomp_args.split()))
        found = codecs.locate(codec, options.vaecomp)
        if isinstance(found, str):
            remarks.append(f"skipped {found}")
            print(f"rd_eval.py: skipped {found}", file=sys.stderr)
        else:
            installed.append(found)
    if not installed:
        raise UsageError("no codec of those asked for is installed")
    return installed, remarks


def _qualities(options: argparse.Namespace):
    """A function from codec to its qualities: as given for it, as given for all, its default."""
    given: dict[str, tuple[int, ...]] = {}
    for text in options.qualities:
        name, colon, values = text.rpartition(":")
        if colon:
            codecs.codec_named(name)
        try:
            numbers = tuple(sorted({int(value) for value in values.split(",")}))
        except ValueError:
            numbers = ()
        if not numbers or numbers[0] < 0 or numbers[-1] > 100:
            raise UsageError(f"--qualities {text}: wants numbers 0..100, as in jpeg:20,50,80")
        given[name] = numbers

    def of(codec: codecs.Codec) -> tuple[int, ...]:
        chosen = given.get(codec.name) or given.get("")
        if chosen:
            return chosen
        if options.quick:
            last = len(codec.qualities) - 1
            steps = range(_QUICK_QUALITIES)
            return tuple(
                codec.qualities[1 + (last - 2) * i // (_QUICK_QUALITIES - 1)] for i in steps
            )
        return codec.qualities

    return of


def _anchors(options: argparse.Namespace) -> list[str]:
    return [name.strip() for name in options.anchors.split(",") if name.strip()]


def _list(options: argparse.Namespace) -> int:
    for codec in codecs.CODECS:
        found = codecs.locate(codec, options.vaecomp)
        print(f"not here: {found}" if isinstance(found, str) else f"{codec.name}: {found.version}")
    print("anchors:", " ".join(curves.anchor_names()))
    return 0


def _check(options: argparse.Namespace) -> int:
    codec = replace(codecs.codec_named("vaecomp"), extra=tuple(options.vaecomp_args.split()))
    found = codecs.locate(codec, options.vaecomp)
    if isinstance(found, str):
        raise UsageError(found)
    # Before any work, so that a missing baseline is known at once.
    baseline = None if options.write_baseline else regression.read_baseline(options.check)
    tasks = regression.gate_tasks(found, regression.gate_pictures())
    cache = Cache(options.cache) if options.cache else None
    scheduler = LocalScheduler(options.jobs)
    if cache is None:
        rows = [outcome.row for _, outcome in scheduler.run(tasks)]
    else:
        rows = [outcome.row for outcome in run_all(tasks, scheduler, cache)]
    if baseline is None:
        document = regression.make_baseline(rows, found.version)
        regression.write_baseline(document, options.check)
        left_out = "".join(f"; left out {k}: {v}" for k, v in document["left_out"].items())
        print(f"{options.check}: {len(document['pictures'])} pictures{left_out}")
        return 0
    verdict = regression.check(baseline, rows)
    print("\n".join(verdict.lines))
    return 0 if verdict.passed else 1


def _readme(options: argparse.Namespace) -> int:
    found = results.read(options.readme)
    if not found.curves():
        raise UsageError(f"{options.readme}: no measured curve")
    for path in readme.write(found, _ROOT, options.max_bpp or 2.0):
        print(os.path.relpath(path))
    return 0


def _bd_rate(anchor_name: str, test_name: str) -> int:
    anchor, test = _named_curve(anchor_name), _named_curve(test_name)
    print(f"{test.label} against {anchor.label}")
    for metric, unit in (("psnr", "dB PSNR"), ("ms_ssim", "dB MS-SSIM")):
        for window in (None, PSNR_WINDOW) if metric == "psnr" else (None,):
            try:
                value = bd_rate(anchor.metric(metric), test.metric(metric), window)
                print(f"{value.percent:+.2f} % over {value.low:.2f}..{value.high:.2f} {unit}")
            except CurveError as error:
                print(f"none over {unit}: {error}")
    return 0


def _named_curve(name: str) -> curves.Curve:
    """A published curve, or one measured earlier as FOLDER:CODEC."""
    folder, colon, codec = name.rpartition(":")
    if not colon:
        return curves.find_anchor(name)
    for curve in results.read(Path(folder)).curves():
        if curve.name == codec:
            return curve
    raise UsageError(f"{folder}: no curve of codec '{codec}'")


if __name__ == "__main__":
    sys.exit(main())
