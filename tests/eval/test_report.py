"""A small run with toy codecs: its files, the report in a real browser, the README part."""

from __future__ import annotations

import csv
import io
import re
import shutil

import chromium_pipe
import conftest
import numpy as np
import pytest
from PIL import Image
from rdeval import compare, evaluate, pictures, plots, readme, results, summary
from rdeval.cache import Cache
from rdeval.schedule import LocalScheduler


@pytest.fixture(scope="module")
def finished(tmp_path_factory, photo_like):
    """(folder, Results) of a run of two toy codecs and one that always fails, on two pictures."""
    folder = tmp_path_factory.mktemp("run")
    for name, samples in (("one", photo_like.samples), ("two", photo_like.samples[::-1])):
        (folder / f"{name}.png").write_bytes(pictures.png_bytes(samples, 6))
    failing = conftest.with_encode(
        conftest.toy_codec("webp", name="broken", qualities=(50,)), "ls /nonexistent/input"
    )
    plan = evaluate.Plan(
        codecs=[
            conftest.located(codec)
            for codec in (conftest.toy_codec("webp"), conftest.toy_codec("jpeg"), failing)
        ],
        sources=pictures.find([str(folder)]),
        qualities=lambda codec: codec.qualities,
        out=folder / "out",
        anchors=["vtm", "elic"],
        jobs=2,
        compares=2,
    )
    return plan.out, evaluate.run(plan, LocalScheduler(2), Cache(folder / "cache"))


def test_the_files_of_a_run(finished):
    folder, found = finished
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "results.csv", "results.json", "summary.md", "report.html",
        "rd_psnr.svg", "rd_psnr.png", "rd_ms_ssim.svg", "rd_ms_ssim.png",
    }  # fmt: skip
    with (folder / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(found.rows) == 2 * (4 + 4 + 1)
    assert results.read(folder) == found
    assert Image.open(folder / "rd_psnr.png").size[0] > 600


def test_failures_are_shown_and_make_no_hole(finished):
    folder, found = finished
    failed = [row for row in found.rows if row["codec"] == "broken"]
    assert len(failed) == 2 and all("No such file" in row["error"] for row in failed)
    text = (folder / "summary.md").read_text()
    assert "broken quality 50, one: ls exited with 2" in text
    assert "2 of 2 pictures failed" in text
    assert "mean nothing" in text  # Kodak anchors beside other pictures
    assert [curve.name for curve in found.curves()] == ["toy-webp", "toy-jpeg"]


def test_the_mean_curve_is_the_mean_over_pictures(finished):
    _, found = finished
    point = next(p for p in found.curves()[1].points if p.quality == 40)
    rows = [row for row in found.rows_of("toy-jpeg") if row["quality"] == 40]
    assert point.bpp == pytest.approx(sum(row["bpp"] for row in rows) / 2)
    assert point.psnr == pytest.approx(sum(row["psnr"] for row in rows) / 2)


def test_the_speed_table_has_ratios(finished):
    _, found = finished
    table = summary.speed_table(found)
    assert re.search(r"\| Toy webp .*\| 1\.00 x \| 1\.00 x \|", table)
    assert "2 jobs ran at once" in table


def test_plots_are_reproducible(finished):
    _, found = finished
    assert plots.svg(found.curves(), "psnr", "t") == plots.svg(found.curves(), "psnr", "t")


def test_comparisons_come_with_the_largest_difference_first(finished):
    _, found = finished
    leads = [abs(candidate.lead_db) for candidate in compare.candidates(found)]
    assert len(leads) == 2 and leads == sorted(leads, reverse=True)


def test_equal_bytes_are_found_by_bisection():
    class Fake:
        def __init__(self, quality):
            self.row = {"bytes": 100 + 7 * quality, "error": "", "quality": quality}

    for target, quality in ((100, 0), (800, 100), (449, 50), (5000, 100), (10, 0)):
        assert compare.nearest_in_bytes(Fake, target).row["quality"] == quality


def test_the_crop_is_where_the_decodes_differ():
    original = np.zeros((300, 400, 3), np.uint8)
    first, second = original.copy(), original.copy()
    first[200:230, 350:380] = 90
    second[0:20, 0:20] = 40
    top, left = compare.most_different_crop(original, first, second, side=64)
    assert 166 <= top <= 200 and 316 <= left <= 350


def test_the_report_is_self_contained(finished):
    text = (finished[0] / "report.html").read_text()
    assert "<!--" not in text  # no placeholder is left
    # Names of XML vocabularies are no addresses that a browser would load.
    addresses = set(re.findall(r'(?:src|href)="([^"#][^"]{0,12})', text))
    assert all(address.startswith("data:image/pn") for address in addresses)
    assert text.count("<figure class=compare") == 2


def test_the_slider_in_a_browser(finished, tmp_path):
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no program 'chromium' (install: chromium)")
    with chromium_pipe.Chromium(program, tmp_path) as page:
        page.open((finished[0] / "report.html").as_uri())
        assert page.evaluate("document.querySelectorAll('.plots svg').length") == 2
        assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
        page.evaluate("document.querySelector('.compare').scrollIntoView()")
        box = page.evaluate(
            "(b => [b.x, b.y, b.width, b.height])"
            "(document.querySelector('.stage').getBoundingClientRect())"
        )
        left, top, width, height = box
        middle = top + height / 2

        def shown() -> np.ndarray:
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            area = (int(left) + 1, int(top) + 1, int(left + width) - 1, int(top + height) - 1)
            return np.asarray(picture.crop(area)).astype(int)

        page.drag((left + width * 0.5, middle), (left + width * 0.98, middle))
        assert page.evaluate("document.querySelector('.compare input').value") > "970"
        mostly_first = shown()
        page.drag((left + width * 0.9, middle), (left + width * 0.02, middle))
        assert float(page.evaluate("document.querySelector('.compare input').value")) < 30
        assert page.evaluate(
            "document.querySelector('.stage').style.getPropertyValue('--at')"
        ).startswith("2")
        mostly_second = shown()
        inner = slice(int(width * 0.1), int(width * 0.9))
        changed = np.abs(mostly_first[:, inner] - mostly_second[:, inner]).mean()
        assert changed > 0.5, "the two codecs' pictures should differ on screen"
        # The range input moves the divider too.
        page.evaluate(
            "(i => { i.value = 500; i.dispatchEvent(new Event('input')); })"
            "(document.querySelector('.compare input'))"
        )
        halves = shown()
        quarter = int(width * 0.25)
        assert (halves[:, :quarter] == mostly_first[:, :quarter]).mean() > 0.95
        assert (halves[:, -quarter:] == mostly_second[:, -quarter:]).mean() > 0.95
        # Tables sort by a click on a heading.
        page.evaluate("document.querySelector('table.sortable th').click()")
        assert page.evaluate("document.querySelector('table.sortable th').dataset.sorted") == "up"


def test_the_readme_part(finished, tmp_path):
    _, found = finished
    (tmp_path / "README.md").write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n")
    written = readme.write(found, tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "docs/images/rd_kodak.svg", "docs/rd_kodak.md", "README.md"
    ]  # fmt: skip
    text = (tmp_path / "README.md").read_text()
    assert text.startswith("before\n") and text.endswith(f"{readme.END}\nafter\n")
    assert "| Toy jpeg |" in text and "old" not in text and "vtm (published)" in text
    first = text
    readme.write(found, tmp_path)
    assert (tmp_path / "README.md").read_text() == first
    (tmp_path / "README.md").write_text("no markers\n")
    assert len(readme.write(found, tmp_path)) == 2
    assert (tmp_path / "README.md").read_text() == "no markers\n"
