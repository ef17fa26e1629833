"""bench: the form and the sanity of what it measures; how long things take is nobody's promise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest

from support import BAD_DATA, IO, PROGRAM, TIMEOUT, USAGE
from support import CliTest

QUICK = ("bench", "-j", 1, "--repeats", 1)


class Bench(CliTest):
    def measure(self, *arguments: object) -> dict:
        """The JSON of a quick run."""
        return json.loads(self.succeed(*QUICK, "--json", *arguments))

    def test_form_of_the_json(self) -> None:
        self.picture("a.png", 48, 40)
        report = self.measure("a.png", "-e", "1,2")
        self.assertEqual(report["quality"], 50)
        self.assertIn(f"kernels    {report['kernels']}\n", self.succeed("--version").decode())
        (peak,) = report["peaks"]
        self.assertEqual(peak["threads"], 1)
        self.assertGreater(peak["exact_gmac_per_cpu_second"], 0)
        self.assertGreater(peak["float_gmac_per_cpu_second"], 0)
        (picture,) = report["pictures"]
        self.assertEqual([picture[key] for key in ("file", "width", "height")], ["a.png", 48, 40])
        kinds = [(m["work"], m.get("effort"), m["threads"]) for m in picture["measurements"]]
        self.assertEqual(kinds, [("encode", 1, 1), ("encode", 2, 1), ("decode", None, 1)])
        for m in picture["measurements"]:
            with self.subTest(work=m["work"], effort=m.get("effort")):
                self.assertEqual(m["runs"], 1)
                wall = m["wall_seconds"]
                self.assertGreater(wall["median"], 0)
                self.assertEqual(wall["least"], wall["most"])
                pixels = 48 * 40
                self.assertAlmostEqual(m["megapixels_per_second"] * wall["median"] * 1e6, pixels, delta=1e-3)
                self.assertGreater(m["gmac_per_second"], 0)
                self.assertGreaterEqual(m["cpu_seconds"]["median"], 0)
                if sys.platform == "linux" and m["memory_bytes"] is not None:
                    self.assertAlmostEqual(m["memory_bytes_per_pixel"] * pixels, m["memory_bytes"], delta=1)

    def test_the_streams_are_those_of_encode(self) -> None:
        self.picture("a.png", 48, 40)
        for quality in (20, 80):
            with self.subTest(quality=quality):
                size = len(self.succeed("encode", "a.png", "-o", "-", "-q", quality, "-e", 1))
                (picture,) = self.measure("a.png", "-q", quality, "-e", 1)["pictures"]
                self.assertEqual({m["stream_bytes"] for m in picture["measurements"]}, {size})

    def test_memory_grows_with_the_picture(self) -> None:
        report = self.measure("--megapixels", "0.02,1", "-e", 1)
        small, large = report["pictures"]
        self.assertEqual((large["width"], large["height"]), (1232, 816))
        if small["measurements"][0]["memory_bytes"] is None:
            self.skipTest("the system does not tell")
        for one, other in zip(small["measurements"], large["measurements"]):
            # An encoder holds the packed latents, a decoder the symbols: 6 bytes a pixel or more.
            self.assertGreater(other["memory_bytes"], one["memory_bytes"] + 3e6)

    def test_generated_pictures_take_as_many_bits_as_photographs(self) -> None:
        for size in ("0.1", "0.5"):
            (picture,) = self.measure("--megapixels", size, "-e", 1)["pictures"]
            pixels = picture["width"] * picture["height"]
            bits = 8 * picture["measurements"][0]["stream_bytes"] / pixels
            self.assertTrue(0.5 < bits < 1.5, (size, bits))

    def test_coarse_qualities_have_no_known_cost(self) -> None:
        (picture,) = self.measure("--megapixels", "0.01", "-q", 20, "-e", 1)["pictures"]
        for m in picture["measurements"]:
            self.assertIsNone(m["gmac_per_second"])
            self.assertIsNone(m["share_of_peak"])

    def test_table(self) -> None:
        self.picture("a.png", 48, 40)
        text = self.succeed(*QUICK, "a.png", "-e", 1, "--kernels", "generic").decode()
        self.assertTrue(text.startswith("kernels  generic\n"), text)
        self.assertIn("\na.png: 48 x 40 RGB\n", text)
        number = r"\d+\.\d+"
        for what in ("encode -e 1", "decode"):
            line = rf"(?m)^{what} +1 thread +{number} s \({number} s .. {number} s\) +{number} s CPU"
            self.assertRegex(text, line + rf" +{number} MP/s +{number} GMAC/s +\d+ % of peak")

    def test_what_is_wrong(self) -> None:
        self.fail_with(USAGE, r"an effort is a whole number from 1 to 9, not 0", "bench", "-e", "1,0")
        self.fail_with(USAGE, r"an effort is a whole number from 1 to 9, not ''", "bench", "-e", "1,")
        self.fail_with(USAGE, r"a number of megapixels is a number from", "bench", "--megapixels", "0")
        self.fail_with(USAGE, r"a number of runs is a whole number", "bench", "--repeats", "0")
        self.fail_with(USAGE, r"--megapixels", "bench", "a.png", "--megapixels", "1")
        self.fail_with(USAGE, r"this processor has ", "bench", "--kernels", "abacus")
        self.fail_with(IO, r"none\.png: ", *QUICK, "none.png")
        self.write("bad.png", b"no picture")
        self.fail_with(BAD_DATA, r"bad\.png: ", *QUICK, "bad.png")


# Stand-ins for cwebp and dwebp: a codec that changes nothing, and one that always fails.
COPY = """#!/bin/sh
while [ $# -gt 0 ]; do case $1 in -o) to=$2; shift;; -*|[0-9]*) ;; *) from=$1;; esac; shift; done
exec /bin/cp "$from" "$to"
"""
FAIL = "#!/bin/sh\nexit 1\n"


@unittest.skipIf(sys.platform == "win32", "needs processes as POSIX has them")
class Compare(CliTest):
    def compare(self, programs: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[bytes]:
        """Runs bench --compare where only these programs are installed."""
        for name in ("bin", "tmp"):
            (self.folder / name).mkdir()
        for name, script in programs.items():
            path = self.folder / "bin" / name
            path.write_text(script, "ascii")
            path.chmod(0o755)
        result = subprocess.run(
            [PROGRAM, "bench", "--compare", "--repeats", "2", *map(str, arguments)],
            env=os.environ | {"PATH": str(self.folder / "bin"), "TMPDIR": str(self.folder / "tmp")},
            capture_output=True,
            cwd=self.folder,
            timeout=TIMEOUT,
            check=False,
        )
        self.assertEqual(list((self.folder / "tmp").iterdir()), [], "the temporary folder stayed")
        return result

    def test_alone(self) -> None:
        result = self.compare({}, "--megapixels", "0.05", "-e", "1,2", "--json")
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        (picture,) = json.loads(result.stdout)["pictures"]
        self.assertEqual([c["codec"] for c in picture["codecs"]], ["vaecomp (-e 1)", "vaecomp (-e 2)"])
        for codec in picture["codecs"]:
            self.assertEqual((codec["quality"], codec["runs"]), (50, 2))
            self.assertTrue(25 < codec["psnr"] < 50, codec["psnr"])
            for work in ("encode", "decode"):
                cost = codec[work]
                self.assertLessEqual(cost["least_cpu_seconds"], cost["cpu_seconds"])
                self.assertLessEqual(cost["cpu_seconds"], cost["most_cpu_seconds"])
                self.assertGreater(cost["peak_memory_bytes"], 1e6)
        ours = picture["codecs"][0]
        self.assertEqual((ours["encode"]["cpu_ratio"], ours["decode"]["memory_ratio"]), (1, 1))

    def test_beside_another(self) -> None:
        self.picture("a.png", 48, 40)
        result = self.compare({"cwebp": COPY, "dwebp": COPY}, "a.png", "-e", 1)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        lines = result.stdout.decode().splitlines()
        self.assertEqual((len(lines), lines[0]), (3, "a.png: 48 x 40 RGB"))
        cost = r" +\d+\.\d+ s CPU \(x \d+\.\d+\) +\d+\.\d+ MB \(x \d+\.\d+\)"
        self.assertRegex(lines[1], rf"^vaecomp \(-e 1\) +\d+\.\d+ dB +\d+ bytes  encode{cost}  decode{cost}$")
        # Nothing is lost there: no quality comes nearer than another.
        self.assertRegex(lines[2], rf"^WebP \(-m 6\) +inf dB +\d+ bytes  encode{cost}  decode{cost}$")

    def test_what_fails(self) -> None:
        self.picture("a.png")
        result = self.compare({"cwebp": FAIL, "dwebp": COPY}, "a.png")
        self.assertEqual((result.returncode, result.stdout), (IO, b""))
        self.assertEqual(result.stderr, b"vaecomp: a.png: cwebp failed\n")


if __name__ == "__main__":
    unittest.main()
