"""Documents in Chromium, with and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.accounts.signing_in import sign_in
from tests.live import look_around, page_of
from tests.portal.test_documents import add, at
from tests.referrals.attachments.files import a_jpeg, a_pdf


@pytest.mark.parametrize("scripts", [True, False])
def test_an_adviser_adds_opens_and_removes_a_photograph(site, people, taken, chromium, scripts):
    page = page_of(people.adviser, chromium, site, scripts=scripts)
    page.goto(at("case_documents", taken))
    expect(page.get_by_text("No documents yet.")).to_be_visible()
    page.locator("main").get_by_role("link", name="Add a document").last.click()
    file = {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": a_jpeg()}
    page.get_by_label("Choose the file").set_input_files(file)
    page.get_by_label("What is it?").fill("Broken door")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Document added.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Broken door").click()
    assert download.value.suggested_filename == "document-1.jpg"
    page.get_by_role("button", name="Remove Broken door").click()
    expect(page.get_by_text("No documents yet.")).to_be_visible()


def test_pages_of_documents_are_open_to_everybody(site, people, taken, chromium):
    add(sign_in(people.adviser), taken, a_pdf())
    pages = [at("case_documents", taken), at("add_document", taken)]
    look_around(page_of(people.adviser, chromium, site), pages, "documents")
