"""Ask for pages as a signed-in adviser, again and again, and print what each took. Run as the web.

Whoever signs in does it as everybody does, with passphrase and code; then the same session asks.
"""

import json
import sys
import time

import django

django.setup()

from django.conf import settings  # noqa: E402 -- it reads the settings
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from benchmarks.statements import BOUNDARIES  # noqa: E402
from config.embedded.codes import code  # noqa: E402

WHO = "adviser@liverpool-idva.example.org"
TIMES, WARM = 120, 10


def main(pages: list[str]) -> None:
    """Sign in, ask, print."""
    browser = signed_in(WHO)
    print(json.dumps({page: measured(browser, page) for page in pages}))


def signed_in(who: str) -> Client:
    """A browser in which somebody of the demonstration has signed in."""
    accounts = json.loads(settings.DEMONSTRATION_FILE.read_text())["accounts"]
    mine = next(each for each in accounts if each["email"] == who)
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.post(reverse("account_login"), {"login": who, "password": mine["password"]})
    for _ in range(40):  # a code is good once, and the run before may have used this one
        answer = browser.post(
            reverse("mfa_authenticate"), {"code": code(mine["totp_secret"], time.time())}
        )
        if answer.status_code == 302:  # noqa: PLR2004 -- it leads on
            return browser
        time.sleep(1)
    sys.exit("Could not sign in.")


def measured(browser: Client, page: str) -> list[float]:
    """The 50th and 95th percentile in milliseconds, and the statements of one time."""
    took = []
    for nth in range(WARM + TIMES):
        began = time.perf_counter()
        answer = browser.get(page)
        if answer.status_code != 200:  # noqa: PLR2004
            sys.exit(f"{page}: {answer.status_code}")
        if nth >= WARM:
            took.append((time.perf_counter() - began) * 1000)
    took.sort()
    with CaptureQueriesContext(connection) as captured:
        browser.get(page)
    texts = [query["sql"] for query in captured.captured_queries]
    statements = sum(not text.startswith(BOUNDARIES) for text in texts)
    return [took[len(took) // 2], took[len(took) * 95 // 100], statements]


if __name__ == "__main__":
    main(sys.argv[1].split(","))
