"""Pictures of the pages for the documents: `make screenshots` starts the app on its index and writes docs/screenshots.

One picture a page as on a desktop, 找补贴 also as on a phone and in English. Each is taken when the page no longer
changes, and is kept small: 128 colours are enough for text.
"""

import io
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from index.system import find

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "screenshots"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
COLOURS = 128
MOST_BYTES = 300_000
SETTLED_SECONDS = 120
DESKTOP, PHONE = (1280, 1000), (390, 844)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: name of its file, address of the page, what must be on it, size of the window."""

    name: str
    path: str
    shows: str
    size: tuple[int, int] = DESKTOP


FIND = "/?region=330000&kind=filing_reward"
FIRM = "/estimate?region=330482&filed=2026-03-01&own=1&sector=ai&compute=80万"
TRAY = "cn-330482-2025-ai-policy.1,cn-330400-2024-ai-hq-plan.1,cn-440105-2024-ai-model-demo-zone.1"
SHOTS = (
    Shot("find", FIND, ".kb-card"),
    Shot("find-phone", FIND, ".kb-card", PHONE),
    Shot("find-english", f"{FIND}&lang=en", ".kb-card"),
    Shot("estimate", FIRM, ".kb-boxes", (1280, 1500)),
    Shot("compare", f"/compare?ids={TRAY}", ".kb-side"),
    Shot("policies", "/policies?q=算力券", ".kb-policy"),
    Shot("document", "/document?id=cn-440105-2024-ai-model-demo-zone", ".kb-card", (1280, 1500)),
    Shot("news", "/news", ".kb-section"),
    Shot("regions", "/regions", ".kb-bars", (1280, 1300)),
    Shot("filing", "/filing", ".kb-steps"),
    Shot("coverage", "/coverage", ".kb-wide"),
)


def main() -> int:
    """Take all pictures; returns 0, or 1 if one is too large."""
    FOLDER.mkdir(exist_ok=True)
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM)
        sizes = {shot.name: _take(browser, address, shot) for shot in SHOTS}
        browser.close()
    for name, size in sizes.items():
        print(f"docs/screenshots/{name}.png  {size / 1000:.0f} kB")
    return int(max(sizes.values()) > MOST_BYTES)


@contextmanager
def _served() -> Iterator[str]:
    """Run the app as people do, on a free port, and stop it as Ctrl-C does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "app", "run", "--port", str(port)]
    app = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    try:
        for line in app.stdout:
            print(line, end="", flush=True)
            if line.startswith("ready:"):
                break
        else:
            raise SystemExit("the app did not start; its messages stand above")
        yield f"http://127.0.0.1:{port}"
    finally:
        app.send_signal(signal.SIGINT)
        app.communicate()


def _take(browser: Browser, address: str, shot: Shot) -> int:
    """Write one picture; returns its size in bytes."""
    width, height = shot.size
    with browser.new_context(locale="zh-CN", viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        page.goto(address + shot.path)
        page.locator(shot.shows).first.wait_for(timeout=SETTLED_SECONDS * 1000)
        picture = Image.open(io.BytesIO(_settled(page)))
    file = FOLDER / f"{shot.name}.png"
    picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)
    return file.stat().st_size


def _settled(page: Page) -> bytes:
    """Return a picture that is the same as the one two seconds before it."""
    before, deadline = b"", monotonic() + SETTLED_SECONDS
    while monotonic() < deadline:
        now = page.screenshot(animations="disabled")
        busy = page.locator("[data-testid=stStatusWidget], [data-stale=true]").count()
        if now == before and not busy:
            return now
        before = now
        sleep(2)
    raise SystemExit(f"{page.url} keeps changing")


if __name__ == "__main__":
    sys.exit(main())
