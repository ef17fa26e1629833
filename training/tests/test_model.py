"""The networks: any size, padding as the format says, prior steps, layers, starting point."""

import dataclasses

import pytest
import torch
import torch.nn.functional as F

import tiny
from vaecomp_train import grow, klt, layers, model
from vaecomp_train.config import ModelConfig, UserError
from vaecomp_train.data import to_float, to_tensor


def codec(seed: int = 0) -> model.Codec:
    torch.manual_seed(seed)
    made = model.Codec(tiny.MODEL)
    with torch.no_grad():  # away from the identity, so that every layer counts
        for p in made.parameters():
            p.add_(torch.randn_like(p) * 0.05)
    return made.eval()


def picture(height: int, width: int) -> torch.Tensor:
    return to_float(to_tensor(tiny.photo(1, height, width))[None])


@pytest.mark.parametrize("height, width", [(1, 1), (1, 70), (17, 5), (16, 16), (63, 65), (64, 128)])
@torch.no_grad()
def test_any_size(height, width):
    net, level = codec(), torch.tensor([3.5])
    x = picture(height, width)
    for sample in (False, True):
        out = net(x, level, sample)
        assert out.restored.shape == x.shape
        assert all(torch.isfinite(t).all() and (t >= 0).all() for t in out.terms)
    h, w = -(-height // 16), -(-width // 16)
    y = net.analyse(x, level)
    assert y.shape == (1, tiny.MODEL.all_latents, h, w)
    z = net.hyper_analyse(y, level)
    assert z.shape == (1, tiny.MODEL.hyper, -(-h // 4), -(-w // 4))
    assert net.hyper_synthesise(z, level).shape[2:] == (4 * z.shape[2], 4 * z.shape[3])


@torch.no_grad()
def test_padding_is_edge_replication():
    net, level = codec(), torch.tensor([7.0])
    x = picture(37, 50)
    padded = F.pad(x, (0, 14, 0, 11), "replicate")
    y = net.analyse(x, level)
    assert torch.equal(y, net.analyse(padded, level))
    assert torch.equal(net.hyper_analyse(y, level),
                       net.hyper_analyse(F.pad(y, (0, 0, 0, 1), "replicate"), level))
    small, large = net(x, level, False), net(padded, level, False)
    assert torch.equal(small.restored, large.restored[:, :, :37, :50])
    assert small.terms.kl_y.item() * 37 * 50 == pytest.approx(large.terms.kl_y.item() * 48 * 64)


@torch.no_grad()
def test_steps_cover_every_latent_once_and_only_look_back():
    net, level = codec(), torch.tensor([5.0])
    x = picture(64, 64)
    decoded, _, _ = net.code_latents(x, level, sample=False)
    seen = torch.zeros_like(decoded)
    for first, end, mask, _ in net.prior_steps:
        seen[:, first:end] += model.phase_mask(mask, 4, 4, x.device)
    assert (seen == 1).all()
    # The latents are within half a step of y, whatever the prior says.
    assert (decoded - net.analyse(x, level)).abs().max() <= 0.5 + 1e-5


def test_phase_mask_bits():
    assert model.phase_mask(0b0010, 3, 4, torch.device("cpu")).tolist() == [
        [0, 1, 0, 1], [0, 0, 0, 0], [0, 1, 0, 1]]
    assert model.phase_mask(0b0100, 2, 2, torch.device("cpu")).tolist() == [[0, 0], [1, 0]]


def test_steps_that_overlap_are_refused():
    with pytest.raises(UserError, match="exactly one step"):
        dataclasses.replace(tiny.MODEL, steps=((0, 12, 0b1001, 0), (0, 6, 0b1110, 0)))
    four = tuple((0, 12, 1 << phase, 0) for phase in range(4))
    plain = dataclasses.replace(tiny.MODEL, steps=four, detail=0)
    assert model.Codec(plain).prior_steps == list(four)


@torch.no_grad()
@pytest.mark.parametrize("at", [4.25, 5.5])
def test_separate_functions_make_up_the_forward_pass(at):
    net, level = codec(), torch.tensor([at])
    x = picture(64, 64)
    y = net.analyse(x, level)
    vectors = net.quality_vectors(level)
    mean = vectors["hyper_mean"][:, :, None, None]
    z = (net.hyper_analyse(y, level) - mean).round() + mean
    features = net.hyper_synthesise(z, level)
    decoded = torch.zeros_like(y)
    for step, (first, end, mask, least) in enumerate(net.prior_steps):
        if at < net.level_of(least):
            continue
        m, log2_sigma = net.context_step(step, features, decoded, level)
        assert log2_sigma.shape == m.shape == y[:, first:end].shape
        value = (y[:, first:end] - m).round() + m
        decoded[:, first:end] += value * model.phase_mask(mask, *y.shape[2:], x.device)
    assert torch.allclose(net.synthesise(decoded, level), net(x, level, False).restored, atol=1e-6)
    base = net.analysis(x * 2 - 1, level)
    before = torch.cat([base, net.detail_analyse(x * 2 - 1, base, level)], 1)
    assert torch.allclose(before * vectors["gain"][:, :, None, None], y)


@torch.no_grad()
def test_coarse_pictures_of_a_batch_know_nothing_of_detail():
    net, x = codec(), picture(64, 64).expand(2, -1, -1, -1)
    levels = torch.tensor([4.9, 5.0])
    both = net(x, levels, False)
    for i in range(2):
        alone = net(x[:1], levels[i:i + 1], False)
        assert torch.allclose(both.restored[i], alone.restored[0], atol=1e-5)
        assert both.terms.kl_y[i] == pytest.approx(alone.terms.kl_y.item(), rel=1e-4)
    decoded, _, _ = net.code_latents(x, levels, False)
    assert (decoded[0, 12:] == 0).all() and (decoded[1, 12:] != 0).any()


@torch.no_grad()
def test_grown_detail_carries_what_the_codec_cannot():
    # 48 channels at 1/4 of the resolution hold 4x4 pixels.
    wide = dataclasses.replace(tiny.MODEL, detail=0, decoder_widths=(16, 12, 48))
    plain = model.Codec(wide).eval()
    pictures = torch.rand(24, 3, 32, 32, generator=torch.Generator().manual_seed(3))
    grown = grow.with_detail(plain, 300, 50, pictures).eval()
    coarse, fine = torch.full((24,), 4.0), torch.full((24,), 10.0)
    before, after = plain(pictures, coarse, False), grown(pictures, coarse, False)
    assert torch.allclose(before.restored, after.restored, atol=1e-5)
    assert torch.allclose(before.terms.kl_y, after.terms.kl_y, rtol=1e-4)
    # 96 blocks lie in 96 dimensions: all of each picture passes.
    before, after = plain(pictures, fine, False), grown(pictures, fine, False)
    assert after.terms.distortion.mean() < 0.1 * before.terms.distortion.mean()


@torch.no_grad()
def test_other_steps_take_over_the_old_networks():
    net, level = codec(), torch.tensor([9.0])
    features, decoded = torch.randn(1, tiny.MODEL.prior, 4, 5), torch.randn(1, 22, 4, 5)
    same = grow.with_steps(net, tuple(net.prior_steps)).eval()
    for step in (3, 4):  # the last ones with their channels
        before = net.context_step(step, features, decoded, level)
        after = same.context_step(step, features, decoded, level)
        assert torch.allclose(torch.cat(before), torch.cat(after), atol=1e-6)
    # The first step cut in two: the one that knows nothing has the network that knew nothing.
    (_, end, *rest), *others = net.prior_steps
    cut = [(0, 2, *rest), (2, end, *rest), *others]
    grown = grow.with_steps(net, tuple(cut)).eval()
    assert grown.prior_steps == cut
    mean, log2_sigma = net.context_step(0, features, decoded, level)
    new_mean, new_log2_sigma = grown.context_step(0, features, decoded, level)
    assert torch.allclose(new_mean, mean[:, :2], atol=1e-6)
    assert torch.allclose(new_log2_sigma, log2_sigma[:, :2], atol=1e-6)
    blind = grown.context[1][0].weight[:, tiny.MODEL.prior + 2:]
    assert (blind == 0).all()  # nothing is coded there yet


def test_quality_vectors_interpolate_and_name_every_condition():
    net = codec()
    rows = net.quality_vectors(torch.tensor([2.0, 2.5, 3.0]))
    assert torch.allclose(rows["hyper_mean"][1], (rows["hyper_mean"][0] + rows["hyper_mean"][2]) / 2)
    assert torch.allclose(rows["gain"][1], (rows["gain"][0] * rows["gain"][2]).sqrt())
    assert rows["lambda"][:, 0].tolist() == pytest.approx([0.0036, 0.0036 * 2**0.5, 0.0072])
    count = sum(isinstance(m, layers.Condition) for m in net.modules())
    assert sum(name.endswith(".scale") for name in rows) == count > 0


def test_depthwise_gradients_equal_the_librarys():
    torch.manual_seed(1)
    layer = layers.Depthwise(6, 5).double().train()
    x = torch.randn(3, 6, 9, 7, dtype=torch.float64)
    grads = []
    for fast in (True, False):
        a = x.clone().requires_grad_()
        if fast:
            out = layer(a)
        else:
            out = F.conv2d(a, layer.weight, layer.bias, padding=2, groups=6)
        grads.append(torch.autograd.grad((out * out.detach().cos()).sum(),
                                         [a, layer.weight, layer.bias]))
    for ours, theirs in zip(*grads):
        assert torch.allclose(ours, theirs)


def test_blocks_train_in_bfloat16_and_work_in_single_precision():
    torch.manual_seed(0)
    block = layers.Block(8, 2, 3)
    with torch.no_grad():
        block.project.weight.normal_()
    x = torch.randn(2, 8, 12, 12)

    def run(bf16: bool) -> list[torch.Tensor]:
        block.cpu_bf16 = bf16
        block.zero_grad()
        inner = x.clone().requires_grad_()
        out = block(inner)
        out.square().mean().backward()
        return [out, inner.grad, *(p.grad.clone() for p in block.parameters())]

    for exact, coarse in zip(run(False), run(True)):
        assert coarse.dtype == torch.float32
        assert not torch.equal(exact, coarse)
        assert F.cosine_similarity(exact.flatten(), coarse.flatten(), 0) > 0.999
    block.eval()
    working = block(x)
    block.cpu_bf16 = False
    assert torch.equal(block(x), working)


def test_fake_quantised_weights_lie_on_the_grid_and_stay_there():
    weight = torch.randn(5, 4, 1, 1, requires_grad=True)
    once = layers.fake_quantise(weight, 6)
    steps = once / (weight.abs().flatten(1).amax(1).view(-1, 1, 1, 1) / 31)
    assert torch.allclose(steps, steps.round(), atol=1e-4)
    assert torch.allclose(layers.fake_quantise(once, 6), once, atol=1e-6)
    once.sum().backward()
    assert torch.allclose(weight.grad, torch.ones_like(weight))


def test_start_is_an_orthonormal_transform():
    """With blocks at zero and enough channels, synthesis undoes analysis exactly."""
    wide = ModelConfig(encoder_widths=(48, 192, 768), encoder_blocks=(1, 1, 1),
                       decoder_widths=(768, 192, 48), decoder_blocks=(1, 1, 1), latents=768,
                       hyper=4, prior=4)
    net = model.Codec(wide)
    x = torch.cat([picture(64, 64), torch.rand(7, 3, 64, 64)])
    klt.start_from_klt(net, x)
    level = torch.full((8,), 5.0)
    with torch.no_grad():
        assert torch.allclose(net.synthesise(net.analyse(x, level), level), x, atol=1e-4)


def test_start_keeps_most_of_the_energy_in_few_channels():
    torch.manual_seed(0)
    random, start = model.Codec(tiny.MODEL), model.Codec(tiny.MODEL)
    x = torch.cat([picture(64, 64), to_float(to_tensor(tiny.photo(2, 64, 64))[None])])
    klt.start_from_klt(start, x)
    level = torch.full((2,), 5.0)
    with torch.no_grad():
        errors = [(net.synthesise(net.analyse(x, level), level) - x).square().mean().item()
                  for net in (start, random)]
    assert errors[0] < 0.2 * errors[1]


def test_macs_are_counted():
    counts = model.macs_per_pixel(model.Codec(ModelConfig()))
    assert round(counts["synthesis"]) == 9908 and round(counts["analysis"]) == 12649
