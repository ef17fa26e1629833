"""The native training library against PyTorch: values, gradients, whole steps."""

import csv

import pytest
import torch
from torch import nn

import tiny
from test_train import train, weights
from vaecomp_train import elbo, engine, native_pass
from vaecomp_train.layers import Block, Condition, Conv1x1, Depthwise, Down, Stage, Up
from vaecomp_train.model import Codec, phase_mask
from vaecomp_train.symbol_choice import SymbolCoder
from vaecomp_train.tables import INDICES
from vaecomp_train.trellis import cell_masses
from vaecomp_train.trellis_coder import TrellisCoder

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
    made = native_pass.Engine(library, codec)
    assert made.unknown == ["hyper_analysis"]
    assert made.stage("hyper_analysis") is None and made.stage("context.0") is not None


def test_the_library_is_found_by_the_environment(library, monkeypatch, tmp_path):
    monkeypatch.setenv(engine.LIBRARY, "")
    made, note = native_pass.load_engine(Codec(tiny.MODEL), 1)
    assert made is None and "not built" in note
    monkeypatch.setenv(engine.LIBRARY, str(tmp_path / "none.so"))
    made, note = native_pass.load_engine(Codec(tiny.MODEL), 1)
    assert made is None and "none.so" in note


def codec_with_all_parts():
    """A codec none of whose layers hides what is behind it, as those do that begin as nothing."""
    torch.manual_seed(2)
    codec = Codec(tiny.MODEL)
    with torch.no_grad():
        for p in codec.parameters():
            p.add_(torch.randn_like(p), alpha=0.02)
    return codec


@pytest.mark.parametrize("noise", [0.0, -0.3, 0.45])
@pytest.mark.parametrize("levels", [(1.0, 6.2, 9.7), (0.0, 2.0, 4.9), (6.0, 8.0, 10.0)])
@pytest.mark.parametrize("size", [(48, 32), (40, 57)])
def test_a_step_has_pytorchs_gradients(library, monkeypatch, size, levels, noise):
    # Random noise depends on how many positions there are.
    monkeypatch.setattr(elbo, "noise_like", lambda x: torch.full_like(x, noise))
    codec, x, level = codec_with_all_parts(), torch.rand(3, 3, *size), torch.tensor(levels)

    def gradients():
        out = codec(x, level, sample=True)
        cost = (out.terms.cost(codec.lambda_of(level)) / codec.lambda_of(level)).sum()
        return [out.restored, *out.terms, cost,
                *torch.autograd.grad(cost, list(codec.parameters()), allow_unused=True)]

    wanted = gradients()
    codec.engine = native_pass.Engine(library, codec)
    assert not codec.engine.unknown
    for made, plain in zip(gradients(), wanted, strict=True):
        if made is None:  # no picture has detail latents
            assert plain is None or not plain.any()
        else:
            assert (made - plain).norm() <= 1e-3 * plain.norm() + 1e-6


@pytest.mark.parametrize("kind", [SymbolCoder, TrellisCoder])
def test_a_step_with_chosen_symbols_has_pytorchs_gradients(library, kind):
    """But for a symbol here and there that is chosen by a hair."""
    coder = kind() if kind is SymbolCoder else kind([cell_masses(index) for index in range(INDICES)])
    codec, x, level = codec_with_all_parts(), torch.rand(3, 3, 64, 32), torch.tensor((1.0, 6.2, 9.7))

    def gradients():
        terms = codec(x, level, sample=False, coder=coder).terms
        cost = (terms.cost(codec.lambda_of(level)) / codec.lambda_of(level)).sum()
        return [*terms, cost, *torch.autograd.grad(cost, list(codec.parameters()), allow_unused=True)]

    wanted = gradients()
    codec.engine = native_pass.Engine(library, codec)
    assert codec.engine.forward(codec, x, level, coder) is not None
    assert codec.engine.forward(codec, x[:, :, :48], level, coder) is None  # rows of two lengths
    for made, plain in zip(gradients(), wanted, strict=True):
        if made is not None and plain is not None:
            assert (made - plain).norm() <= 0.02 * plain.norm() + 1e-4
        else:
            assert plain is None or not plain.any()


def test_a_part_in_pytorch_changes_nothing(library, monkeypatch):
    monkeypatch.setattr(elbo, "noise_like", lambda x: torch.full_like(x, 0.1))
    codec, x, level = codec_with_all_parts(), torch.rand(2, 3, 32, 32), torch.tensor([1.0, 8.0])
    wanted = codec(x, level, sample=True).terms
    codec.engine = native_pass.Engine(library, codec)
    codec.engine.unknown.append("context.1")  # so that the parts run one by one
    for made, plain in zip(codec(x, level, sample=True).terms, wanted, strict=True):
        assert torch.allclose(made, plain, rtol=1e-4)


def test_kl_is_that_of_elbo(library):
    """At all sigmas, near and far, beyond the bounds."""
    torch.manual_seed(1)
    sigma = torch.linspace(-6, 10, 160).repeat(64)
    size = torch.cat([torch.rand(64, 80) * 4, torch.rand(64, 80) ** 4 * 3000], 1)[:, torch.randperm(160)]
    v = (size * torch.randn(64, 160).sign()).view(1, 8, 8, 160)
    mean, log2_sigma = torch.zeros(1, 64, 160), sigma.view(1, 64, 160)
    offsets, noise = torch.full((1, 160), 0.25), v.view(1, 64, 160) - v.view(1, 64, 160).round()

    def native(prior, offsets, sign):
        latents = v.round().clone()
        latents, bits = engine.code_latents(library, latents + 0 * prior.sum(), (0, 160), 15, prior, offsets, noise)
        return latents, bits * sign

    def plain(prior, offsets, sign):
        mean, log2_sigma = prior.chunk(2, 2)
        residual = v.view(1, 64, 160).round() - mean
        symbols = elbo.round_through(residual)
        bits = elbo.kl_bits(residual + noise, elbo.bounded_sigma(log2_sigma + offsets[:, None]))
        return (symbols + mean).view(1, 8, 8, 160), bits.sum((1, 2)) * sign

    for sign in (1.0, -1.0):
        results = []
        for function in (native, plain):
            prior = torch.cat([mean, log2_sigma], 2).requires_grad_()
            at = offsets.clone().requires_grad_()
            latents, bits = function(prior, at, sign)
            results.append([latents.detach(), bits.detach(), *torch.autograd.grad(bits.sum(), [prior, at])])
        for made, wanted in zip(*results, strict=True):
            assert torch.allclose(made, wanted, rtol=2e-3, atol=2e-3)


def test_a_short_run_learns_as_pytorchs_does(photos, tmp_path, capsys):
    losses = {}
    for name, on in (("native", True), ("plain", False)):
        train(photos, tmp_path / name, steps=16, engine=on)
        assert ("libvaecomp_train" in capsys.readouterr().err) == on
        with (tmp_path / name / "train.csv").open() as file:
            losses[name] = [float(row["loss"]) for row in csv.DictReader(file)]
    assert sum(losses["native"]) == pytest.approx(sum(losses["plain"]), rel=0.2)
