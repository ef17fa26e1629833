"""Measuring: failures become rows, times and memory are those of the program alone."""

from __future__ import annotations

import sys

import conftest
import numpy as np
import pytest
from PIL import Image
from rdeval import measure, pictures


def _run(codec, picture, **options):
    installed = conftest.located(codec)
    job = measure.job_for(installed, picture, picture.sha256(), 50, **options)
    return measure.run_job(job, picture.png())


def test_a_lossless_codec(tmp_path, photo_like):
    row = _run(conftest.copy_codec(tmp_path / "copy.sh"), photo_like).row
    assert row["error"] == "" and row["psnr"] == 100.0 and row["ms_ssim"] == pytest.approx(1.0)
    assert 0.1 < row["encode_wall_s"] < 5.0 and row["encode_cpu_s"] < row["encode_wall_s"]


@pytest.mark.parametrize(
    "command, text",
    [
        ("false {input} {stream}", "false exited with 1: no message"),
        ("true {input} {stream}", "true ended well but wrote no file"),
        ("ls /nonexistent/file", "No such file"),
    ],
)
def test_a_failed_encode_is_a_row_with_its_error(photo_like, command, text):
    outcome = _run(conftest.with_encode(conftest.toy_codec("jpeg"), command), photo_like)
    assert text in outcome.row["error"] and outcome.row["psnr"] is None
    assert outcome.stream is None


def test_a_wrong_size_is_an_error(tmp_path, photo_like):
    small = tmp_path / "small.png"
    small.write_bytes(pictures.png_bytes(np.zeros((8, 9, 3), np.uint8), 1))
    codec = conftest.with_encode(conftest.copy_codec(tmp_path / "c.sh"), f"cp {small} {{stream}}")
    assert _run(codec, photo_like).row["error"] == "decoded to 9x8 pixels"


def test_a_program_that_hangs_is_stopped(photo_like):
    codec = conftest.with_encode(conftest.toy_codec("jpeg"), "sleep 30")
    row = _run(codec, photo_like, timeout_s=0.3).row
    assert row["error"] == "sleep took longer than 0.3 s"


def test_a_changed_build_is_refused(photo_like):
    installed = conftest.located(conftest.toy_codec("jpeg"))
    changed = measure.job_for(installed, photo_like, photo_like.sha256(), 50)
    other = measure.Job(**{**changed.__dict__, "identity": "other"})
    assert "another build" in measure.run_job(other, photo_like.png()).row["error"]


def test_memory_and_cpu_are_the_programs_own(tmp_path):
    ballast = np.ones(200 << 20, np.uint8)  # what a fork of this process would count
    small = measure._run(["true"], tmp_path, 10.0)
    assert small["peak_kib"] < 30 << 10
    code = "x = bytearray(100 << 20)\nfor i in range(10**6): pass"
    large = measure._run([sys.executable, "-c", code], tmp_path, 10.0)
    assert 100 << 10 < large["peak_kib"] < 160 << 10
    assert large["cpu_s"] > 0.01
    assert ballast[-1] == 1


def test_keys_follow_what_decides_a_row(photo_like):
    installed = conftest.located(conftest.toy_codec("jpeg"))
    other = conftest.located(conftest.toy_codec("webp"))
    sha256 = photo_like.sha256()
    job = measure.job_for(installed, photo_like, sha256, 50)
    same = measure.job_for(installed, pictures.Picture("x", photo_like.samples), sha256, 50, jobs=4)
    assert job.key() == same.key()
    different = [
        measure.job_for(installed, photo_like, sha256, 51),
        measure.job_for(installed, photo_like, "0" * 64, 50),
        measure.job_for(installed, photo_like, sha256, 50, threads=2),
        measure.job_for(other, photo_like, sha256, 50),
        measure.Job(**{**job.__dict__, "identity": "newer"}),
    ]
    assert len({job.key(), *(d.key() for d in different)}) == 6


def test_a_model_file_counts_by_its_content(tmp_path):
    model = tmp_path / "m.vaem"
    codec = conftest.toy_codec("jpeg")
    with_model = conftest.codecs.dataclasses.replace(codec, extra=("--model", str(model)))
    model.write_bytes(b"one")
    before = with_model.settings()
    model.write_bytes(b"two")
    assert with_model.settings() != before


def test_reading_pictures(tmp_path):
    deep = tmp_path / "deep.png"
    from synthetic.png_file import png_bytes

    deep.write_bytes(png_bytes(np.full((5, 7), 0x1234, np.uint16)))
    picture = pictures.load(deep)
    assert picture.samples.shape == (5, 7, 3) and picture.note == "16 bit cut to 8"
    assert (picture.samples == 0x12).all()
    Image.new("RGBA", (6, 4), (1, 2, 3, 9)).save(tmp_path / "alpha.png")
    picture = pictures.load(tmp_path / "alpha.png")
    assert picture.note == "alpha dropped" and picture.samples[0, 0].tolist() == [1, 2, 3]
    (tmp_path / "no.png").write_text("not a picture")
    with pytest.raises(pictures.PictureError, match="no.png"):
        pictures.load(tmp_path / "no.png")


def test_finding_pictures(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        Image.new("RGB", (2, 2)).save(tmp_path / folder / "same.png")
    (tmp_path / "a" / "notes.txt").write_text("no picture")
    found = pictures.find([str(tmp_path / "a"), str(tmp_path / "b" / "same.png")])
    assert [name for name, _ in found] == ["a-same", "b-same"]
    with pytest.raises(pictures.PictureError, match="no such file"):
        pictures.find([str(tmp_path / "c")])
    (tmp_path / "empty").mkdir()
    with pytest.raises(pictures.PictureError, match="no pictures"):
        pictures.find([str(tmp_path / "empty")])


def test_crops(photo_like):
    part = pictures.centre_crop(photo_like, 100)
    assert (part.height, part.width) == (100, 100) and "crop 100x100+46+38" in part.note
    assert (part.samples == photo_like.samples[38:138, 46:146]).all()
    assert pictures.centre_crop(photo_like, 1000) is photo_like
