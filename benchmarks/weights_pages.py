"""Weigh and time pages as people of the demonstration. Run as the web."""

import gzip
import json
import re
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 -- it reads the settings
from django.test import Client  # noqa: E402

from benchmarks.desk_pages import measured, signed_in  # noqa: E402

_ASSETS = re.compile(rb'(?:href|src)="/static/([^"]+)"')
LEVEL = 6


def main(pages: dict[str, list[str]]) -> None:
    """The first visit, then each page of each role."""
    accounts = json.loads(settings.DEMONSTRATION_FILE.read_text())["accounts"]
    rows = []
    for role, addresses in pages.items():
        browser = signed_in(next(each["email"] for each in accounts if each["role"] == role))
        for address in addresses:
            page = _case_of(browser, address) if address.startswith("CASE") else address
            body = browser.get(page).content
            rows.append([role, address, _weight(body), *measured(browser, page)])
    print(json.dumps([_first_visit(), rows]))


def _first_visit() -> int:
    page = Client(SERVER_NAME="127.0.0.1").get("/sign-in/").content
    assets = {each.decode() for each in _ASSETS.findall(page)}
    root = Path(settings.STATIC_ROOT)
    return _weight(page) + sum(_weight((root / each).read_bytes()) for each in assets)


def _case_of(browser: Client, address: str) -> str:
    found = re.search(rb'href="(/cases/PH-[^/"]+/)"', browser.get("/cases/").content)
    if found is None:
        sys.exit("There is no case to open.")
    return found[1].decode() + address.removeprefix("CASE").strip()


def _weight(body: bytes) -> int:
    return len(gzip.compress(body, LEVEL))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
