"""The contract for people: all of it, on one page, in a browser, with nothing from elsewhere."""

import re

import pytest
from django.test import Client

from api import schema
from tests.live import chromium, site
from tests.portal.browsing import complaints_of, look_at

__all__ = ["chromium", "site"]


@pytest.fixture
def page_text(people):
    answer = Client().get("/api/v1/docs/", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_operation_is_on_it_with_its_scope_and_its_refusals(page_text):
    for path, methods in schema.contract()["paths"].items():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page_text, path
    assert "referral:create" in page_text
    assert "It has changed since the ETag that If-Match names." in page_text


def test_every_field_of_a_referral_is_on_it_with_its_codes(page_text):
    for field in ("visit_ended_at", "consent.wording_version", "case.identity.born_on"):
        assert f">{field}</strong>" in page_text
    assert "parties[].details.family_name" in page_text
    assert "domestic_abuse · sexual_violence" in page_text


def test_nothing_on_it_comes_from_elsewhere(page_text):
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page_text)
    assert [each for each in loaded if "//" in each] == []


def test_it_reads_well_at_a_desk_and_on_a_phone(chromium, site):
    page = chromium.new_page()
    complaints = complaints_of(page, site)
    page.goto(f"{site}/api/v1/docs/")
    look_at(page, "contract")
    page.get_by_text("Make a referral after a police visit").click()
    assert page.locator("#createReferral").get_by_text("What you send").is_visible()
    look_at(page, "contract-open")
    assert complaints == []
    page.close()
