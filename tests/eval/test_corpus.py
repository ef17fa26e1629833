"""The corpus: synthetic pictures are the manifest's to the last bit, fetching checks hashes."""

from __future__ import annotations

import functools
import hashlib
import http.server
import io
import json
import os
import subprocess
import threading
import zipfile

import conftest
import fetch_photos
import generate
import numpy as np
import pytest
import render
from PIL import Image
from rdeval import bd_rate, curves, pictures, regression
from synthetic.png_file import png_bytes
from synthetic.scenes import SCENES


def test_the_pictures_are_those_of_the_manifest():
    drawn = [generate.entry(scene, scene.draw()) for scene in SCENES]
    assert generate.mismatches(drawn) == []


def test_a_changed_picture_is_noticed():
    drawn = [generate.entry(scene, scene.draw()) for scene in SCENES[:1]]
    drawn[0]["samples_sha256"] = "0" * 64
    wrong = generate.mismatches(drawn)
    assert f"{SCENES[0].name}.png: differs from the manifest in samples_sha256" in wrong
    assert len(wrong) == len(SCENES)


def test_the_generator_writes_what_it_draws(tmp_path):
    command = [
        str(conftest.ROOT / "tools" / "python"),
        str(conftest.ROOT / "corpus" / "generate.py"),
    ]
    subprocess.run([*command, "--out", str(tmp_path)], check=True)
    for scene in SCENES:
        samples = scene.draw()
        if samples.dtype == np.uint8:
            read = np.asarray(Image.open(tmp_path / f"{scene.name}.png"))
            assert (read == samples).all(), scene.name


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 3), (3, 5, 4)])
def test_png_files_of_8_bits(shape):
    samples = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
    assert (np.asarray(Image.open(io.BytesIO(png_bytes(samples)))) == samples).all()


def test_png_files_of_16_bits():
    samples = np.random.default_rng(4).integers(0, 65536, (4, 6), dtype=np.uint16)
    assert (np.asarray(Image.open(io.BytesIO(png_bytes(samples)))) == samples).all()
    colour = np.random.default_rng(5).integers(0, 65536, (4, 6, 3), dtype=np.uint16)
    # Pillow keeps the high bytes of 16-bit colour.
    assert (np.asarray(Image.open(io.BytesIO(png_bytes(colour)))) == colour >> 8).all()


def test_two_ways_of_hashing_agree():
    samples = SCENES[0].draw()
    assert generate.samples_sha256(samples) == pictures.samples_sha256(samples)


def test_the_gate_has_whole_pictures_and_crops():
    names = [picture.name for picture in regression.gate_pictures()]
    assert len(names) == len(set(names)) == 16
    assert "landscape" in names and "landscape-crop" in names and "alpha" not in names
    assert "terminal-screen" in names


def test_the_screens_are_those_of_the_manifest():
    folder = conftest.ROOT / "corpus" / "screens"
    assert len(render.SCREENS) >= 20
    assert [render.entry(screen) for screen in render.SCREENS] == _manifest()["screens"]
    assert {path.stem for path in folder.glob("*.png")} == {s.name for s in render.SCREENS}
    assert {path.name for path in (folder / "pages").glob("*.html")} == {
        screen.page.partition("?")[0] for screen in render.SCREENS
    }


def test_every_anchor_has_a_source_and_a_curve():
    names = curves.anchor_names()
    assert len(names) >= 60
    for name in names:
        curve = curves.read_anchor(curves.ANCHOR_FOLDER / f"{name}.json")
        assert curve.name == name and len(curve.source) > 10
        metric = curve.psnr() if len(curve.psnr()[0]) > 1 else curve.ms_ssim()
        log_rates, _ = bd_rate.rising_curve(*metric)
        assert len(log_rates) >= 4, name


@pytest.mark.parametrize(
    "name, file", [("vtm", "vtm"), ("elic", "paper-elic2022_mse"), ("hpcm-large", "hpcm-large_mse")]
)
def test_anchors_by_short_names(name, file):
    assert curves.find_anchor(name).name == file


