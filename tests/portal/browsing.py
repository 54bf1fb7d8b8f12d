"""Debian's Chromium under the product's own policy: what it may do, and what it must not meet."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 390)
PICTURES = os.environ.get("PICTURES", "")
"""A folder to leave pictures of every page looked at in; none unless asked for."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser. Without one the test fails: it never passes unseen.

    Playwright keeps an event loop in this thread while it is open; Django would take that for
    asynchronous code and refuse the database, which tests use between one click and the next.
    """
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail("There is no Chromium here. On Debian: apt-get install chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def complaints_of(page: Page, site: str) -> list[str]:
    """Console messages, script errors, failed requests, requests to other hosts; as they come."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith(site) else found.append(sent.url))
    return found


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds; it is injected past the policy, which stays on for the page."""
    answer = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    return [
        (rule["id"], [str(n["target"]) for n in rule["nodes"]]) for rule in answer["violations"]
    ]


def sideways(page: Page) -> int:
    """How far the page can be scrolled sideways."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def take_picture(page: Page, name: str) -> None:
    """A picture of the whole page as it stands, if pictures were asked for."""
    if PICTURES:
        width = page.viewport_size["width"]
        folder = Path(PICTURES)
        folder.mkdir(exist_ok=True)
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)


def look_at(page: Page, name: str) -> None:
    """Open to everybody at both widths, nothing to scroll sideways for; wide again afterwards."""
    for width in reversed(WIDTHS):
        page.set_viewport_size({"width": width, "height": 900})
        take_picture(page, name)
        assert (found := barriers(page)) == [], (name, width, found)
        assert sideways(page) == 0, (name, width)
