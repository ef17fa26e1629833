"""The command line: train, finetune, export, prune, evaluate, changed."""

import argparse
import csv
import dataclasses
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import torch

from . import changed, checkpoint, config, finetune, prune, run, vaem, vaem_import
from .config import UserError
from .data import CropSampler, picture_files, read_folder
from .evaluate import rate_distortion, table
from .train import TRAIN

EXIT_USER = 2
"""Exit code of a mistake in the input or on the command line."""


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--config", type=Path, help="TOML file of settings (see configs/); default: built in")
    add("--photos", type=Path, nargs="+", required=True, metavar="DIR",
        help="folders of photos to train on")
    add("--valid", type=Path, nargs="*", default=[], metavar="DIR",
        help="folders of photos to validate on")
    add("--out", type=Path, required=True, metavar="DIR",
        help="the run's folder: weights.pt, checkpoint.pt, config.toml, train.csv, valid.csv")
    add("--resume", action="store_true", help="go on from the checkpoint in --out, if there is one")
    add("--steps", type=int, help="length of the run in steps (train.steps)")
    add("--minutes", type=float, help="length of the run in minutes (train.minutes)")
    add("--seed", type=int, help="train.seed")
    add("--threads", type=int, help="CPU threads (train.threads)")
    add("--device", help="auto, cpu, cuda, cuda:1 (train.device)")
    add("--set", action="append", default=[], metavar="SECTION.NAME=VALUE",
        help="override any setting; may be repeated")
    add("--stop-at", type=int, default=0, metavar="STEP",
        help="save and end at this step of the run, to be resumed later")


def _run_config(args: argparse.Namespace) -> config.Config:
    overrides = []
    if args.steps is not None:
        overrides.append(f"train.steps={args.steps}")
    if args.minutes is not None:
        # A length in minutes on the command line beats one in steps in the file.
        overrides.append(f"train.minutes={args.minutes}")
        if args.steps is None:
            overrides.append("train.steps=0")
    for name in ("seed", "threads"):
        if getattr(args, name) is not None:
            overrides.append(f"train.{name}={getattr(args, name)}")
    if args.device is not None:
        overrides.append(f'train.device="{args.device}"')
    return config.load(args.config, overrides + args.set)


def _sources(args: argparse.Namespace) -> run.Sources:
    return run.Sources(args.photos, args.valid, args.out, args.init, args.resume)


def _train(args: argparse.Namespace) -> None:
    run.start(_run_config(args), TRAIN, _sources(args), args.stop_at)


def _finetune(args: argparse.Namespace) -> None:
    settings = _run_config(args)
    phase = finetune.phases(settings.finetune)[args.phase]
    run.start(settings, phase, _sources(args), args.stop_at)


def _export(args: argparse.Namespace) -> None:
    from . import export  # the exporter is needed by this command alone

    codec, info = checkpoint.load_codec(args.weights)
    if not args.out.parent.is_dir():  # known before the minutes that calibration takes
        raise UserError(f"{args.out.parent}: no such folder")
    card = {"name": args.name}
    if args.card:
        card["card"] = _read_card(args.card)
    else:
        facts = {key: value for key, value in info.items() if key != "settings"}
        card["card"] = "\n".join(f"- {key}: {value}" for key, value in facts.items())
    settings = export.Settings()
    trained_bits = info.get("weight_bits", {})  # quantisation-aware training fixes the grid
    settings = dataclasses.replace(settings, weight_bits={**settings.weight_bits, **trained_bits})
    pictures = export.calibration_pictures([str(folder) for folder in args.calibration])
    export.export(codec, args.out, card, pictures, settings)