def test_kodak_hashes_are_those_of_the_files():
    folder = os.environ.get("VAECOMP_KODAK", "")
    if not folder:
        pytest.skip("set VAECOMP_KODAK to the folder of the 24 Kodak pictures (corpus/fetch kodak)")
    for name, path in pictures.find([folder]):
        wanted = {f["file"]: f for f in _manifest()["photo_sets"]["kodak"]["files"]}[f"{name}.png"]
        assert pictures.load(path).sha256() == wanted["samples_sha256"]


def _manifest():
    return json.loads(generate.MANIFEST.read_text())


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Keeps the test's output clean."""


@pytest.fixture
def site(tmp_path):
    """(folder, address) of a web server on loopback."""
    folder = tmp_path / "site"
    folder.mkdir()
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _fetch(tmp_path, photo_set, capsys):
    manifest = tmp_path / "manifest.json"
    document = {"photo_sets": {"some": {"title": "Some", "licence": "free", **photo_set}}}
    manifest.write_text(json.dumps(document))
    code = fetch_photos.main(["some", str(tmp_path / "photos")], manifest)
    return code, capsys.readouterr()


def test_fetching_files(site, tmp_path, capsys):
    folder, address = site
    (folder / "a.png").write_bytes(b"content")
    right = hashlib.sha256(b"content").hexdigest()
    file = {"file": "a.png", "url": f"{address}/a.png", "sha256": right}
    code, output = _fetch(tmp_path, {"files": [file]}, capsys)
    assert code == 0 and "1 fetched, 0 already there" in output.out
    assert (tmp_path / "photos" / "a.png").read_bytes() == b"content"
    code, output = _fetch(tmp_path, {"files": [file]}, capsys)
    assert code == 0 and "0 fetched, 1 already there" in output.out


def test_a_wrong_hash_leaves_nothing(site, tmp_path, capsys):
    folder, address = site
    (folder / "a.png").write_bytes(b"other")
    file = {"file": "a.png", "url": f"{address}/a.png", "sha256": "0" * 64}
    code, output = _fetch(tmp_path, {"files": [file]}, capsys)
    assert code == 1 and "expected 0000" in output.err
    assert list((tmp_path / "photos").iterdir()) == []


def test_fetching_an_archive_from_its_second_source(site, tmp_path, capsys):
    folder, address = site
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        bundle.writestr("valid/x.png", b"picture")
        bundle.writestr("../../y.png", b"another")
        bundle.writestr("__MACOSX/valid/._x.png", b"junk")
    (folder / "set.zip").write_bytes(buffer.getvalue())
    archives = [
        {"url": f"{address}/gone.zip", "sha256": "0" * 64},
        {"url": f"{address}/set.zip", "sha256": hashlib.sha256(buffer.getvalue()).hexdigest()},
    ]
    code, output = _fetch(tmp_path, {"archives": archives}, capsys)
    assert code == 0 and "2 pictures unpacked" in output.out
    assert sorted(p.name for p in (tmp_path / "photos").iterdir()) == ["x.png", "y.png"]
    code, output = _fetch(tmp_path, {"archives": archives[:1]}, capsys)
    assert code == 1 and "404" in output.err and len(output.err.splitlines()) == 1


def test_the_python_launcher(tmp_path):
    launcher = str(conftest.ROOT / "tools" / "python")
    done = subprocess.run([launcher, "-c", "import numpy, PIL; print('here')"], capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"here\n")
    wanting = {**os.environ, "VAECOMP_PY_MODULES": "numpy no_such_module"}
    done = subprocess.run([launcher, "-c", ""], env=wanting, capture_output=True, text=True)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "apt install python3-numpy python3-no_such_module" in done.stderr
    chosen = tmp_path / "mine"
    chosen.write_text("#!/bin/sh\necho chosen\n")
    chosen.chmod(0o755)
    own = {**os.environ, "VAECOMP_PYTHON": str(chosen)}
    done = subprocess.run([launcher, "x"], env=own, capture_output=True, text=True)
    assert done.stdout == "chosen\n"
