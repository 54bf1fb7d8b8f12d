"""The case page and what is done on it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from referrals import actions as referring
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in
from tests.portal.answers import moment
from visits import actions
from visits.models import ContactAttempt, Visit

TABS = ("case", "case_details", "case_services", "case_looked")


@pytest.fixture
def taken_late(people):
    """Taken thirteen days after the police visit, so that last Sunday lies after it."""
    referral = actions.refer_after_visit(
        given.details(),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(days=13),
    )
    return actions.take(referral.reference, by=people.adviser)


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


def at(name, referral):
    return reverse(f"portal:{name}", args=[referral.reference])


def again(referral, member):
    with unit_of_work(member.context):
        return Referral.objects.get(pk=referral.pk)


def asked_for_number(referral, member):
    """What the evidence of the member's agency says of the button "Show number"."""
    with unit_of_work(member.context):
        lines = AuditEntry.objects.filter(object_id=referral.reference, purpose="show number")
        return [(line.action, line.actor, line.decision) for line in lines]


@pytest.mark.parametrize("page", TABS)
def test_case_is_for_whom_it_is_assigned_and_their_manager(people, taken, adviser, page):
    assert adviser.get(at(page, taken)).status_code == 200
    assert sign_in(people.duty_manager).get(at(page, taken)).status_code == 200
    assert sign_in(people.second_adviser).get(at(page, taken)).status_code == 403
    assert sign_in(people.officer).get(at(page, taken)).status_code == 403
    absent = adviser.get(at(page, taken).replace(taken.reference, "PH-22222222"))
    unseen = sign_in(people.wirral_adviser).get(at(page, taken))
    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert unseen.content == absent.content


def test_case_before_it_is_taken_is_closed(people, adviser):
    referral = given.a_sent_referral(people.officer)

    assert adviser.get(at("case", referral)).status_code == 403
    assert adviser.get(at("preview", referral)).status_code == 200


def test_number_is_shown_when_asked_for_and_that_is_on_record(people, taken, adviser):
    hidden = [adviser.get(at(page, taken)).content.decode() for page in TABS]

    shown = adviser.post(at("case_number", taken)).content.decode()

    assert not any("900461" in page for page in hidden)
    assert asked_for_number(taken, people.adviser) == [
        ("case.open", str(people.adviser.pk), "allowed")
    ]
    assert "07700 900461" in shown
    assert adviser.get(at("case_number", taken)).status_code == 405


def test_number_stays_hidden_while_contact_is_held(people, taken, adviser):
    attempt = {"outcome": "somebody_else_answered", "channel": "phone_call"}
    attempt |= {"outside_reason": "she_asked", **moment("at", timezone.now())}
    assert adviser.post(at("record_contact", taken), attempt).status_code == 303

    answer = adviser.post(at("case_number", taken))

    page = adviser.get(at("case", taken)).content.decode()
    assert answer.status_code == 409
    assert "Contact is held" in answer.content.decode()
    assert "900461" not in answer.content.decode()
    assert "Contact held: do not contact directly." in page
    assert "Show number" not in page
    assert asked_for_number(taken, people.adviser) == [
        ("case.open", str(people.adviser.pk), "refused")
    ]


def test_record_contact_outside_safe_times_asks_why(people, taken_late, adviser):
    taken = taken_late
    attempt = {"outcome": "spoke", "channel": "phone_call"}
    attempt |= moment("at", _last_sunday(taken))

    first = adviser.post(at("record_contact", taken), attempt)
    second = adviser.post(at("record_contact", taken), {**attempt, "outside_reason": "she_asked"})

    assert first.status_code == 200
    assert "outside their safe times" in first.content.decode()
    assert second.status_code == 303
    with unit_of_work(people.adviser.context):
        assert ContactAttempt.objects.count() == 1


def _last_sunday(referral):
    now = timezone.now()
    return now - timedelta(days=(timezone.localtime(now).weekday() + 1) % 7 or 7)


