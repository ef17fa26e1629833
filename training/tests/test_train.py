"""Runs: learning, repeatability, resuming, fine-tuning, the command line."""

import csv
import dataclasses
import itertools
import json
import types

import numpy as np
import pytest
import torch

import tiny
from vaecomp_train import checkpoint, cli, finetune, run
from vaecomp_train.config import FinetuneConfig, UserError, load
from vaecomp_train.data import CropSampler
from vaecomp_train.distributed import Group
from vaecomp_train.evaluate import measure
from vaecomp_train.model import Codec
from vaecomp_train.quantise import integer_weights
from vaecomp_train.train import TRAIN, Trainer


def weights(path):
    return checkpoint.read(path)["model"]


def info(path):
    return checkpoint.info_of(checkpoint.read(path))


def equal(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def train(photos, folder, stop_at=0, resume=False, init=None, phase=TRAIN, **settings):
    config = tiny.config(**settings)
    sources = run.Sources([photos], [], folder, init, resume)
    run.start(config, phase, sources, stop_at)
    return folder / "weights.pt"


def test_overfits_one_picture(tmp_path):
    picture = tiny.photo(3, 64, 64)
    settings = dataclasses.replace(
        tiny.config(steps=150, batch=4, crop=64, final_share=0.0, rate=5e-3, log_every=150),
        data=dataclasses.replace(tiny.DATA, synthetic_share=0.0, flip=0.0, transpose=0.0))
    torch.manual_seed(0)
    codec = Codec(tiny.MODEL)
    before = measure(codec.eval(), picture, 60)
    trainer = Trainer(codec, TRAIN, settings, CropSampler([picture], settings.data), [], tmp_path,
                      Group(), torch.device("cpu"))
    after = measure(trainer.run().eval(), picture, 60)
    lam = float(codec.lambda_of(torch.tensor(6.0)))

    def cost(row):
        return lam * 255**2 * 10 ** (-row["psnr"] / 10) + row["bpp"]

    assert after["psnr"] > before["psnr"] + 6
    assert cost(after) < cost(before) / 4


def test_same_seed_same_weights(photos, tmp_path):
    one = weights(train(photos, tmp_path / "one"))
    assert equal(one, weights(train(photos, tmp_path / "two")))
    assert not equal(one, weights(train(photos, tmp_path / "three", seed=1)))


def test_resumed_run_equals_uninterrupted_one(photos, tmp_path):
    whole = train(photos, tmp_path / "whole")
    half = train(photos, tmp_path / "half", stop_at=3)
    assert not equal(weights(whole), weights(half))
    with pytest.raises(UserError, match="--resume"):
        train(photos, tmp_path / "half")
    train(photos, tmp_path / "half", resume=True)
    assert equal(weights(whole), weights(half))
    logs = [(tmp_path / name / "train.csv").read_text().splitlines() for name in ("whole", "half")]
    steps = [[row.split(",")[0] for row in log] for log in logs]
    assert steps[0] == steps[1] == ["step", "2", "4", "6"]


def test_two_shards_in_one_process_differ_from_one(photos, tmp_path):
    assert not equal(weights(train(photos, tmp_path / "one")),
                     weights(train(photos, tmp_path / "two", shards=2)))


def test_starts_from_weights(photos, tmp_path):
    first = train(photos, tmp_path / "first")
    second = train(photos, tmp_path / "second", init=first, steps=1, rate=0.0)
    assert equal(weights(first), weights(second))


def test_stop_signal_saves(photos, tmp_path, monkeypatch):
    import os
    import signal

    step = Trainer._train_step

    def step_and_signal(self):
        row = step(self)
        if self.step == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return row

    monkeypatch.setattr(Trainer, "_train_step", step_and_signal)
    path = train(photos, tmp_path / "run")
    assert info(path)["step"] == 2
    monkeypatch.setattr(Trainer, "_train_step", step)
    train(photos, tmp_path / "run", resume=True)
    assert equal(weights(path), weights(train(photos, tmp_path / "whole")))


def test_run_by_time_ends_with_a_falling_rate(photos, tmp_path, monkeypatch):
    clock = itertools.count(100, 3)  # three seconds pass from one look to the next
    monkeypatch.setattr("vaecomp_train.train.time", types.SimpleNamespace(monotonic=clock.__next__))
    train(photos, tmp_path / "run", steps=0, minutes=0.5, rate=1.0, warmup=2, decay_share=0.5,
          log_every=1)
    with (tmp_path / "run" / "train.csv").open() as file:
        rates = [float(row["rate"]) for row in csv.DictReader(file)]
    # 30 seconds are ten steps; a step's rate is that of the time at which it starts.
    expected = [0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 0.6, 0.4, 0.2]
    assert rates == pytest.approx(expected)


def test_not_finite_gradients_change_nothing_and_end_the_run(photos, tmp_path):
    config = tiny.config(steps=30)
    codec = Codec(tiny.MODEL)
    phase = dataclasses.replace(
        TRAIN, objective=lambda c, x, level: type(t := c(x, level, True).terms)(
            t.distortion * float("nan"), t.kl_y, t.kl_z))
    before = {k: v.clone() for k, v in codec.state_dict().items()}
    trainer = Trainer(codec, phase, config, CropSampler([tiny.photo(0)], tiny.DATA), [],
                      tmp_path, Group(), torch.device("cpu"))
    with pytest.raises(UserError, match="no finite gradient"):
        trainer.run()
    assert equal(before, codec.state_dict())


def test_synthesis_phase_moves_the_decoder_alone(photos, tmp_path):
    first = train(photos, tmp_path / "first")
    phase = finetune.phases(FinetuneConfig())["synthesis"]
    second = train(photos, tmp_path / "second", init=first, phase=phase)
    moved = {name for name, value in weights(second).items()
             if not torch.equal(value, weights(first)[name])}
    parts = ("synthesis.", "detail_synthesis.", "log_inverse.")
    assert all(name.startswith(parts) for name in moved)
    assert all(any(name.startswith(part) for name in moved) for part in parts)


def test_qat_leaves_weights_on_the_grid(photos, tmp_path):
    first = train(photos, tmp_path / "first")
    bits = FinetuneConfig(bits_hyper_synthesis=0, bits_context=6, bits_synthesis=4)
    second = train(photos, tmp_path / "second", init=first, phase=finetune.phases(bits)["qat"])
    old, new = weights(first), weights(second)
    fixed = [n for n in new if n.startswith(("analysis.", "hyper_analysis.", "log_gain."))]
    assert fixed and all(torch.equal(new[name], old[name]) for name in fixed)

    def distinct(name, rows):
        return max(len(torch.unique(row)) for row in new[name].flatten(1)[:, rows])

    assert distinct("synthesis.3.mix.weight", slice(None)) <= 2**4 - 1
    assert distinct("context.1.1.expand.weight", slice(None)) <= 2**6 - 1
    assert distinct("hyper_synthesis.4.expand.weight", slice(None)) == tiny.MODEL.prior
    # The exporter's integers are these very weights.
    for name, bits in (("synthesis.3.mix.weight", 4), ("context.1.1.expand.weight", 6)):
        weight = new[name].double().numpy()
        integers, scale = integer_weights(weight, bits)
        assert np.allclose(integers * scale.reshape(-1, 1, 1, 1), weight, atol=1e-6)
    assert info(second)["weight_bits"] == {"context": 6, "synthesis": 4}


def test_older_weights_files_and_fewer_levels(tmp_path):
    codec = Codec(dataclasses.replace(tiny.MODEL, levels=4, detail=0))
    with torch.no_grad():
        codec.hyper_mean.table.normal_()
    old = {"model": {name: value.half() for name, value in codec.state_dict().items()},
           "config": repr(dict(enc=(8, 12, 16), enc_blocks=(1, 1, 1), dec=(16, 12, 8),
                               dec_blocks=(1, 1, 1), latents=12, hyper=6, prior=8))}
    torch.save(old, tmp_path / "old.pt")
    loaded, _ = checkpoint.load_codec(tmp_path / "old.pt", levels=6)
    assert loaded.config == dataclasses.replace(tiny.MODEL, levels=6, detail=0)
    gain, mean = loaded.log_gain.table, loaded.hyper_mean.table
    assert torch.allclose(gain[5] - gain[4], gain[3] - gain[2], atol=1e-3)
    assert torch.equal(mean[5], mean[3])
    assert torch.allclose(mean[:4], codec.hyper_mean.table, atol=2e-3)


@pytest.mark.parametrize("content", [b"", b"no weights", b"PK\x03\x04 broken"])
def test_bad_weights_files_are_named(tmp_path, content, capsys):
    bad = tmp_path / "bad.pt"
    bad.write_bytes(content)
    code = cli.main(["evaluate", "--weights", str(bad), "--photos", str(tmp_path)])
    error = capsys.readouterr().err
    assert code == 2 and "bad.pt" in error and error.count("\n") == 1


def test_command_line(photos, tmp_path, capsys):
    settings = tmp_path / "tiny.toml"
    from vaecomp_train.config import to_toml

    settings.write_text(to_toml(tiny.config()))
    assert load(settings) == tiny.config()
    out = tmp_path / "run"
    common = ["--config", str(settings), "--photos", str(photos), "--valid", str(photos)]
    assert cli.main(["train", *common, "--out", str(out), "--steps", "3"]) == 0
    with (out / "valid.csv").open() as file:
        assert [float(row["quality"]) for row in csv.DictReader(file)] == list(range(0, 101, 10))
    capsys.readouterr()
    assert cli.main(["evaluate", "--weights", str(out / "weights.pt"), "--photos", str(photos),
                     "--qualities", "0,33.5,100", "--json", "--device", "cpu"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["quality"] for row in rows] == [0, 33.5, 100]
    assert rows[0]["bpp"] < rows[2]["bpp"] and all(np.isfinite(row["psnr"]) for row in rows)
    assert cli.main(["finetune", "--phase", "synthesis", "--init", str(out / "weights.pt"),
                     *common, "--out", str(tmp_path / "tuned"), "--set", "train.steps=2"]) == 0
    assert info(tmp_path / "tuned" / "weights.pt")["phase"] == "synthesis"


@pytest.mark.parametrize("override, words", [
    ("train.stepz=3", "train.stepz: unknown setting"), ("train.steps=many", "int is needed"),
    ("model.latents=0.5", "int is needed"), ("steps=3", "section.name=value"),
    ("model.encoder_widths=[1,2]", "three numbers")])
def test_wrong_settings_are_named(photos, tmp_path, capsys, override, words):
    code = cli.main(["train", "--photos", str(photos), "--out", str(tmp_path / "run"),
                     "--set", override])
    assert code == 2 and words in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("fault", ["absent", "at once", "when called"])
def test_a_compiler_that_fails_changes_nothing(photos, tmp_path, monkeypatch, fault):
    def fail(*_):
        raise RuntimeError("no compiler\nhere")

    if fault == "absent":
        monkeypatch.delattr(torch, "compile", raising=False)
    else:
        monkeypatch.setattr(torch, "compile", fail if fault == "at once" else lambda _: fail,
                            raising=False)
    with pytest.warns(UserWarning, match="torch.compile"):
        path = train(photos, tmp_path / "compiled", steps=2, compile=True)
    assert equal(weights(path), weights(train(photos, tmp_path / "plain", steps=2)))
