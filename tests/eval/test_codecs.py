"""The codec table: choosing, finding, and a real round trip through every program that is here."""

from __future__ import annotations

import conftest
import pytest
from rdeval import codecs, measure, pictures


def test_choosing():
    names = [codec.name for codec in codecs.choose(None)]
    assert names[0] == "vaecomp" and "vaecomp-e9" not in names
    assert {"jpeg", "webp", "avif", "jxl", "heic"} <= set(names)
    assert [codec.name for codec in codecs.choose("webp, jpeg,webp")] == ["webp", "jpeg"]
    assert len(codecs.choose("all")) == len(codecs.CODECS)
    with pytest.raises(codecs.CodecError, match="unknown codec 'gif'"):
        codecs.choose("jpeg,gif")
    with pytest.raises(codecs.CodecError, match="empty"):
        codecs.choose(" , ")


def test_names_are_unique_and_qualities_in_range():
    assert len({codec.name for codec in codecs.CODECS}) == len(codecs.CODECS)
    for codec in codecs.CODECS:
        assert list(codec.qualities) == sorted(set(codec.qualities))
        assert 0 <= codec.qualities[0] and codec.qualities[-1] <= 100


def test_a_missing_program_says_how_to_install_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    found = codecs.locate(codecs.codec_named("webp"))
    assert found == "webp: no program 'cwebp' (install: webp)"


def test_a_missing_plugin_is_told():
    wanting = codecs.dataclasses.replace(
        conftest.toy_codec("webp"), needs="x265", package="libheif-plugin-x265"
    )
    assert codecs.locate(wanting) == "toy-webp: lacks x265 (install: libheif-plugin-x265)"


def test_our_program_is_found_as_named(tmp_path, monkeypatch):
    program = tmp_path / "vaecomp"
    program.write_text("#!/bin/sh\necho vaecomp 9.8.7\n")
    program.chmod(0o755)
    codec = codecs.codec_named("vaecomp")
    monkeypatch.delenv("VAECOMP", raising=False)
    named = codecs.locate(codec, str(program))
    monkeypatch.setenv("VAECOMP", str(program))
    by_variable = codecs.locate(codec)
    assert named == by_variable and named.version == "vaecomp 9.8.7"
    assert named.codec.command(codec.encode, input="a", stream="b", q=1, threads=2) == [
        str(program), "encode", "a", "-o", "b", "-q", "1", "-j", "2"
    ]  # fmt: skip
    monkeypatch.setenv("VAECOMP", str(tmp_path / "none"))
    assert "install" in codecs.locate(codec)


def test_another_build_is_another_identity(tmp_path):
    program = tmp_path / "vaecomp"
    program.write_text("#!/bin/sh\necho vaecomp 1.0\n")
    program.chmod(0o755)
    before = codecs.locate(codecs.codec_named("vaecomp"), str(program))
    program.write_text("#!/bin/sh\n# changed\necho vaecomp 1.0\n")
    after = codecs.locate(codecs.codec_named("vaecomp"), str(program))
    assert before.version == after.version and before.identity != after.identity


@pytest.mark.parametrize("name", [codec.name for codec in codecs.CODECS])
def test_round_trip(name, photo_like):
    installed = conftest.require_codec(name)
    # An odd size: the programs must neither fail nor pad what they give back.
    picture = pictures.crop(photo_like, 3, 5, 163, 171)
    rows = []
    for quality in (30, 80):
        job = measure.job_for(installed, picture, picture.sha256(), quality)
        outcome = measure.run_job(job, picture.png())
        assert outcome.row["error"] == ""
        assert outcome.row["bytes"] == len(outcome.stream) > 100
        assert outcome.row["bpp"] == pytest.approx(8 * len(outcome.stream) / (163 * 171))
        assert 0.5 < outcome.row["ms_ssim"] < 1.0
        for stage in ("encode", "decode", "raw"):
            assert outcome.row[f"{stage}_wall_s"] > 0.0 and outcome.row[f"{stage}_peak_mib"] > 1.0
        rows.append(outcome.row)
    assert rows[1]["bytes"] > rows[0]["bytes"] and rows[1]["psnr"] > rows[0]["psnr"] > 18.0
