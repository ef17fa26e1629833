"""The changed pictures that models are judged by: fixed, named, on disk."""

import csv

import numpy as np
import pytest
from PIL import Image

import tiny
from vaecomp_train import changed, checkpoint, cli
from vaecomp_train.model import Codec


def mean(picture: np.ndarray) -> np.ndarray:
    return picture.reshape(-1, 3).mean(0)


@pytest.mark.parametrize("recipe", changed.RECIPES)
def test_a_recipe_is_repeatable_and_changes_the_photo(recipe):
    photo = tiny.photo(0)
    one = changed.changed(photo, recipe)
    assert one.shape == photo.shape and one.dtype == np.uint8
    assert np.array_equal(one, changed.changed(photo, recipe))
    assert not np.array_equal(one, photo)


def test_recipes_do_what_they_are_named_for():
    photo = tiny.photo(1, 96, 128)
    made = {recipe: changed.changed(photo, recipe) for recipe in changed.RECIPES}
    assert mean(made["night"]).mean() < 0.5 * mean(photo).mean()
    assert mean(made["neon"])[1] < 0.5 * mean(photo)[1]
    assert made["fog"].std() < 0.5 * photo.std() and mean(made["fog"]).mean() > 128
    assert mean(made["sunset"])[0] > mean(made["sunset"])[2]
    assert np.abs(np.diff(np.diff(made["tinted"].astype(float), axis=2), axis=2)).max() < 80
    assert np.array_equal(made["gamma"], np.round(255 * (photo / 255.0) ** 2.5).astype(np.uint8))
    assert np.array_equal(made["swapped"], photo[:, :, [2, 0, 1]])
    spread = [float(np.ptp(x.astype(float), axis=2).mean()) for x in (photo, made["saturated"])]
    assert spread[1] > 1.3 * spread[0]


def test_command_writes_a_folder_a_recipe(photos, tmp_path, capsys):
    arguments = ["changed", "--photos", str(photos), "--out", str(tmp_path / "out")]
    assert cli.main([*arguments, "--recipes", "fog", "neon"]) == 0
    assert "6 pictures" in capsys.readouterr().out
    files = sorted(str(f.relative_to(tmp_path / "out")) for f in (tmp_path / "out").rglob("*.png"))
    assert files == [f"{r}/{n}.png" for r in ("fog", "neon") for n in range(3)]
    with Image.open(tmp_path / "out" / "fog" / "1.png") as image:
        assert np.array_equal(np.array(image), changed.changed(tiny.photo(1), "fog"))


@pytest.mark.parametrize("recipes, folder, message", [
    (["mist"], "photos", "mist: no such recipe"), (["fog"], "empty", "no pictures found")])
def test_mistakes_are_named(photos, tmp_path, capsys, recipes, folder, message):
    (tmp_path / "empty").mkdir()
    arguments = ["changed", "--photos", str(tmp_path / folder), "--out", str(tmp_path / "out")]
    assert cli.main([*arguments, "--recipes", *recipes]) == cli.EXIT_USER
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_two_photos_of_one_name_are_refused(tmp_path, capsys):
    for folder in ("a", "b"):
        tiny.write_photos(tmp_path / folder, 1)
    arguments = ["changed", "--photos", str(tmp_path / "a"), str(tmp_path / "b")]
    assert cli.main([*arguments, "--out", str(tmp_path / "out")]) == cli.EXIT_USER
    assert "one name" in capsys.readouterr().err


def test_evaluate_by_folder_and_symbols(photos, tmp_path, capsys):
    weights, table = tmp_path / "weights.pt", tmp_path / "rows.csv"
    checkpoint.save_weights(weights, Codec(tiny.MODEL), {"phase": "choice"})
    changed.write([photos], tmp_path / "out", ["fog", "neon"])
    arguments = ["evaluate", "--weights", str(weights), "--photos", str(tmp_path / "out"),
                 "--qualities", "0,50", "--threads", "1", "--device", "cpu", "--csv", str(table)]

    def rows(*more: str) -> list[dict[str, str]]:
        assert cli.main([*arguments, *more]) == 0
        with table.open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    by_folder = rows("--by-folder")
    assert [row["folder"] for row in by_folder] == ["fog", "fog", "neon", "neon"]
    assert "\nfog\n" in capsys.readouterr().out
    together = rows()
    assert "folder" not in together[0] and len(together) == 2
    halves = [float(by_folder[i]["bpp"]) for i in (0, 2)]
    assert float(together[0]["bpp"]) == pytest.approx(np.mean(halves), rel=1e-5)
    assert rows("--symbols", "chosen") == together
    assert rows("--symbols", "rounded") != together
