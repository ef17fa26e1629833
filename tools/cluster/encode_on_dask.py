#!/usr/bin/env python3
"""Encodes a folder of pictures on a Dask cluster: encode_on_dask.py IN OUT --scheduler ADDRESS

Needs Debian's python3-distributed here and on the workers. Pictures and streams travel through the
cluster: no shared folder. The program must be installed on the workers (--vaecomp names it there),
or is sent to them with --send-program; its libraries must be there in either case.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

if importlib.util.find_spec("distributed") is None:
    # The python3 that comes first on PATH may lack the distribution's modules.
    _FINDER = Path(__file__).resolve().parents[1] / "python"
    os.environ["VAECOMP_PY_MODULES"] = "distributed"
    os.execv(_FINDER, [str(_FINDER), *sys.argv])

sys.path.insert(0, str(Path(__file__).resolve().parent))
from vaecomp_cluster import files  # noqa: E402
from vaecomp_cluster.cluster import ClusterError, DaskCluster, Task  # noqa: E402
from vaecomp_cluster.manifest import NAME, Entry, Manifest, ManifestError  # noqa: E402
from vaecomp_cluster.work import Encoded, Encoding  # noqa: E402

FAILED, USAGE, INTERRUPTED = 1, 5, 130

EPILOG = f"""\
The folder OUT gets a stream per picture and {NAME}: per picture its hash, the options, the
stream's name, hash and size, or why there is none. The same command again does what is left:
pictures that changed, failed, or whose stream is missing or damaged, and all if options changed.
What follows "--" are more options of vaecomp encode.

examples:
  dask-scheduler &                                    # on one machine
  dask-worker tcp://HOST:8786 --nthreads 1 &          # on each machine, one per core or so
  tools/cluster/encode_on_dask.py photos streams --scheduler tcp://HOST:8786 -q 70 --recursive
  tools/cluster/encode_on_dask.py photos streams --scheduler tcp://HOST:8786 -- --target-size 200k

exit codes: 0 all done, 1 a picture failed or the cluster is gone, 5 usage, 130 interrupted
"""


class Parser(argparse.ArgumentParser):
    """A parser that ends with the project's code for usage errors."""

    def error(self, message: str) -> None:
        """Prints one line and ends."""
        self.exit(USAGE, f"encode_on_dask: {message} (see --help)\n")


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = Parser(
        prog="encode_on_dask.py",
        description=__doc__.split("\n\n", 1)[0],
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="IN", type=Path, help="folder of pictures")
    parser.add_argument("out", metavar="OUT", type=Path, help="folder for the streams; made if missing")
    parser.add_argument("--scheduler", metavar="ADDRESS", required=True, help="as tcp://HOST:8786")
    parser.add_argument("-r", "--recursive", action="store_true", help="folders below IN, too")
    parser.add_argument("-q", "--quality", type=int, metavar="Q", help="0 .. 100")
    parser.add_argument("-e", "--effort", type=int, metavar="E", help="1 .. 9")
    parser.add_argument("--vaecomp", metavar="PATH", default="vaecomp", help="the program (vaecomp)")
    parser.add_argument(
        "--send-program", action="store_true", help="send this machine's PATH to the workers"
    )
    parser.add_argument(
        "-j", "--threads", type=int, default=1, metavar="N", help="threads per picture (1)"
    )
    parser.add_argument(
        "--timeout", type=float, default=3600, metavar="S", help="seconds for one picture (3600)"
    )
    parser.add_argument(
        "--patience", type=float, default=300, metavar="S",
        help="seconds to wait while the cluster has no worker (300)",
    )  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="only failures and the summary")
    end = arguments.index("--") if "--" in arguments else len(arguments)
    args = parser.parse_args(arguments[:end])
    args.more = arguments[end + 1 :]
    if args.quality is not None and not 0 <= args.quality <= 100:
        parser.error("-q is from 0 to 100")
    if args.effort is not None and not 1 <= args.effort <= 9:
        parser.error("-e is from 1 to 9")
    if args.threads < 0 or args.timeout <= 0 or args.patience <= 0:
        parser.error("-j, --timeout and --patience cannot be negative, nor the last two 0")
    if not args.folder.is_dir():
        parser.error(f"{args.folder} is no folder")
    return args


