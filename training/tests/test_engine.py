"""The native training library against PyTorch: values, gradients, whole steps."""

import csv

import pytest
import torch
from torch import nn

import tiny
from test_train import train, weights
from vaecomp_train import elbo, engine
from vaecomp_train.layers import Block, Condition, Conv1x1, Depthwise, Down, Stage, Up
from vaecomp_train.model import Codec, phase_mask

pytestmark = pytest.mark.skipif(engine.library_path() is None,
                                reason="the training library is not built")


@pytest.fixture(scope="module")
def library():
    return engine.Library(engine.library_path())


def block(channels, expansion=2, k=5):
    made = Block(channels, expansion, k)
    nn.init.normal_(made.project.weight, std=0.2)  # it would begin as nothing
    nn.init.normal_(made.depthwise.bias, std=0.2)
    return made


def condition(channels):
    made = Condition(4, channels)
    nn.init.normal_(made.log_scale.table, std=0.3)
    nn.init.normal_(made.bias.table, std=0.3)
    return made


STAGES = {
    "conv": (lambda: [Conv1x1(16, 32)], 16, (5, 7)),
    "conv of many channels": (lambda: [Conv1x1(600, 35)], 600, (9, 6)),
    "depthwise": (lambda: [Conv1x1(3, 19), Depthwise(19, 3)], 3, (5, 6)),
    "block": (lambda: [Conv1x1(7, 48), block(48), block(48, 1, 7)], 7, (6, 11)),
    "ragged block": (lambda: [block(13), Conv1x1(13, 5)], 13, (3, 2)),
    "condition": (lambda: [Conv1x1(8, 20), condition(20), block(20)], 8, (4, 5)),
    "down": (lambda: [nn.PixelUnshuffle(4), Conv1x1(48, 12), block(12), Down(12, 20)], 3, (24, 16)),
    "up": (lambda: [Conv1x1(9, 16), Up(16, 8), block(8), nn.PixelShuffle(2)], 9, (3, 5)),
}


def results(run, x, parameters):
    """Result of `run(x)`, and the gradients of a fixed sum of it to x and the parameters."""
    x = x.clone().requires_grad_()
    y = run(x)
    wave = torch.cos(torch.arange(y.numel(), dtype=torch.float32)).view(y.shape)
    return [y.detach(), *torch.autograd.grad((y * wave).sum(), [x, *parameters])]


def assert_close(made, wanted):
    for a, b in zip(made, wanted, strict=True):
        assert a.shape == b.shape
        assert (a - b).abs().max() <= 2e-5 * b.abs().max() + 1e-6


def stage_of(name):
    torch.manual_seed(1)
    make, channels, size = STAGES[name]
    return Stage(*make()), torch.randn(3, channels, *size), torch.tensor([0.0, 1.3, 2.9])


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("name", STAGES)
def test_a_stage_is_what_pytorch_makes_of_it(library, name, threads):
    stage, x, level = stage_of(name)
    library.set_threads(threads)
    native = engine.NativeStage(library, list(stage))
    parameters = list(stage.parameters())
    wanted = results(lambda x: stage(x, level), x, parameters)
    made = results(lambda x: native(x, level), x, parameters)
    assert_close(made, wanted)
    library.set_threads(1)
    alone = results(lambda x: native(x, level), x, parameters)
    assert all(torch.equal(a, b) for a, b in zip(made, alone)), "threads change nothing"


@pytest.mark.parametrize("size", [(8, 6), (7, 5)])
@pytest.mark.parametrize("mask", [1, 2, 4, 8, 6, 9, 7])
def test_positions_outside_of_a_phase_mask_are_left_out(library, mask, size):
    torch.manual_seed(1)
    stage = Stage(Conv1x1(10, 16), block(16), Conv1x1(16, 6))
    native = engine.NativeStage(library, list(stage), mask)
    x, level, parameters = torch.randn(2, 10, *size), torch.zeros(2), list(stage.parameters())
    inside = phase_mask(mask, *size, x.device).flatten().nonzero()[:, 0]

    def masked(x):
        return stage(x, level).flatten(2)[:, :, inside, None]

    assert_close(results(lambda x: native(x, level), x, parameters), results(masked, x, parameters))


def test_fake_quantised_weights_and_layers_without_bias(library):
    torch.manual_seed(1)
    stage = Stage(Conv1x1(12, 10, bias=False), block(10))
    for module in stage.modules():
        if isinstance(module, (Conv1x1, Depthwise)):
            module.weight_bits = 4
    stage[0].split = 5
    native = engine.NativeStage(library, list(stage))
    x, level, parameters = torch.randn(2, 12, 5, 5), torch.zeros(2), list(stage.parameters())
    assert_close(results(lambda x: native(x, level), x, parameters),
                 results(lambda x: stage(x, level), x, parameters))


