"""The look in Chromium, under the product's own Content-Security-Policy."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Browser, Page, expect

from tests.portal import browsing
from tests.portal.browsing import barriers, sideways

PAGES = ["/duty/", "/cases/", "/referrals/new/", "/duty/?role=", "/errors/404/"]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing; the tests look at what the browser saw."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's own Chromium, closed with the module so that no event loop outlives it."""
    with browsing.chromium() as browser:
        yield browser


@pytest.fixture
def site(look: None) -> Iterator[str]:
    """The pages of `look_pages`, served; their address."""
    with make_server("127.0.0.1", 0, WSGIHandler(), _Server, _QuietHandler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A page of a fresh browser."""
    with chromium.new_context(base_url=site) as context:
        yield context.new_page()


@pytest.fixture
def complaints(page: Page, site: str) -> list[str]:
    """Console messages, script errors, failed requests and requests to other hosts."""
    found = browsing.complaints_of(page, site)
    page.on("requestfailed", lambda request: found.append(request.url))
    return found


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", PAGES)
def test_pages_are_open_to_everybody_and_quiet(page, complaints, address, width):
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(address)

    assert barriers(page) == []
    assert sideways(page) == 0
    assert [said for said in complaints if "404" not in said] == []


@pytest.mark.parametrize("address", PAGES)
def test_pages_need_no_scrolling_sideways_on_the_smallest_screen(page, address):
    page.set_viewport_size({"width": 320, "height": 640})

    page.goto(address)

    assert sideways(page) == 0


def test_errors_take_the_focus_and_lead_to_the_control(page, complaints):
    page.goto("/referrals/new/")

    page.get_by_role("button", name="Check and send").click()

    assert page.title() == "Error: New referral – Pierhead"
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert barriers(page) == []
    page.get_by_role("link", name="Select whether they agree").click()
    assert page.evaluate("document.activeElement.id") == "id_agreed_0"
    page.get_by_role("link", name="The end of the police visit must include a time").click()
    assert page.evaluate("document.activeElement.id") == "id_ended_at_time"
    assert complaints == []


def test_long_text_is_counted_down(page):
    page.goto("/referrals/new/")

    page.get_by_role("textbox", name="What happened").fill("x" * 190)

    page.get_by_text("You have 10 characters remaining").first.wait_for()


def test_clocks_tick_in_the_words_of_the_server(page):
    page.clock.install()
    page.goto("/duty/")
    assert page.locator("#PH-4K7Q2B8T .app-clock__left").inner_text() == "1 h 35 min late"

    page.clock.fast_forward("02:00")

    assert page.locator("#PH-4K7Q2B8T .app-clock__left").inner_text() == "1 h 37 min late"


def test_queue_is_fetched_again(page):
    page.clock.install()
    page.goto("/duty/")
    assert page.locator(".app-job").count() == 4

    page.clock.fast_forward("00:31")

    expect(page.locator(".app-job")).to_have_count(1)


def test_queue_is_left_alone_while_somebody_uses_it(page):
    page.clock.install()
    page.goto("/duty/")
    page.get_by_role("button", name="Take this PH-4K7Q2B8T").focus()

    page.clock.fast_forward("00:31")

    assert page.locator(".app-job").count() == 4


def test_queue_says_when_it_could_not_be_fetched(page):
    page.clock.install()
    page.goto("/duty/?broken=1")

    page.clock.fast_forward("00:31")

    page.get_by_text("Not updated since").wait_for()
    assert page.locator(".app-job").count() == 4


def test_pages_say_the_same_without_javascript(chromium, site):
    with chromium.new_context(base_url=site, java_script_enabled=False) as context:
        page = context.new_page()
        page.set_viewport_size({"width": 390, "height": 844})

        page.goto("/duty/")

        assert page.locator(".app-clock__left").first.inner_text() == "1 h 35 min late"
        assert page.get_by_role("link", name="Visits", exact=True).is_visible()
        assert page.get_by_role("button", name="Take this PH-4K7Q2B8T").is_visible()


def test_paper_carries_the_content_alone(page):
    page.goto("/cases/")

    page.emulate_media(media="print")

    assert page.get_by_text("Attempted contact").is_visible()
    assert not page.locator(".app-header").is_visible()
    assert not page.locator(".govuk-service-navigation").is_visible()


SIGNED_OUT = "You have been signed out. Copy what you typed before you continue."


def test_typing_asks_now_and_then_and_says_when_signed_out(page):
    page.clock.install()
    page.goto("/referrals/new/")
    story = page.get_by_role("textbox", name="What happened")
    story.press_sequentially("Soon")
    expect(page.get_by_text(SIGNED_OUT)).to_have_count(0)

    page.clock.fast_forward("04:01")
    with page.expect_request("**/still-here/"):
        story.press_sequentially(", later")

    page.get_by_text(SIGNED_OUT).wait_for()
    assert page.url.endswith("/referrals/new/")
    assert story.input_value() == "Soon, later"


def test_typing_goes_on_quietly_while_signed_in(page):
    asked = []
    page.route("**/still-here/", lambda route: (asked.append(1), route.fulfill(status=204)))
    page.clock.install()
    page.goto("/referrals/new/")

    for _ in range(2):
        page.clock.fast_forward("04:01")
        with page.expect_response("**/still-here/"):
            page.get_by_role("textbox", name="What happened").press_sequentially("word")

    assert len(asked) == 2
    expect(page.get_by_text(SIGNED_OUT)).to_have_count(0)


@pytest.mark.parametrize("width", [1240, 1180, 1020, 800])
def test_nothing_touches_the_edge_of_the_window_at_any_width(page, width):
    page.set_viewport_size({"width": width, "height": 800})

    page.goto("/duty/")

    for part in ("h1", ".app-header a", "footer p"):
        assert page.locator(part).first.bounding_box()["x"] >= 15, part
