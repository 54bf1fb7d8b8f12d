"""The product's web server as tests use it: on a database of its own, with a real browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from accounts.models import Membership
from tests import databases
from tests.accounts.signing_in import sign_in
from tests.portal import browsing


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Closed with the module, so that no event loop outlives it."""
    with browsing.chromium() as browser:
        yield browser


@pytest.fixture
def site(own_database: str, tmp_path) -> Iterator[str]:
    """The product's web server on a database of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--threads", "4"]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": databases.url_of(own_database),
        "DATABASE_ROLE_PREFIX": settings.DATABASE_ROLE_PREFIX,
        "ROOT_KEY_FILE": settings.ROOT_KEY_FILE,
        "LOG_LEVEL": "ERROR",
    }
    with (tmp_path / "web.log").open("wb") as log:
        web = subprocess.Popen(  # noqa: S603 -- our own server
            [*gunicorn, "--bind", f"127.0.0.1:{port}"],
            cwd=settings.BASE_DIR,
            env=environment,
            stderr=log,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}", web)
            yield f"http://127.0.0.1:{port}"
        finally:
            web.terminate()
            web.wait(10)


def wait_for(site: str, web: subprocess.Popen[bytes]) -> None:
    """Until the sign-in page answers."""
    for _ in range(300):
        assert web.poll() is None, "The web server ended."
        try:
            urlopen(f"{site}/sign-in/").close()  # noqa: S310 -- our own server
        except URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("The web server did not answer.")


def page_of(member: Membership, chromium: Browser, site: str, *, scripts: bool = True) -> Page:
    """A page in which a member has signed in already, by a session made beside the browser."""
    cookie = sign_in(member).cookies[settings.SESSION_COOKIE_NAME].value
    context = chromium.new_context(base_url=site, java_script_enabled=scripts)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
    return context.new_page()


def look_around(page: Page, addresses: Iterator[str] | list[str], name: str) -> None:
    """Each page at a desk's, a phone's and the smallest width: open to everybody, no scrolling."""
    for nth, address in enumerate(addresses):
        page.goto(address)
        browsing.look_at(page, f"{name}-{nth}")
        page.set_viewport_size({"width": 320, "height": 640})
        assert browsing.sideways(page) == 0, address