def _prune(args: argparse.Namespace) -> None:
    model = vaem_import.load_model(args.model)
    rng = np.random.default_rng(0)
    sampler = CropSampler(read_folder(args.photos), config.DataConfig(synthetic_share=0.3, light_share=0.5))
    batches = [sampler.batch(rng, 12, 128) for _ in range(-(-args.crops // 12))]
    report = prune.prune(model, prune.unit_heights(model, batches))
    model.card["name"] = args.name
    if args.card:
        model.card["card"] = _read_card(args.card)
    vaem.save(model, args.out)
    for network, blocks in report.items():
        print(network, *(f"{kept}/{units}" for kept, units in blocks))


def _tables(args: argparse.Namespace) -> None:
    from . import export

    model = vaem_import.load_model(args.model)
    pictures = export.calibration_pictures([str(folder) for folder in args.photos], args.crops)
    codec = vaem_import.to_codec(model).eval()
    model.tensors.update(export.fitted_tables(codec, pictures, export.Settings().max_radius))
    model.card["name"] = args.name
    if args.card:
        model.card["card"] = _read_card(args.card)
    vaem.save(model, args.out)


def _read_card(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error


def _groups(photos: list[Path], by_folder: bool) -> list[tuple[str, list[Path]]]:
    """The pictures to take means over, with a name: all, or those of each folder that has some."""
    if not by_folder:
        return [("", photos)]
    files = picture_files(photos)
    return [(parent.name, [file for file in files if file.parent == parent])
            for parent in dict.fromkeys(file.parent for file in files)]


def _evaluate(args: argparse.Namespace) -> None:
    codec, info = checkpoint.load_codec(args.weights)
    # A decoder that has learned chosen symbols is judged by them, as its run's valid.csv does.
    # An exported model does not tell its phase.
    name = {None: info.get("phase", ""), "chosen": "choice", "rounded": "train"}[args.symbols]
    phase = finetune.phases(config.FinetuneConfig()).get(name)
    device = args.device or ("cuda" if torch.cuda.is_available() else "cpu")
    if args.threads:
        torch.set_num_threads(args.threads)
    try:
        codec.to(device, memory_format=torch.channels_last)
    except (RuntimeError, AssertionError) as error:
        raise UserError(f"device {device}: {str(error).splitlines()[0]}") from error
    coder = phase.coder if phase else None
    rows: list[dict] = []
    for name, files in _groups(args.photos, args.by_folder):
        found = rate_distortion(codec, read_folder(files), args.qualities, coder)
        rows += [{"folder": name, **row} for row in found] if args.by_folder else found
    if args.csv:
        try:
            with args.csv.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)
        except OSError as error:
            raise UserError(f"{args.csv}: {error.strerror}") from error
    print(json.dumps(rows, indent=1) if args.json else table(rows))


def _changed(args: argparse.Namespace) -> None:
    count = changed.write(args.photos, args.out, args.recipes)
    print(f"{count} pictures written to {args.out}")


def _qualities(text: str) -> list[float]:
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = [-1.0]
    if not all(0 <= value <= 100 for value in values):
        raise argparse.ArgumentTypeError(f"{text!r}: numbers in 0 .. 100 with commas between")
    return values


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="python3 -m vaecomp_train",
        description="Train vaecomp's networks: a VAE whose KL term is the file size.")
    commands = top.add_subparsers(dest="command", required=True)

    train = commands.add_parser("train", help="train a model, from the photos' KLT or from weights")
    _add_run_options(train)
    train.add_argument("--init", type=Path, metavar="FILE",
                       help="weights file, checkpoint or .vaem to start from")
    train.set_defaults(run=_train)

    tune = commands.add_parser("finetune", help="phases after training")
    tune.add_argument("--phase", choices=list(finetune.phases(config.FinetuneConfig())),
                      required=True, help="prior: what only the rate depends on; choice: the decoder, on "
                                          "symbols as the encoder chooses them; synthesis: that "
                                          "network alone, on rounded latents; qat: the decoder "
                                          "with fake-quantised weights")
    _add_run_options(tune)
    tune.add_argument("--init", type=Path, metavar="FILE", required=True,
                      help="weights file, checkpoint or .vaem to start from")
    tune.set_defaults(run=_finetune)

    export = commands.add_parser("export", help="write a .vaem model file for the C++ codec")
    export.add_argument("--weights", type=Path, required=True, metavar="FILE")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.vaem")
    export.add_argument("--calibration", type=Path, nargs="+", required=True, metavar="DIR",
                        help="photos that the activations' ranges are measured on")
    export.add_argument("--name", default="vaecomp", help="the model's name")
    export.add_argument("--card", type=Path, metavar="FILE.md",
                        help="training card; default: what the weights file tells of its run")
    export.set_defaults(run=_export)

    cut = commands.add_parser("prune", help="leave hidden units that are never on out of a model file")
    cut.add_argument("--model", type=Path, required=True, metavar="FILE.vaem")
    cut.add_argument("--photos", type=Path, nargs="+", required=True, metavar="DIR",
                     help="photos to see the units on, beside generated pictures")
    cut.add_argument("--crops", type=int, default=2400, metavar="N", help="default: 2400")
    cut.add_argument("--out", type=Path, required=True, metavar="FILE.vaem")
    cut.add_argument("--name", default="vaecomp", help="the model's name")
    cut.add_argument("--card", type=Path, metavar="FILE.md", help="training card; default: the model's")
    cut.set_defaults(run=_prune)

    fit = commands.add_parser("tables", help="fit a model file's entropy tables to photos anew")
    fit.add_argument("--model", type=Path, required=True, metavar="FILE.vaem")
    fit.add_argument("--photos", type=Path, nargs="+", required=True, metavar="DIR")
    fit.add_argument("--crops", type=int, default=24, metavar="N", help="default: 24, of 256 x 256")
    fit.add_argument("--out", type=Path, required=True, metavar="FILE.vaem")
    fit.add_argument("--name", default="vaecomp", help="the model's name")
    fit.add_argument("--card", type=Path, metavar="FILE.md", help="training card; default: the model's")
    fit.set_defaults(run=_tables)

    evaluate = commands.add_parser("evaluate", help="rate and distortion of the float networks")
    evaluate.add_argument("--weights", type=Path, required=True, metavar="FILE")
    evaluate.add_argument("--photos", type=Path, nargs="+", required=True, metavar="DIR")
    evaluate.add_argument("--qualities", type=_qualities, metavar="Q,Q,...",
                          default=list(range(0, 101, 10)), help="default: 0,10,...,100")
    evaluate.add_argument("--symbols", choices=["rounded", "chosen"],
                          help="default: chosen where the weights are of phase choice; an exported "
                               "model does not tell")
    evaluate.add_argument("--by-folder", action="store_true",
                          help="means for each folder with pictures, under --photos or deeper")
    evaluate.add_argument("--csv", type=Path, metavar="FILE", help="write the rows there too")
    evaluate.add_argument("--json", action="store_true", help="print JSON")
    evaluate.add_argument("--device", help="default: a GPU if there is one")
    evaluate.add_argument("--threads", type=int, help="CPU threads")
    evaluate.set_defaults(run=_evaluate)

    change = commands.add_parser("changed", help="photos under other light, to judge models by")
    change.add_argument("--photos", type=Path, nargs="+", required=True, metavar="DIR")
    change.add_argument("--out", type=Path, required=True, metavar="DIR",
                        help="for folders of PNG files, one a recipe")
    change.add_argument("--recipes", nargs="+", metavar="NAME", default=list(changed.RECIPES),
                        help=f"default: {' '.join(changed.RECIPES)}")
    change.set_defaults(run=_changed)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit code: 0, or EXIT_USER with one line on stderr."""
    warnings.showwarning = lambda message, *_: print(f"vaecomp_train: {message}", file=sys.stderr)
    args = parser().parse_args(arguments)
    try:
        args.run(args)
    except UserError as error:
        print(f"vaecomp_train: {error}", file=sys.stderr)
        return EXIT_USER
    return 0