def test_book_record_and_close(people, taken, adviser):
    slot = timezone.now() + timedelta(hours=3)
    booking = {
        "minutes": "60",
        "kind": "visit",
        "venue": "our_office",
        "adviser": "adviser@example.org",
        "second_worker": "second_adviser@example.org",
        "outside_reason": "she_asked",
        **moment("starts_at", slot),
    }
    booked = adviser.post(at("book", taken), booking, follow=True).content.decode()
    week = adviser.get(f"/visits/?week={timezone.localdate(slot)}").content.decode()

    assert "Booked." in booked
    assert "Adviser and Second Adviser" in booked
    assert taken.reference in week
    assert "Zoë" not in week

    assert timezone.localtime(slot).strftime("%-I:%M") in booked
    note = {"outcome": "done", "note": "Safety plan begun."}
    done = adviser.post(at("record_visit", taken), note, follow=True).content.decode()
    assert "Safety plan begun." in done
    assert again(taken, people.officer).feedback == "visited"
    assert adviser.get(at("book", taken)).status_code == 409

    adviser.post(at("close", taken), {"reason": "planned"})
    assert again(taken, people.adviser).status == Status.CLOSED
    assert adviser.get(at("close", taken)).status_code == 409
    assert adviser.get(at("case", taken)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"outside_reason": ""}, "say why"),
        ({"second_worker": "adviser@example.org"}, "The second worker must be somebody else."),
        ({"adviser": ""}, "Select who goes"),
        ({"adviser": "wirral_adviser@example.org"}, "choose one of the answers listed"),
        ({"venue": ""}, "Select where"),
    ],
)
def test_book_says_what_is_wrong_beside_the_field(people, taken, adviser, changes, sentence):
    slot = timezone.now() + timedelta(days=3)
    booking = {
        "minutes": "60",
        "kind": "visit",
        "venue": "our_office",
        "adviser": "adviser@example.org",
        "outside_reason": "she_asked",
        **moment("starts_at", slot),
    }

    answer = adviser.post(at("book", taken), {**booking, **changes})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert page.count("govuk-error-message") == 1
    with unit_of_work(people.adviser.context):
        assert not Visit.objects.exists()


def test_book_somebody_who_is_elsewhere_is_said_beside_who_goes(people, taken, adviser):
    other = actions.refer_after_visit(
        given.details(documents=given.somebody_else(people.officer)),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC),
    )
    actions.take(other.reference, by=people.adviser)
    slot = {
        "minutes": "60",
        "kind": "visit",
        "venue": "our_office",
        "adviser": "adviser@example.org",
        "outside_reason": "she_asked",
        **moment("starts_at", timezone.now() + timedelta(hours=3)),
    }
    adviser.post(at("book", taken), slot)

    answer = adviser.post(at("book", other), slot)

    assert answer.status_code == 200
    assert 'id="id_adviser_error"' in answer.content.decode()


def test_stale_page_is_told_so(people, taken, adviser):
    page = adviser.get(at("close", taken)).content.decode()
    made_from = re.search(r'name="made_from" value="([^"]+)"', page)[1]
    referring.close(taken.reference, by=people.adviser, reason="planned")

    answer = adviser.post(at("close", taken), {"reason": "planned", "made_from": made_from})

    assert answer.status_code == 409
    assert "changed while you had the page open" in answer.content.decode()


def test_refer_on_finds_services_and_sends_what_was_ticked(people, taken, adviser):
    refer = at("refer_on", taken)
    first = adviser.get(refer).content.decode()
    found = adviser.post(refer, {"needs": ["counselling"], "find": "1"}).content.decode()

    assert "Counselling at Rowan Counselling" not in first
    assert "Counselling at Rowan Counselling" in found
    with unit_of_work(people.adviser.context):
        assert not Referral.objects.filter(parent=taken).exists()

    asked = {
        "needs": ["counselling"],
        "service": "rowan.counselling-at-rowan-counselling",
        "compartments": ["identity", "contact"],
        "agreement": "on",
        "method": "phone",
    }
    answer = adviser.post(refer, asked, follow=True)

    with unit_of_work(people.adviser.context):
        child = Referral.objects.get(parent=taken)
    assert child.offered == ["contact", "identity"]
    assert child.reference in answer.content.decode()
    caseworker = sign_in(people.caseworker)
    caseworker.post(at("accept", child))
    page = caseworker.get(at("case_details", child)).content.decode()
    assert "O’Nyström" in page
    assert "Threatened" not in page
    assert "Not shared with you:" in page


