"""Drives a headless Chromium over its debugging pipe: load a page, run script, drag, screenshot.

The DevTools protocol as JSON messages that end in a zero byte, on file descriptors 3 (to the
browser) and 4 (from it); so that a test needs no driver program and no further module.
"""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any


class Chromium:
    """One browser with one page; use as a context."""

    def __init__(self, program: str, profile: Path, size: tuple[int, int] = (1200, 900)) -> None:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        command = [
            program,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--no-first-run",
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
            f"--window-size={size[0]},{size[1]}",
            "about:blank",
        ]

        def connect() -> None:
            # Through high numbers, lest one of the two ends be closed by the other's move.
            to_high, from_high = os.dup(to_browser), os.dup(from_browser)
            os.dup2(to_high, 3)
            os.dup2(from_high, 4)

        with (profile / "chromium.log").open("wb") as log:
            self._process = subprocess.Popen(
                command, preexec_fn=connect, close_fds=False, stdout=log, stderr=log
            )
        os.close(to_browser)
        os.close(from_browser)
        self._buffer, self._last_id, self._session = b"", 0, None
        pages = self._call("Target.getTargets")["targetInfos"]
        target = next(page["targetId"] for page in pages if page["type"] == "page")
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._call("Page.enable")

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._write)
        os.close(self._read)

    def open(self, url: str) -> None:
        """Loads a page and waits until it has loaded."""
        self._call("Page.navigate", url=url)
        deadline = time.monotonic() + 30
        while self.evaluate("document.readyState") != "complete":
            if time.monotonic() > deadline:
                raise TimeoutError(f"{url} did not load")
            time.sleep(0.05)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; RuntimeError where it throws."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Presses the left button at one place of the window and releases it at another."""
        for kind, (x, y), buttons in (
            ("mouseMoved", start, 0),
            ("mousePressed", start, 1),
            ("mouseMoved", end, 1),
            ("mouseReleased", end, 0),
        ):
            button = "none" if kind == "mouseMoved" and not buttons else "left"
            self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button,
                       buttons=buttons, clickCount=1)  # fmt: skip

    def screenshot(self) -> bytes:
        """The window as a PNG file."""
        return base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._last_id += 1
        message: dict[str, Any] = {"id": self._last_id, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next_message(timeout_s=30)
            if answer.get("id") == self._last_id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _next_message(self, timeout_s: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], timeout_s)
            block = os.read(self._read, 1 << 20) if ready else b""
            if not block:
                raise TimeoutError("Chromium does not answer")
            self._buffer += block
        text, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(text)
