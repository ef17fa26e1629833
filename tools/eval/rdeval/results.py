"""A finished run as a value and as files: results.json, results.csv."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Sequence

from .curves import Curve, mean_curve
from .measure import Row

FORMAT = 1


class ResultsError(ValueError):
    """A results folder that cannot be read; the text says why."""


@dataclass
class Results:
    """All rows of a run, the codecs in the order they were asked for, and how it was made."""

    rows: list[Row]
    codecs: list[dict[str, str]]  # name, label, version, raw (kind of the raw decode)
    anchors: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    conditions: dict[str, Any] = field(default_factory=dict)

    def curves(self) -> list[Curve]:
        """The measured mean curves that have points, in the order of `codecs`."""
        return [curve for curve, _ in self._means() if curve.points]

    def curve_remarks(self) -> list[str]:
        """What the mean curves had to leave out."""
        return [remark for _, remarks in self._means() for remark in remarks]

    def pictures(self) -> list[str]:
        """Names of the pictures in order of first appearance."""
        return list(dict.fromkeys(row["picture"] for row in self.rows))

    def rows_of(self, codec: str, picture: str | None = None) -> list[Row]:
        """The rows of one codec, and of one picture where named."""
        return [
            row
            for row in self.rows
            if row["codec"] == codec and (picture is None or row["picture"] == picture)
        ]

    def label(self, codec: str) -> str:
        """How tables and plots call a codec."""
        return next((entry["label"] for entry in self.codecs if entry["name"] == codec), codec)

    def _means(self) -> list[tuple[Curve, list[str]]]:
        return [
            mean_curve(entry["name"], entry["label"], self.rows_of(entry["name"]))
            for entry in self.codecs
        ]


def write(results: Results, folder: Path) -> None:
    """results.json (everything) and results.csv (the rows)."""
    document = {
        "format": FORMAT,
        "conditions": results.conditions,
        "codecs": results.codecs,
        "anchors": results.anchors,
        "remarks": results.remarks,
        "rows": results.rows,
    }
    (folder / "results.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    write_csv(results.rows, folder / "results.csv")


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """The rows with a heading; empty cells are values that were not measured."""
    with path.open("w", newline="", encoding="utf-8") as file:
        if rows:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def read(folder: Path) -> Results:
    """The results of an earlier run; ResultsError where the folder has none."""
    path = folder / "results.json" if folder.is_dir() else folder
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise ResultsError(f"{path}: written by another version of this tool")
        return Results(
            document["rows"],
            document["codecs"],
            document["anchors"],
            document["remarks"],
            document["conditions"],
        )
    except (OSError, KeyError, json.JSONDecodeError) as error:
        raise ResultsError(f"{path}: not the results of a run ({error!r})") from error