def test_frozen_parameters_and_inputs_get_no_gradient(library):
    stage, x, level = stage_of("block")
    native = engine.NativeStage(library, list(stage))
    wanted = results(lambda x: native(x, level), x, list(stage.parameters()))
    for p in stage.parameters():
        p.requires_grad_(False)
    stage[1].expand.weight.requires_grad_(True)
    y = native(x, level)
    wave = torch.cos(torch.arange(y.numel(), dtype=torch.float32)).view(y.shape)
    (y * wave).sum().backward()
    names = [name for name, _ in stage.named_parameters()]
    assert torch.equal(stage[1].expand.weight.grad, wanted[2 + names.index("1.expand.weight")])
    assert stage[1].project.weight.grad is None and x.grad is None
    with torch.no_grad():
        assert torch.equal(native(x, level), wanted[0])


def test_gradients_are_given_once(library):
    stage, x, level = stage_of("conv")
    y = engine.NativeStage(library, list(stage))(x, level).sum()
    y.backward(retain_graph=True)
    with pytest.raises(RuntimeError, match="once"):
        y.backward()


@pytest.mark.parametrize("layers", [
    [Conv1x1(4, 4), nn.Sigmoid()], [nn.Conv2d(4, 4, 3)], [Conv1x1(4, 4), Conv1x1(5, 4)]])
def test_unknown_layers_are_refused(library, layers):
    with pytest.raises(ValueError, match="training library"):
        engine.NativeStage(library, layers)


def test_sizes_that_do_not_divide_are_refused(library):
    native = engine.NativeStage(library, [Down(4, 4)])
    with pytest.raises(ValueError, match="divide"):
        native(torch.zeros(1, 4, 3, 4), torch.zeros(1))


def test_a_part_with_an_unknown_layer_stays_in_pytorch(library):
    codec = Codec(tiny.MODEL)
    codec.hyper_analysis.append(nn.Tanh())
    made = engine.Engine(library, codec)
    assert made.unknown == ["hyper_analysis"]
    assert made.stage("hyper_analysis") is None and made.stage("context.0") is not None


def test_the_library_is_found_by_the_environment(library, monkeypatch, tmp_path):
    monkeypatch.setenv(engine.LIBRARY, "")
    made, note = engine.load_engine(Codec(tiny.MODEL), 1)
    assert made is None and "not built" in note
    monkeypatch.setenv(engine.LIBRARY, str(tmp_path / "none.so"))
    made, note = engine.load_engine(Codec(tiny.MODEL), 1)
    assert made is None and "none.so" in note


def test_a_step_has_pytorchs_gradients(library, monkeypatch):
    # Noise depends on the tensors' strides, and a rounding on the last bit of what is rounded.
    monkeypatch.setattr(elbo, "noise_like", lambda x: torch.full_like(x, 0.1))
    monkeypatch.setattr(elbo, "round_through", lambda x: x)
    torch.manual_seed(2)
    codec = Codec(tiny.MODEL)
    with torch.no_grad():
        for p in codec.parameters():  # layers that begin as nothing hide what is behind them
            p.add_(torch.randn_like(p), alpha=0.02)
    x, level = torch.rand(3, 3, 48, 32), torch.tensor([1.0, 6.2, 9.7])

    def gradients():
        terms = codec(x, level, sample=True).terms
        cost = (terms.cost(codec.lambda_of(level)) / codec.lambda_of(level)).sum()
        return [cost, *torch.autograd.grad(cost, list(codec.parameters()))]

    wanted = gradients()
    codec.engine = engine.Engine(library, codec)
    assert not codec.engine.unknown
    for made, plain in zip(gradients(), wanted, strict=True):
        assert (made - plain).norm() <= 1e-3 * plain.norm() + 1e-6


def test_a_short_run_learns_as_pytorchs_does(photos, tmp_path, capsys):
    losses = {}
    for name, on in (("native", True), ("plain", False)):
        train(photos, tmp_path / name, steps=16, engine=on)
        assert ("libvaecomp_train" in capsys.readouterr().err) == on
        with (tmp_path / name / "train.csv").open() as file:
            losses[name] = [float(row["loss"]) for row in csv.DictReader(file)]
    assert sum(losses["native"]) == pytest.approx(sum(losses["plain"]), rel=0.2)
