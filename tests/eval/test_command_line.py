"""rd_eval.py as people call it: errors, the gate, results and README, and resuming."""

from __future__ import annotations

import json
import subprocess
import sys

import conftest
import pytest
import rd_eval
from rdeval import pictures, readme, regression


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A toy vaecomp, in place of ours."""
    path = tmp_path / "vaecomp"
    path.write_text(
        f'#!/bin/sh\nexec {sys.executable} {conftest.TOY.with_name("toy_vaecomp.py")} "$@"\n'
    )
    path.chmod(0o755)
    monkeypatch.delenv("TOY_WASTE", raising=False)
    return path


@pytest.fixture
def photo(tmp_path, photo_like):
    """A picture file."""
    path = tmp_path / "photo.png"
    path.write_bytes(pictures.png_bytes(photo_like.samples, 6))
    return path


@pytest.mark.parametrize(
    "arguments, text",
    [
        (["--images", "/nonexistent"], "/nonexistent: no such file or folder"),
        (["--images", "PHOTO", "--codecs", "gif"], "unknown codec 'gif'"),
        (["--images", "PHOTO", "--qualities", "20,101"], "wants numbers 0..100"),
        (["--images", "PHOTO", "--qualities", "gif:20"], "unknown codec 'gif'"),
        (["--images", "PHOTO", "--anchors", "cheng"], "'cheng' fits several"),
        (["--images", "PHOTO", "--anchors", "nothing"], "is none of the published curves"),
        (["--check", "/nonexistent.json"], "make it with --write-baseline"),
        (["--readme", "/nonexistent"], "not the results of a run"),
        (["--bd-rate", "vtm", "/nonexistent:jpeg"], "not the results of a run"),
    ],
)
def test_errors_are_one_line(arguments, text, photo, program, tmp_path, capsys):
    arguments = [str(photo) if word == "PHOTO" else word for word in arguments]
    arguments += ["--vaecomp", str(program), "--out", str(tmp_path / "out")]
    if "--codecs" not in arguments:
        arguments += ["--codecs", "vaecomp"]
    assert rd_eval.main(arguments) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if line]
    assert len(lines) == 1 and lines[0].startswith("rd_eval.py: ") and text in lines[0]


def test_nothing_installed(photo, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nonexistent")
    code = rd_eval.main(["--images", str(photo), "--codecs", "webp", "--out", str(tmp_path / "o")])
    assert code == 2
    err = capsys.readouterr().err
    assert "skipped webp: no program 'cwebp' (install: webp)" in err
    assert "no codec of those asked for is installed" in err


def test_a_run_of_our_program(photo, program, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    arguments = ["--images", str(photo), "--codecs", "vaecomp", "--vaecomp", str(program),
                 "--qualities", "vaecomp:10,90", "--out", str(out), "--anchors", "vtm"]  # fmt: skip
    assert rd_eval.main(arguments) == 0
    rows = json.loads((out / "results.json").read_text())["rows"]
    assert [row["quality"] for row in rows] == [10, 90]
    # The same again comes from the cache: equal to the last digit, times included.
    assert rd_eval.main(arguments) == 0
    assert json.loads((out / "results.json").read_text())["rows"] == rows
    capsys.readouterr()
    monkeypatch.setattr(rd_eval, "_ROOT", tmp_path)
    assert rd_eval.main(["--readme", str(out)]) == 0
    assert "| vaecomp |" in (tmp_path / "docs" / "rd_kodak.md").read_text()
    assert readme.BEGIN not in (tmp_path / "docs" / "rd_kodak.md").read_text()
    assert rd_eval.main(["--bd-rate", f"{out}:vaecomp", f"{out}:vaecomp"]) == 0
    assert "+0.00 % over" in capsys.readouterr().out


def test_quick_takes_few_pictures_and_qualities(photo, program, tmp_path):
    out = tmp_path / "out"
    code = rd_eval.main(["--images", str(photo), "--codecs", "vaecomp", "--vaecomp", str(program),
                         "--quick", "--crop", "64", "--out", str(out)])  # fmt: skip
    rows = json.loads((out / "results.json").read_text())["rows"]
    assert code == 0 and len(rows) == 4 and rows[0]["width"] == 64


def test_a_failing_program_fails_the_run(photo, program, tmp_path, capsys):
    program.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo v1 && exit 0\necho "no model" >&2; exit 5\n'
    )
    code = rd_eval.main(["--images", str(photo), "--codecs", "vaecomp", "--vaecomp", str(program),
                         "--qualities", "50", "--out", str(tmp_path / "out")])  # fmt: skip
    assert code == 1
    assert "vaecomp exited with 5: no model" in capsys.readouterr().err
    assert "vaecomp exited with 5: no model" in (tmp_path / "out" / "report.html").read_text()


def test_the_gate(program, tmp_path, monkeypatch, capsys):
    few = [p for p in regression.gate_pictures() if p.name == "text-crop"]
    monkeypatch.setattr(regression, "gate_pictures", lambda: few)
    baseline = tmp_path / "baseline.json"
    arguments = ["--check", str(baseline), "--vaecomp", str(program)]
    assert rd_eval.main([*arguments, "--write-baseline"]) == 0
    first = baseline.read_text()
    assert rd_eval.main(arguments) == 0
    assert "+0.000 %" in capsys.readouterr().out
    monkeypatch.setenv("TOY_WASTE", "10")
    assert rd_eval.main(arguments) == 1
    out = capsys.readouterr().out
    assert "FAILED  mean BD-rate" in out and "ok      text-crop" in out
    assert baseline.read_text() == first


def _rows(scale=1.0, picture="p", sha256="s", loss_db=0.0):
    return [
        {"picture": picture, "quality": q, "bytes": int(size * scale), "psnr": psnr - loss_db,
         "picture_sha256": sha256, "error": ""}
        for q, size, psnr in ((20, 100_000, 30.0), (50, 200_000, 34.0), (80, 400_000, 38.0))
    ]  # fmt: skip


@pytest.mark.parametrize(
    "scale, passed", [(0.9, True), (1.0, True), (1.0029, True), (1.0031, False)]
)
def test_the_limit_of_the_gate(scale, passed):
    baseline = regression.make_baseline(_rows(), "v")
    verdict = regression.check(baseline, _rows(scale))
    assert verdict.passed == passed, verdict.lines


def test_one_bad_picture_closes_the_gate():
    both = lambda scale: _rows(0.97, "good") + _rows(scale, "bad")  # noqa: E731
    baseline = regression.make_baseline(_rows(1.0, "good") + _rows(1.0, "bad"), "v")
    assert regression.check(baseline, both(1.029)).passed
    verdict = regression.check(baseline, both(1.031))
    assert not verdict.passed and any(line.startswith("FAILED  bad: +3.") for line in verdict.lines)


def test_the_gate_does_not_pass_what_it_cannot_compare():
    baseline = regression.make_baseline(_rows(), "v")
    assert not regression.check(baseline, _rows(loss_db=20.0)).passed
    assert not regression.check(baseline, _rows(sha256="other")).passed
    assert not regression.check(baseline, []).passed
    failed = _rows()
    failed[1] = {**failed[1], "error": "died", "bytes": None, "psnr": None}
    assert not regression.check(baseline, failed).passed
    with pytest.raises(regression.BaselineError, match="died"):
        regression.make_baseline(failed, "v")


def test_a_picture_without_a_curve_is_left_out_by_name():
    flat = [{**row, "picture": "flat", "psnr": 50.0} for row in _rows()]
    document = regression.make_baseline(_rows() + flat, "v")
    assert list(document["pictures"]) == ["p"] and list(document["left_out"]) == ["flat"]


def _exact(size, picture="exact"):
    return [{**row, "picture": picture, "bytes": size, "psnr": 100.0} for row in _rows()]


def test_exact_pictures_are_compared_by_bytes():
    baseline = regression.make_baseline(_exact(1000), "v")
    assert list(baseline["pictures"]) == ["exact"]
    assert regression.check(baseline, _exact(1002)).passed
    assert not regression.check(baseline, _exact(1004)).passed
    lossy = _exact(900)
    lossy[0]["psnr"] = 60.0
    assert not regression.check(baseline, lossy).passed


def test_what_became_exact_passes_if_it_is_smaller():
    baseline = regression.make_baseline(_rows(picture="exact"), "v")
    assert regression.check(baseline, _exact(90_000)).passed
    assert not regression.check(baseline, _exact(230_000)).passed


def test_help_runs_without_anything():
    done = subprocess.run(
        [sys.executable, rd_eval.__file__, "--help"], capture_output=True, text=True, check=True
    )
    assert "--write-baseline" in done.stdout and "tools/python" in done.stdout