class Batch:
    """One run: what is left to do, what came of it."""

    def __init__(self, args: argparse.Namespace) -> None:
        """Errors: OSError, ManifestError, NameClash."""
        self._args = args
        self._program_file: bytes | None = None
        arguments = [] if args.quality is None else ["-q", str(args.quality)]
        arguments += [] if args.effort is None else ["-e", str(args.effort)]
        arguments += args.more
        options: dict[str, object] = {"arguments": arguments}
        if args.send_program:
            path = shutil.which(args.vaecomp)
            if path is None:
                raise FileNotFoundError(2, "no such program on this machine", args.vaecomp)
            self._program_file = Path(path).read_bytes()
            options["program"] = files.sha256(self._program_file)
        else:
            options["program"] = args.vaecomp
        self._encoding = Encoding(
            args.vaecomp, ("-j", str(args.threads), *arguments), args.timeout
        )
        self._options = json.dumps(options, sort_keys=True)
        self._outputs = files.output_names(files.find_pictures(args.folder, args.recursive))
        args.out.mkdir(parents=True, exist_ok=True)
        self._manifest = Manifest(args.out)
        self._hashes: dict[str, tuple[str, int]] = {}  # of pictures sent
        self.skipped = self.encoded = self.failed = self.bytes_in = self.bytes_out = 0

    def run(self) -> None:
        """Encodes what is not done yet. Errors: ClusterError, OSError of the output folder."""
        cluster = DaskCluster(self._args.scheduler, self._args.patience)
        try:
            results = cluster.encode(self._tasks(), self._encoding, self._program_file)
            for picture, result in results:
                self._keep(picture, result)
        finally:
            cluster.close()
            self._manifest.close()

    def _tasks(self) -> Iterator[Task]:
        """The pictures that are left, each read once: now, to look whether it is done."""
        for picture, output in self._outputs.items():
            try:
                content = (self._args.folder / picture).read_bytes()
            except OSError as error:
                yield picture, _raiser(error)
                continue
            digest = files.sha256(content)
            if self._manifest.is_done(picture, digest, self._options, output):
                self.skipped += 1
                continue
            self._hashes[picture] = (digest, len(content))
            yield picture, lambda content=content: content

    def _keep(self, picture: str, result: Encoded) -> None:
        """Writes a stream, then its line; tells about it."""
        digest, size = self._hashes.pop(picture, ("", 0))
        output = self._outputs[picture]
        if not result.error:
            files.write_whole(self._args.out / output, result.stream)
        self._manifest.add(
            Entry(
                picture=picture,
                picture_sha256=digest,
                picture_bytes=size,
                options=self._options,
                status="failed" if result.error else "done",
                output=output,
                output_sha256="" if result.error else files.sha256(result.stream),
                output_bytes=len(result.stream),
                error=result.error,
                seconds=round(result.seconds, 3),
                worker=result.worker,
            )
        )
        if result.error:
            self.failed += 1
            print(f"encode_on_dask: {picture}: {result.error}", file=sys.stderr, flush=True)
            return
        self.encoded += 1
        self.bytes_in += size
        self.bytes_out += len(result.stream)
        if not self._args.quiet:
            place = self.skipped + self.encoded + self.failed
            sizes = f"{size} -> {len(result.stream)} bytes, {result.seconds:.1f} s on {result.worker}"
            print(f"[{place}/{len(self._outputs)}] {picture}: {sizes}", flush=True)

    def summary(self, seconds: float) -> str:
        """One line on the run."""
        left = len(self._outputs) - self.encoded - self.skipped - self.failed
        text = f"{self.encoded} encoded, {self.skipped} already done, {self.failed} failed"
        if left:
            text += f", {left} left"
        if self.bytes_in:
            share = 100 * self.bytes_out / self.bytes_in
            text += f"; {self.bytes_in} -> {self.bytes_out} bytes ({share:.1f} %)"
        return f"{text}; {seconds:.1f} s"


def _raiser(error: OSError):
    """A reader that fails as an earlier read did."""

    def read() -> bytes:
        raise error

    return read


def main(arguments: list[str]) -> int:
    """Runs the batch; returns the exit code."""
    args = parse(arguments)
    start = time.monotonic()
    batch = None
    code = 0
    try:
        batch = Batch(args)
        batch.run()
    except KeyboardInterrupt:
        print("encode_on_dask: interrupted; the same command again goes on", file=sys.stderr)
        code = INTERRUPTED
    except (ClusterError, ManifestError, OSError) as error:
        print(f"encode_on_dask: {error}", file=sys.stderr)
        code = FAILED
    except files.NameClash as error:
        print(f"encode_on_dask: {error}", file=sys.stderr)
        code = USAGE
    if batch is not None:
        print(batch.summary(time.monotonic() - start), flush=True)
        code = code or (FAILED if batch.failed else 0)
    return code


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
