"""Who has seen a case, and what managers look at."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from audit.recording import record
from oversight import looking
from oversight.models import Ground, Look
from oversight.seen import who_has_seen
from referrals.models import Referral
from referrals.reading import open_case, see
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in


@pytest.fixture
def taken(people):
    return given.a_taken_referral(people.officer, people.adviser)


def at(name, *args):
    return reverse(f"portal:{name}", args=args)


def newest(member, action):
    with unit_of_work(member.context):
        return AuditEntry.objects.filter(action=action).order_by("-seq").first()


def looks_at(found):
    return [(each.who.pk, each.action, each.purpose) for each in found.looks]


# ---- who has seen this case


def test_the_lead_sees_who_of_every_agency_has_seen_it_each_once(people, taken):
    see(taken.reference, by=people.officer)
    open_case(taken.reference, by=people.adviser, only=["identity"], purpose="first contact")

    found = who_has_seen(taken.reference, by=people.adviser)

    officer, adviser = people.officer.pk, people.adviser.pk
    assert looks_at(found) == [
        (adviser, "case.open", "first contact"),
        (officer, "referral.see", ""),
        (adviser, "referral.accept", ""),
        (officer, "referral.send", ""),
    ]
    assert found.exempt == 0


def test_reading_it_is_on_record_itself_once(people, taken):
    who_has_seen(taken.reference, by=people.adviser)

    entry = newest(people.adviser, "case.seen")
    assert (entry.object_id, entry.decision) == (taken.reference, "allowed")
    again = who_has_seen(taken.reference, by=people.adviser)
    assert [each.action for each in again.looks].count("case.seen") == 1


def test_what_was_refused_was_not_seen(people, taken):
    with pytest.raises(PermissionDenied):
        open_case(taken.reference, by=people.second_adviser)

    found = who_has_seen(taken.reference, by=people.adviser)

    assert people.second_adviser.pk not in [who for who, *_ in looks_at(found)]


def test_a_service_that_it_was_passed_on_to_is_among_them(people, taken):
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    given.accepted(onward, people.caseworker)
    open_case(onward.reference, by=people.caseworker)

    found = who_has_seen(taken.reference, by=people.adviser)

    assert (people.caseworker.pk, "case.open", "") in looks_at(found)
    for other in (people.caseworker, people.officer, people.wirral_adviser):
        for reference in (taken.reference, onward.reference):
            with pytest.raises(Referral.DoesNotExist):
                who_has_seen(reference, by=other)


def test_pages_are_for_the_lead_and_for_others_there_are_none(people, taken):
    for page in ("case_seen", "case_seen_print"):
        address = at(page, taken.reference)
        assert sign_in(people.adviser).get(address).status_code == 200
        assert sign_in(people.duty_manager).get(address).status_code == 200
        assert sign_in(people.second_adviser).get(address).status_code == 403
        absent = sign_in(people.officer).get(at(page, "PH-22222222"))
        for other in (people.officer, people.wirral_adviser, people.caseworker):
            answer = sign_in(other).get(address)
            assert (answer.status_code, answer.content) == (404, absent.content)


def test_the_screen_names_people_and_the_paper_does_not(people, taken):
    open_case(taken.reference, by=people.adviser, only=["identity", "contact"], purpose="details")
    browser = sign_in(people.adviser)

    screen = browser.get(at("case_seen", taken.reference)).content.decode()
    paper = browser.get(at("case_seen_print", taken.reference)).content.decode()
    main = re.search(r"<main.*</main>", paper, re.DOTALL).group()

    parts = "Name, date of birth and children, How to be in touch safely"
    for page in (screen, main):
        assert f"Opened the case: {parts}. For: details." in page
        assert "Merseyside Police" in page
        assert "IDVA" in page
    assert "Officer" in screen
    assert people.adviser.display_name in screen
    assert not re.search(r"\b(Officer|Adviser)\b", main.replace("Police officer", ""))
    assert "<title>Home</title>" in paper
    assert taken.reference not in main
    assert "Nothing is kept back." in main


def test_an_exempt_entry_is_counted_and_not_shown_to_the_person(people, taken):
    see(taken.reference, by=people.officer)
    seq = newest(people.officer, "referral.see").seq
    before = who_has_seen(taken.reference, by=people.adviser, for_them=True)
    looking.look([seq], by=people.supervisor, ground=Ground.INVESTIGATION)

    found = who_has_seen(taken.reference, by=people.adviser, for_them=True)
    staff = who_has_seen(taken.reference, by=people.adviser)

    assert (people.officer.pk, "referral.see", "") in looks_at(before)
    assert (people.officer.pk, "referral.see", "") not in looks_at(found)
    assert (people.officer.pk, "referral.see", "") in looks_at(staff)
    assert (before.exempt, found.exempt, staff.exempt) == (0, 1, 1)
    paper = sign_in(people.adviser).get(at("case_seen_print", taken.reference)).content.decode()
    assert "the law allows it for now: 1." in paper

    looking.look([seq], by=people.supervisor)
    assert who_has_seen(taken.reference, by=people.adviser, for_them=True).exempt == 0


def test_the_case_page_leads_there_and_only_for_the_lead(people, taken):
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    given.accepted(onward, people.caseworker)
    link = at("case_seen", taken.reference)

    assert link in sign_in(people.adviser).get(at("case_looked", taken.reference)).content.decode()
    theirs = sign_in(people.caseworker).get(at("case_looked", onward.reference))
    assert (theirs.status_code, "/seen/" in theirs.content.decode()) == (200, False)


# ---- what managers look at


def many_reads(member, count):
    with unit_of_work(member.context):
        for _ in range(count):
            record("case.open", about=("referral", "PH-22222222"))


def test_the_sample_is_two_in_a_hundred_reads_of_the_week_that_is_over(people):
    many_reads(people.officer, 101)
    monday_after = looking.week_before(timezone.now()) + timedelta(days=14, hours=1)

    with unit_of_work(people.supervisor.context):
        entries = AuditEntry.objects.filter(agency_id=people.supervisor.agency_id)
        week = looking.week_before(monday_after)
        sample = looking.sample_of(entries, week)
        reads = entries.filter(action="case.open", at__gte=week).order_by("entry_hash")
        lowest = list(reads.values_list("seq", flat=True)[:3])
        assert looking.sample_of(entries, week - timedelta(days=7)) == []

    assert [entry.seq for entry in sample] == lowest
    assert len(sample) == 3


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (datetime(2026, 11, 26, 9, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC)),
        (datetime(2026, 11, 30, 0, 30, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
        (datetime(2026, 10, 26, 0, 30, tzinfo=UTC), datetime(2026, 10, 18, 23, tzinfo=UTC)),
    ],
)
def test_a_week_begins_on_monday_here(now, begins):
    assert looking.week_before(now).astimezone(UTC) == begins


def test_emergencies_and_refusals_are_there_whole(people, taken):
    emergency = given.consent(
        answer="not_asked_unsafe",
        basis="vital_interests",
        condition="vital_interests",
        ground="life_at_risk",
        reason="He said he would come back tonight.",
        safe_to_tell="not_safe",
        method="",
        wording_version="",
    )
    shared = given.a_sent_referral(people.officer, agreed=emergency)
    with pytest.raises(Referral.DoesNotExist):
        open_case(shared.reference, by=people.colleague)

    found = looking.to_look_at(by=people.supervisor, now=timezone.now())

    assert [each.entry.object_id for each in found.emergencies] == [shared.reference]
    (refused,) = [each for each in found.refusals if each.entry.object_id == shared.reference]
    assert (refused.who, refused.look) == (people.colleague, None)


def test_looking_is_marked_and_on_record(people, taken):
    with pytest.raises(PermissionDenied):
        open_case(taken.reference, by=people.second_adviser)
    seq = newest(people.adviser, "case.open").seq
    browser = sign_in(people.duty_manager)
    before = browser.get(at("evidence")).content.decode()

    answer = browser.post(at("evidence"), {"seq": [str(seq)], "ground": ""})

    after = browser.get(at("evidence")).content.decode()
    assert answer.status_code == 303
    assert (before.count("Looked at by"), after.count("Looked at by Duty Manager")) == (0, 1)
    entry = newest(people.duty_manager, "evidence.look")
    assert (entry.object_id, entry.decision) == (str(seq), "allowed")
    with unit_of_work(people.duty_manager.context):
        look = Look.objects.get()
        assert str(look) == f"Look at {people.duty_manager.agency_id}/{seq}"
    with unit_of_work(people.officer.context):
        assert not Look.objects.exists()


def test_only_what_is_on_the_page_can_be_ticked(people, taken):
    theirs = newest(people.officer, "referral.send").seq + 1000
    browser = sign_in(people.duty_manager)

    answer = browser.post(at("evidence"), {"seq": [str(theirs)]})

    assert answer.status_code == 200
    assert "choose one of the answers listed" in answer.content.decode()
    with unit_of_work(people.duty_manager.context):
        assert not Look.objects.exists()


def test_only_managers_look_and_only_at_their_own(people, taken):
    assert sign_in(people.duty_manager).get(at("evidence")).status_code == 200
    assert sign_in(people.adviser).get(at("evidence")).status_code == 403
    with pytest.raises(PermissionDenied):
        looking.to_look_at(by=people.adviser, now=timezone.now())
    seq = newest(people.adviser, "referral.accept").seq
    with pytest.raises(PermissionDenied):
        looking.look([seq], by=people.adviser)
    with pytest.raises(AuditEntry.DoesNotExist):
        looking.look([seq + 1000], by=people.duty_manager)
    with pytest.raises(AuditEntry.DoesNotExist):
        looking.look([seq], by=people.duty_manager, ground="because")

    looking.look([seq], by=people.duty_manager)

    with unit_of_work(people.duty_manager.context):
        assert [each.seq for each in Look.objects.all()] == [seq]


def test_the_four_weeks_end(people, taken):
    with pytest.raises(PermissionDenied):
        open_case(taken.reference, by=people.second_adviser)

    now = timezone.now()
    assert len(looking.to_look_at(by=people.duty_manager, now=now).refusals) == 1
    with time_machine.travel(now + timedelta(days=29), tick=False):
        later = looking.to_look_at(by=people.duty_manager, now=timezone.now())
    assert later.refusals == []