def test_refer_on_without_agreement_sends_nothing(people, taken, adviser):
    asked = {
        "needs": ["counselling"],
        "service": "rowan.counselling-at-rowan-counselling",
        "compartments": ["identity"],
        "method": "phone",
    }

    answer = adviser.post(at("refer_on", taken), asked)

    assert answer.status_code == 200
    assert "Without their agreement nothing can be passed on" in answer.content.decode()
    with unit_of_work(people.adviser.context):
        assert not Referral.objects.filter(parent=taken).exists()


def test_refer_on_where_no_service_fits_says_so(people, taken, adviser):
    answer = adviser.post(at("refer_on", taken), {"needs": ["legal"], "find": "1"})

    assert answer.status_code == 200
    assert "No service here offers all of that" in answer.content.decode()


def test_details_say_what_she_agreed_to(people, taken, adviser):
    page = adviser.get(at("case_details", taken)).content.decode()

    assert "In person, wording 2026-1" in page
    assert "Aged 35 to 44" in page
    assert "23 April 1991" in page


def test_details_say_words_for_codes(people):
    contact = {"phone": "07700 900461", "channel": "phone_call", "leave_message": "no"}
    referral = actions.refer_after_visit(
        given.details(documents={**given.DOCUMENTS, "contact": contact}),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    actions.take(referral.reference, by=people.adviser)

    page = sign_in(people.adviser).get(at("case_details", referral)).content.decode()

    said = re.findall(r"<dt[^>]*>\s*(.*?)\s*</dt>\s*<dd[^>]*>\s*(.*?)\s*</dd>", page, re.DOTALL)
    assert dict(said)["May a message be left"] == "No"
    assert "Phone call" in page
    assert "phone_call" not in page


def test_note_stays_in_the_agency(people, taken, adviser):
    adviser.post(at("add_note", taken), {"text": "Prefers to be called in the morning."})

    ours = adviser.get(at("case", taken)).content.decode()

    assert "Prefers to be called in the morning." in ours
    theirs = open_case(taken.reference, by=people.officer)
    assert "Prefers" not in repr(theirs.records)


def test_who_has_looked_names_colleagues(people, taken, adviser):
    sign_in(people.duty_manager).get(at("case_details", taken))

    page = adviser.get(at("case_looked", taken)).content.decode()

    assert page.count("moj-timeline__item") >= 1
    assert "Adviser" in page


def test_known_already_links_the_earlier_referral(people, taken, adviser):
    later = actions.refer_after_visit(
        given.details(), given.consent(), by=people.officer, visit_ended_at=datetime.now(UTC)
    )
    actions.take(later.reference, by=people.adviser)

    page = adviser.get(at("case", later)).content.decode()

    assert "Known already" in page
    assert taken.reference in page


def test_my_cases_are_mine_and_asked_for_at_one_price(people, taken, adviser):
    adviser.get("/cases/")
    with CaptureQueriesContext(connection) as one:
        page = adviser.get("/cases/").content.decode()
    for _ in range(2):
        given.a_taken_referral(people.officer, people.adviser)
    with CaptureQueriesContext(connection) as three:
        adviser.get("/cases/")

    assert taken.reference in page
    assert "Zoë" not in page
    assert len(three) == len(one)
    assert taken.reference not in sign_in(people.second_adviser).get("/cases/").content.decode()


def test_no_page_shows_a_key(people, taken, adviser):
    uuid = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
    found = adviser.post(at("refer_on", taken), {"needs": ["counselling"], "find": "1"})
    pages = [adviser.get(at(page, taken)) for page in (*TABS, "book", "close")]
    pages += [found, adviser.get("/duty/"), adviser.get("/cases/"), adviser.get("/visits/")]

    assert [uuid.findall(page.content.decode()) for page in pages] == [[]] * len(pages)


def test_looking_writes_nothing_but_evidence(people, taken, adviser):
    pages = [at(page, taken) for page in (*TABS, "book", "record_contact", "refer_on", "close")]
    with CaptureQueriesContext(connection) as seen:
        for page in ("/cases/", "/duty/", "/visits/", "/inbox/", *pages):
            assert adviser.get(page).status_code == 200

    writes = [each["sql"] for each in seen if re.match(r"\s*(INSERT|UPDATE|DELETE)", each["sql"])]
    assert writes == []
