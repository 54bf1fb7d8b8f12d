"""The frame, the form renderer and the parts, read as HTML."""

import re
from http import HTTPStatus

import pytest
from django.template.loader import render_to_string
from django.test import Client

from accounts.roles import Role
from portal.error_pages import error_page
from portal.headers import ALWAYS
from portal.navigation import PAGES as PAGES_OF
from portal.navigation import navigation_for

pytestmark = pytest.mark.usefixtures("look")

DUTY = ["Duty desk", "My visits today", "Visits", "My cases", "Referrals to us", "Team"]
PAGES = ["/duty/", "/duty/queue/", "/cases/", "/referrals/new/", "/duty/?role="]


def page(address, **posted):
    client = Client()
    response = client.post(address, posted) if posted else client.get(address)
    return response.content.decode()


def title(html):
    return re.search("<title>(.*?)</title>", html)[1]


@pytest.mark.parametrize("address", PAGES)
def test_pages_leave_no_variable_undefined(address):
    assert "UNDEFINED" not in page(address)


@pytest.mark.parametrize("address", PAGES)
def test_pages_carry_no_style_or_script_of_their_own(address):
    html = page(address)

    assert not re.search(r"\sstyle=|\son\w+=|<style", html)
    assert not re.search(r"<script(?![^>]*nonce=)", html)


@pytest.mark.parametrize("address", [*PAGES, "/errors/404/", "/errors/500/"])
def test_pages_ask_no_other_host_for_anything(address):
    asked = re.findall(r'(?:src|href|action)="(https?:[^"]*)"', page(address))

    assert asked == []


def test_header_says_for_whom_one_acts_as_what():
    html = page("/duty/")

    assert "Liverpool IDVA service" in html
    assert "Sam O’Doyle, IDVA" in html
    assert '<button class="app-link-button" type="submit">Sign out</button>' in html


def test_header_says_nothing_to_nobody():
    html = page("/duty/?role=")

    assert "app-header__acting" not in html
    assert "govuk-service-navigation" not in html


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (Role.OFFICER, ["My referrals", "New referral"]),
        (Role.ADVISER, DUTY),
        (Role.DUTY_MANAGER, DUTY),
        (
            Role.COORDINATOR,
            ["Duty desk", "Visits", "My cases", "Referrals to us", "MARAC", "Team"],
        ),
        (Role.CASEWORKER, ["Referrals to us", "My cases"]),
        (Role.ANALYST, []),
    ],
)
def test_navigation_offers_each_role_its_own_pages(role, labels):
    html = page(f"/cases/?role={role}")

    offered = re.findall(r'service-navigation__link"[^>]*>\s*(?:<strong[^>]*>)?([^<]+?)\s*<', html)

    assert offered == labels


def test_navigation_marks_the_closest_page_as_current():
    html = page("/referrals/new/?role=officer")

    assert re.findall(r'href="([^"]+)" aria-current="page"', html) == ["/referrals/new/"]


@pytest.mark.parametrize(
    ("path", "current"),
    [("/rota/", "/team/"), ("/safety/out/", "/team/"), ("/safety/", "/safety/"), ("/else/", None)],
)
def test_navigation_marks_the_team_for_what_is_behind_it(people, path, current):
    links = navigation_for(people.duty_manager, path=path)

    assert [link.url for link in links if link.is_current] == ([current] if current else [])


def test_navigation_has_six_links_at_the_most():
    assert {role: len(pages) for role, pages in PAGES_OF.items() if len(pages) > 6} == {}


def test_title_begins_with_error_when_the_form_has_one():
    assert title(page("/referrals/new/")) == "New referral – Pierhead"
    assert title(page("/referrals/new/", full_name="")) == "Error: New referral – Pierhead"


def test_error_summary_links_to_the_first_control_of_each_wrong_field():
    html = page("/referrals/new/", full_name="", ended_at_day="1")

    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', html)

    assert links == [
        ("id_agreed_0", "Select whether they agree"),
        ("id_full_name", "Enter the person’s name"),
        ("id_area", "Select an area"),
        ("id_ended_at_month", "The end of the police visit must include a month"),
        ("id_summary", "Enter what happened"),
        ("id_read_back", "Confirm you have read the number back"),
    ]
    for control, _ in links:
        assert f'id="{control}"' in html


def test_fields_keep_what_was_typed_and_escape_it():
    html = page("/referrals/new/", full_name='Zoë "O\'Neill" <b>', safe_times=["pm"])

    assert 'value="Zoë &quot;O&#x27;Neill&quot; &lt;b&gt;"' in html
    assert re.search(r'value="pm" checked', html)


def test_wrong_field_is_described_by_its_hint_and_its_error():
    html = page("/referrals/new/", full_name="")
    box = re.search(r"<textarea[^>]*>", html)[0]

    assert "govuk-textarea--error" in box
    assert 'aria-describedby="id_summary_helptext id_summary_error id_summary-info"' in box
    assert 'aria-describedby="id_agreed_error"' in html


def test_only_optional_fields_say_so():
    html = page("/referrals/new/")

    optional = re.findall(r'>([^<>]+?) <span class="app-optional">', html)

    assert optional == ["Date of birth", "When is it safe?"]


def test_form_leaves_checking_to_the_server():
    html = page("/referrals/new/")

    assert not re.search(r"\s(required|maxlength|placeholder)[=\s>]", html)
    assert 'data-maxlength="200"' in html


def test_job_card_says_in_words_what_its_colours_say():
    html = page("/duty/")
    cards = re.findall(r'<li class="app-job app-job--([\w-]+)" id="([^"]+)">', html)

    assert cards == [
        ("late", "PH-4K7Q2B8T"),
        ("soon", "PH-9XW31C7D"),
        ("in-time", "PH-2MD80F6G"),
        ("in-time", "PH-7TB55K4L"),
    ]
    assert "1 h 35 min late" in html
    assert "Risk not assessed" in html
    assert "Contact held: do not contact directly." in html
    assert "Taken by Jo Marsh at 2:31pm" in html
    assert html.count("Take this<span") == 2


def test_answers_carry_every_header_and_no_trace_of_age():
    response = Client().get("/duty/")

    assert {name: response[name] for name in ALWAYS} == dict(ALWAYS)
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "nonce-" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not response.has_header("ETag")
    assert not response.has_header("Last-Modified")


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429, 500, 503])
def test_error_pages_stand_alone(status):
    html = render_to_string(f"{status}.html")

    assert "<h1" in html
    assert "<script" not in html
    assert title(html).endswith(" – Pierhead")


def test_error_page_gives_its_reason_escaped():
    response = error_page(HTTPStatus.CONFLICT, message="Taken by <Jo>.")

    assert response.status_code == 409
    assert "Taken by &lt;Jo&gt;." in response.content.decode()


def test_absent_pages_are_all_alike():
    first, second = Client().get("/no/such/page/"), Client().get("/nor/this/")

    assert first.status_code == second.status_code == 404
    assert first.content == second.content


def test_too_many_attempts_says_when_to_come_back():
    response = Client().get("/errors/429/")

    assert (response.status_code, response["Retry-After"]) == (429, "300")
