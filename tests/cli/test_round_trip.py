"""Encode and decode through files and pipes."""

from __future__ import annotations

import os
import stat
import unittest

from support import CliTest, chunk, pixels, png, read_pnm


class RoundTrip(CliTest):
    def test_sizes_and_channels_survive(self) -> None:
        for width, height in ((1, 1), (1, 50), (70, 1), (16, 16), (17, 33), (130, 67)):
            for channels in (1, 3):
                with self.subTest(width=width, height=height, channels=channels):
                    samples = pixels(width, height, channels)
                    self.write("in.png", png(width, height, samples, channels))
                    self.succeed("encode", "in.png", "-o", "a.vaec", "-q", "90")
                    self.succeed("decode", "a.vaec", "-o", "back.pnm")
                    back = read_pnm((self.folder / "back.pnm").read_bytes())
                    self.assertEqual(back[:3], (width, height, channels))
                    squares = sum((a - b) ** 2 for a, b in zip(samples, back[3]))
                    # 20 dB: far from what the codec reaches, near enough to be this picture.
                    self.assertLess(squares / len(samples), 650)

    def test_png_and_pnm_hold_the_same_pixels(self) -> None:
        self.write("a.vaec", self.stream())
        self.succeed("decode", "a.vaec", "-o", "back.png")
        self.succeed("decode", "a.vaec", "-o", "back.ppm")
        self.assertIn(b"pictures are equal", self.succeed("compare", "back.png", "back.ppm"))
        self.assertIn(b"pictures are equal", self.succeed("compare", "back.png", "a.vaec"))

    def test_pnm_and_png_give_the_same_stream(self) -> None:
        for channels, magic in ((3, b"P6"), (1, b"P5")):
            samples = pixels(31, 22, channels)
            from_png = self.succeed("encode", "-", "-o", "-", stdin=png(31, 22, samples, channels))
            pnm = magic + b"\n31 22\n255\n" + samples
            self.assertEqual(self.succeed("encode", "-", "-o", "-", stdin=pnm), from_png)

    def test_pipes_and_files_give_the_same(self) -> None:
        self.write("in.png", png(40, 30, pixels(40, 30, 3), 3))
        self.succeed("encode", "in.png", "-o", "a.vaec")
        stream = (self.folder / "a.vaec").read_bytes()
        piped = self.succeed("encode", "-", "-o", "-", stdin=(self.folder / "in.png").read_bytes())
        self.assertEqual(piped, stream)
        self.succeed("decode", "a.vaec", "-o", "b.ppm")
        piped = self.succeed("decode", "-", "-o", "-", "--format", "ppm", stdin=stream)
        self.assertEqual(piped, (self.folder / "b.ppm").read_bytes())
        self.assertTrue(self.succeed("decode", "-", "-o", "-", stdin=stream).startswith(b"\x89PNG"))

    def test_input_of_many_pipe_buffers(self) -> None:
        # A private PNG chunk of 3 MB that nothing keeps: more than any pipe or first read holds.
        filler = os.urandom(3_000_000)
        file = png(8, 8, pixels(8, 8, 3), 3, extra=chunk(b"abCd", filler))
        small = png(8, 8, pixels(8, 8, 3), 3)
        self.assertEqual(
            self.succeed("encode", "-", "-o", "-", stdin=file),
            self.succeed("encode", "-", "-o", "-", stdin=small),
        )

    def test_thread_count_changes_nothing(self) -> None:
        picture = png(150, 90, pixels(150, 90, 3), 3)
        streams = {self.succeed("encode", "-", "-o", "-", "-j", n, stdin=picture) for n in (1, 2, 7)}
        self.assertEqual(len(streams), 1)
        stream = streams.pop()
        pictures = {self.succeed("decode", "-", "-o", "-", "-j", n, stdin=stream) for n in (1, 2, 7)}
        self.assertEqual(len(pictures), 1)

    def test_quality_orders_the_sizes(self) -> None:
        picture = png(150, 90, pixels(150, 90, 3), 3)
        sizes = [
            len(self.succeed("encode", "-", "-o", "-", "-q", q, stdin=picture)) for q in (0, 50, 100)
        ]
        self.assertEqual(sizes, sorted(set(sizes)))

    def test_verify(self) -> None:
        picture = png(33, 35, pixels(33, 35, 3), 3)
        plain = self.succeed("encode", "-", "-o", "-", stdin=picture)
        self.assertEqual(self.succeed("encode", "--verify", "-", "-o", "-", stdin=picture), plain)

    def test_grey_as_ppm_gets_equal_channels(self) -> None:
        stream = self.stream(channels=1)
        grey = read_pnm(self.succeed("decode", "-", "-o", "-", "--format", "pgm", stdin=stream))
        rgb = read_pnm(self.succeed("decode", "-", "-o", "-", "--format", "ppm", stdin=stream))
        self.assertEqual(rgb[2], 3)
        self.assertEqual(rgb[3], bytes(s for s in grey[3] for _ in range(3)))

    def test_opaque_alpha_is_dropped(self) -> None:
        rgb = pixels(9, 7, 3)
        rgba = b"".join(rgb[i : i + 3] + b"\xff" for i in range(0, len(rgb), 3))
        self.assertEqual(
            self.succeed("encode", "-", "-o", "-", stdin=png(9, 7, rgba, 4)),
            self.succeed("encode", "-", "-o", "-", stdin=png(9, 7, rgb, 3)),
        )


class Output(CliTest):
    def test_an_older_file_is_replaced_and_keeps_its_permissions(self) -> None:
        self.write("in.png", png(8, 8, pixels(8, 8, 3), 3))
        old = self.write("a.vaec", self.stream())
        old.chmod(0o640)
        self.succeed("encode", "in.png", "-o", "a.vaec")
        self.assertEqual(old.read_bytes(), self.succeed("encode", "in.png", "-o", "-"))
        self.assertEqual(stat.S_IMODE(old.stat().st_mode), 0o640)
        self.assertEqual(sorted(self.listing()), ["a.vaec", "in.png"])

    def test_a_link_stays_a_link(self) -> None:
        self.write("in.png", png(8, 8, pixels(8, 8, 3), 3))
        target = self.write("real.vaec", b"")
        link = self.folder / "a.vaec"
        link.symlink_to("real.vaec")
        self.succeed("encode", "in.png", "-o", "a.vaec")
        self.assertTrue(link.is_symlink())
        self.assertTrue(target.read_bytes().startswith(b"\xd6VAE"))

    def test_a_device_is_written_not_replaced(self) -> None:
        self.write("in.png", png(8, 8, pixels(8, 8, 3), 3))
        self.succeed("encode", "in.png", "-o", "/dev/null")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))

    def test_names_with_blanks_dashes_and_foreign_letters(self) -> None:
        for name in ("a b.png", "-x.png", "caf\u00e9.png"):
            self.write(name, png(8, 8, pixels(8, 8, 3), 3))
            self.succeed("encode", "-o", "a.vaec", "--", name)


if __name__ == "__main__":
    unittest.main()
