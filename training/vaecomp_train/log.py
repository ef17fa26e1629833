"""What a run tells: CSV files, a progress bar with the time left, TensorBoard where installed."""

import csv
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm


class CsvLog:
    """Rows of one kind appended to a CSV file; the first row's keys are its columns."""

    def __init__(self, path: Path):
        self._path = path

    def write(self, row: dict[str, Any]) -> None:
        new = not self._path.exists() or self._path.stat().st_size == 0
        with self._path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, row.keys())
            if new:
                writer.writeheader()
            writer.writerow(row)

    def truncate_after(self, step: int) -> None:
        """Drop rows later than `step`: a resumed run writes them again."""
        if not self._path.exists():
            return
        with self._path.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if int(row["step"]) <= step]
        self._path.unlink()
        for row in rows:
            self.write(row)


class RunLog:
    """The log of one run: train.csv and valid.csv in its folder, a bar on the terminal.

    A silent one (`folder` None, for processes other than the first) does nothing.
    """

    def __init__(self, folder: Path | None, total: float, unit: str, start: float = 0.0,
                 step: int = 0):
        """`total` and `start` are in `unit`s of progress: steps or seconds."""
        self._folder = folder
        if folder is None:
            return
        self._train, self._valid = CsvLog(folder / "train.csv"), CsvLog(folder / "valid.csv")
        self._train.truncate_after(step)
        self._valid.truncate_after(step)
        self._board = self._open_board(folder)
        self._interactive = sys.stderr.isatty()
        self._bar = tqdm(total=total, initial=start, unit=unit, disable=not self._interactive,
                         bar_format="{l_bar}{bar}| {n:.0f}/{total:.0f} {unit}, {remaining} left"
                                    "{postfix}")

    @staticmethod
    def _open_board(folder: Path) -> Any:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            return None
        return SummaryWriter(str(folder / "tensorboard"))

    def progress(self, done: float) -> None:
        """Move the bar to `done` units."""
        if self._folder is not None:
            self._bar.update(done - self._bar.n)

    def message(self, text: str) -> None:
        """A line for the reader, above the bar."""
        if self._folder is not None:
            tqdm.write(text, file=sys.stderr)

    def _scalars(self, prefix: str, row: dict[str, Any]) -> None:
        if self._board is not None:
            for name, value in row.items():
                if isinstance(value, (int, float)):
                    self._board.add_scalar(f"{prefix}/{name}", value, row["step"])

    def train(self, row: dict[str, Any]) -> None:
        """One line of train.csv; `row` has "step"."""
        if self._folder is None:
            return
        self._train.write(row)
        self._scalars("train", row)
        if self._interactive:
            self._bar.set_postfix_str(f", step {row['step']}, loss {row['loss']:.4f}")
        else:
            self.message(" ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}"
                                  for k, v in row.items()))

    def valid(self, rows: list[dict[str, Any]]) -> None:
        """Lines of valid.csv, one a quality."""
        if self._folder is None:
            return
        for row in rows:
            self._valid.write(row)
            self._scalars(f"valid/q{row['quality']:g}", row)
        self.message(f"valid at step {rows[0]['step']}: " + ", ".join(
            f"q{row['quality']:g} {row['bpp']:.4f} bpp {row['psnr']:.2f} dB" for row in rows))

    def close(self) -> None:
        if self._folder is not None:
            self._bar.close()
            if self._board is not None:
                self._board.close()
