"""Take the README's pictures from the demonstration that `make run` shows, into `docs/pictures`.

Whoever is signed in is invented, and so is everybody they see. Signing in takes a code, so each
member of staff signs in once.
"""

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.embedded.codes import code  # noqa: E402 -- the repository is not installed

ADVISER: Final = "adviser@liverpool-idva.example.org"
MANAGER: Final = "duty.manager@liverpool-idva.example.org"
PAGES: Final = {
    MANAGER: {"duty-desk": "/duty/", "planner": "/plan/", "team": "/team/", "week": "/visits/"},
    ADVISER: {"case": "/cases/"},
}
FOLLOWED: Final = {"case": "main .app-lines a"}
WHOLE: Final = {"planner"}
WIDTH, HEIGHT = 1280, 1040
CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Each page once, at the width of a desk, from the top; ``WHOLE`` ones to their end."""
    written = ROOT / "var" / "demo.json"
    if not written.exists():
        sys.exit("There is no demonstration yet. Start `make run` first, and leave it running.")
    demonstration = json.loads(written.read_text())
    accounts = {each["email"]: each for each in demonstration["accounts"]}
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for email, pages in PAGES.items():
            page = signed_in(browser, demonstration["url"], accounts[email])
            for name, address in pages.items():
                take(page, name, address)
        browser.close()


def signed_in(browser: Browser, site: str, account: dict[str, str]) -> Page:
    """A page of somebody who has signed in with their passphrase and a code of the moment."""
    page = browser.new_context(
        base_url=site, viewport={"width": WIDTH, "height": HEIGHT}
    ).new_page()
    page.goto("/")
    page.get_by_label("Email").fill(account["email"])
    page.get_by_label("Password").fill(account["password"])
    page.locator("main").get_by_role("button", name="Continue").first.click()
    page.get_by_label("code", exact=False).first.fill(code(account["totp_secret"], time.time()))
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("button", name="Sign out").wait_for()
    return page


def take(page: Page, name: str, address: str) -> None:
    """One picture; of a list, the first page that it leads to."""
    page.goto(address)
    if link := FOLLOWED.get(name):
        page.locator(link).first.click()
        page.wait_for_load_state()
    picture = ROOT / "docs" / "pictures" / f"{name}.png"
    page.screenshot(path=picture, full_page=name in WHOLE)
    print(f"  {picture.relative_to(ROOT)}")


main()
