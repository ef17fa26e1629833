"""`python3 -m vaecomp_train.replay IDEA --program P --model M.vaem --photos DIR --kept DIR`."""

import argparse
import functools
import operator
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..data import picture_files
from . import colours, hyper, scales, trellis_codes, wiener
from .capture import Capture, Program, captures, open_program
from .curves import bd_rate, psnr, rate_gain
from .moments import Moments, moments
from .prices import PriceTable


def _row(name: str, numbers: Iterable[float], places: int = 2) -> None:
    print(f"{name:40}", *(f"{number:8.{places}f}" for number in numbers), flush=True)


def _by_picture(args: argparse.Namespace, program: Program) -> Iterable[list[Capture]]:
    for picture in picture_files(args.photos):
        yield list(captures(program, [picture], args.qualities, args.kept))


def _turn(args: argparse.Namespace, program: Program) -> None:
    """Percent of the rate by quality, then BD-rate, of turned colours."""
    with tempfile.TemporaryDirectory() as folder:
        for picture in picture_files(args.photos):
            found = colours.curves(program, picture, args.qualities, Path(folder) / "a.vaec")
            for name, (near, bd) in colours.gains(found).items():
                _row(f"{picture.parent.name}/{picture.stem} {name}", [*near, bd])


def _filter(args: argparse.Namespace, program: Program) -> None:
    """Percent of the rate by quality, then BD-rate, of a filter for each picture; bytes of it."""
    for taken in _by_picture(args, program):
        chosen = [wiener.best_filter(each) for each in taken]
        curve = [(each.size, each.squared_error()) for each in taken]
        points = [(each.size + own.bits() / 8, each.squared_error(own(each.samples)))
                  for each, own in zip(taken, chosen)]
        near = [rate_gain(curve, point, k) for k, point in enumerate(points)]
        _row(f"{taken[0].name} %", [*near, bd_rate(points, curve)])
        _row(f"{taken[0].name} dB", psnr(np.array(points)[:, 1]) - psnr(np.array(curve)[:, 1]), 3)
        _row(f"{taken[0].name} bytes", [own.bits() / 8 for own in chosen], 0)


def _fixed(args: argparse.Namespace, program: Program) -> None:
    """dB by quality, mean over the photos, of filters solved for the photos of --training together."""
    for count in wiener.THRESHOLDS:
        gains = []
        for quality in args.qualities:
            def taken(photos: list[Path], quality: int = quality) -> Iterable[Moments]:
                files = picture_files(photos)
                return (moments(each) for each in captures(program, files, [quality], args.kept))

            together = functools.reduce(operator.add, (m.level() for m in taken(args.training)))
            own = wiener.fitted(together, count)
            gains.append(np.mean([-10 * np.log10(1 - wiener.taken_away(own, m.level()))
                                  for m in taken(args.photos)]))
        _row(f"{count} classes", gains, 3)


def _scales(args: argparse.Namespace, program: Program) -> None:
    """Percent of the latents' bits, by quality, all photos together."""
    prices, steps = PriceTable(program.model), program.model.tensors["prior.steps"]
    ideas = {
        "offsets by channel, sent": lambda each: scales.channel_offsets(each, prices),
        "offsets by channel, backwards": lambda each: scales.backwards(each, prices, steps),
        "tables of the picture, for nothing": lambda each: scales.own_tables(each, prices),
    }
    bits = np.zeros((len(ideas) + 1, len(args.qualities)))
    for taken in _by_picture(args, program):
        for k, each in enumerate(taken):
            bits[:, k] += [scales.plain(each, prices), *(idea(each) for idea in ideas.values())]
    for name, own in zip(ideas, bits[1:]):
        _row(name, 100 * (own / bits[0] - 1))


def _hyper(args: argparse.Namespace, program: Program) -> None:
    """Percent that hyper latents have of the files, by quality, and of that, what context saves."""
    prices = PriceTable(program.model, trellis=False)
    indices = program.model.tensors["prior.hyper_scale_index"].astype(int)
    bits = np.zeros((3, len(args.qualities)))
    for taken in _by_picture(args, program):
        for k, each in enumerate(taken):
            own = indices[each.quality]
            bits[:, k] += [8 * each.size, hyper.hyper_bits(each, prices, own),
                           hyper.hyper_bits(each, prices, own, 0.4, 0.8)]
    _row("share of the file", 100 * bits[1] / bits[0])
    _row("with neighbours, of that", 100 * (bits[2] / bits[1] - 1))


def _trellis(args: argparse.Namespace, program: Program) -> None:
    """Percent of the bits at equal squared error by quality, against 32 states."""
    prices = PriceTable(program.model)
    plain = trellis_codes.CODES[2]
    for code in trellis_codes.CODES:
        gains = []
        for quality in args.qualities:
            taken = list(captures(program, picture_files(args.photos), [quality], args.kept))
            source = trellis_codes.drawn(taken, 400, 100)
            gains.append(trellis_codes.gain(source, prices, code, plain))
        _row(f"{code.states} states, {code.feedback}, {code.entry}", gains)


IDEAS = {"turn": _turn, "filter": _filter, "fixed": _fixed, "scales": _scales, "hyper": _hyper,
         "trellis": _trellis}


def main(arguments: list[str] | None = None) -> None:
    """A command; what it prints is said with each idea above."""
    parser = argparse.ArgumentParser(prog="python3 -m vaecomp_train.replay", description=__doc__)
    parser.add_argument("idea", choices=IDEAS)
    parser.add_argument("--program", type=Path, required=True, help="vaecomp")
    parser.add_argument("--model", type=Path, required=True, metavar="FILE.vaem")
    parser.add_argument("--photos", type=Path, nargs="+", required=True, metavar="DIR")
    parser.add_argument("--training", type=Path, nargs="+", metavar="DIR", default=[],
                        help="of `fixed`: photos that the filters are solved for")
    parser.add_argument("--kept", type=Path, required=True, metavar="DIR",
                        help="captures are left there, a few megabytes each, and found again")
    parser.add_argument("--qualities", type=lambda text: [int(part) for part in text.split(",")],
                        default=[10, 30, 50, 70, 90], metavar="Q,Q,...")
    args = parser.parse_args(arguments)
    if args.idea == "fixed" and not args.training:
        parser.error("fixed: --training is missing")
    IDEAS[args.idea](args, open_program(args.program, args.model))


if __name__ == "__main__":
    main()
