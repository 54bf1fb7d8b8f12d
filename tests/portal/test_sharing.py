"""The conversation about what may be shared: each answer on a page, and what it then opens."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals import actions
from referrals.reading import open_case
from tests import given
from tests.accounts.signing_in import sign_in
from tests.accounts.test_step_up import grow_stale
from tests.live import look_around, page_of
from tests.referrals.conftest import told

CANARY = "canary-portal-her-words"
PARTS = ["identity", "contact", "needs"]
TYPED = "A long note that took twenty minutes to type, and must not be lost."


@pytest.fixture
def taken(people):
    documents = {**given.DOCUMENTS, "needs": {"wanted": CANARY}}
    return given.a_taken_referral(people.officer, people.adviser, documents=documents)


@pytest.fixture
def rowan(people, taken):
    onward = given.an_onward_referral(taken, people.adviser, "rowan", compartments=PARTS)
    return actions.accept(onward.reference, by=people.caseworker)


def at(referral, name="case_sharing", *more):
    return reverse(f"portal:{name}", args=[referral.reference, *more])


def saying(taken, rowan, name):
    return at(taken, name, rowan.reference)


def moment(when):
    local = timezone.localtime(when)
    boxes = {"day": local.day, "month": local.month, "year": local.year}
    typed = {f"expires_at_{part}": str(box) for part, box in boxes.items()}
    return {**typed, "expires_at_time": f"{local:%H:%M}"}


def parts_of(rowan, member):
    return {record.compartment for record in open_case(rowan.reference, by=member).records}


def test_case_leads_to_who_may_open_what(people, taken, rowan):
    open_case(rowan.reference, by=people.caseworker)
    adviser = sign_in(people.adviser)

    assert at(taken) in adviser.get(at(taken, "case")).content.decode()
    page = adviser.get(at(taken)).content.decode()

    assert "What may be shared" in page
    assert "Counselling at Rowan Counselling" in page
    assert (
        "Name, date of birth and children; How to be in touch safely; What help is wanted" in page
    )
    assert "Once, last today at" in page
    assert "Keeps what it had; gets nothing new" in page
    assert people.caseworker.display_name not in page


def test_taking_back_some_leaves_the_rest(people, taken, rowan):
    """C09."""
    form = {"compartments": ["needs"], "method": "phone"}
    adviser = sign_in(people.adviser)
    assert CANARY in sign_in(people.caseworker).get(at(rowan, "case_details")).content.decode()

    page = adviser.post(saying(taken, rowan, "narrow_consent"), form, follow=True).content.decode()

    assert "Taken back." in page
    assert parts_of(rowan, people.caseworker) == {"identity", "contact"}
    theirs = sign_in(people.caseworker).get(at(rowan, "case_details")).content.decode()
    assert CANARY not in theirs
    assert "Zoë" in theirs
    assert told(people.caseworker)[-1] == ("consent.changed", rowan.reference)


def test_taking_back_everything_closes_it_on_every_page(people, taken, rowan):
    """C01."""
    adviser, caseworker = sign_in(people.adviser), sign_in(people.caseworker)
    url = saying(taken, rowan, "withdraw_consent")
    assert "cannot be undone" in adviser.get(url).content.decode()

    assert adviser.post(url, {}).status_code == 200
    page = adviser.post(url, {"agreed": "on"}, follow=True).content.decode()

    assert "Taken back. They can open nothing of it from now on." in page
    assert "Nothing now: there is no agreement, or it has ended." in page
    for name in ("case", "case_details", "case_services", "add_note", "case_sharing"):
        answer = caseworker.get(at(rowan, name))
        assert answer.status_code == 409, name
        assert "Zoë" not in answer.content.decode()
    assert "Zoë" in adviser.get(at(taken, "case_details")).content.decode()
    again = adviser.get(saying(taken, rowan, "narrow_consent"))
    assert again.status_code == 409


def test_taking_back_everything_wants_a_fresh_second_factor(people, taken, rowan):
    adviser = sign_in(people.adviser)
    url = saying(taken, rowan, "withdraw_consent")
    assert adviser.get(url).status_code == 200
    grow_stale(adviser, timedelta(minutes=6))

    asked = adviser.post(url, {"agreed": "on"})

    assert asked.url.startswith(reverse("mfa_reauthenticate"))
    assert open_case(rowan.reference, by=people.caseworker).document("identity")
    assert adviser.get(saying(taken, rowan, "narrow_consent")).status_code == 200


@pytest.mark.parametrize("how", ["consent", "referral"])
def test_form_open_during_a_withdrawal_is_refused_and_gives_the_text_back(
    people, taken, rowan, how
):
    """C02."""
    caseworker = sign_in(people.caseworker)
    assert caseworker.get(at(rowan, "add_note")).status_code == 200
    if how == "consent":
        actions.withdraw_consent(rowan.reference, by=people.adviser)
    else:
        actions.withdraw(rowan.reference, by=people.adviser, reason="consent_withdrawn")

    answer = caseworker.post(at(rowan, "add_note"), {"text": TYPED})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert TYPED in page
    assert "This is closed to you now" in page
    for word in ("Zoë", CANARY, "withdr", "agreement", "consent"):
        assert word not in page
    assert not [
        r for r in open_case(taken.reference, by=people.adviser).records if r.kind == "note"
    ]


def test_same_form_is_saved_where_nothing_was_withdrawn(people, taken, rowan):
    answer = sign_in(people.caseworker).post(at(rowan, "add_note"), {"text": TYPED})

    assert answer.status_code == 303
    assert f"notes:{people.caseworker.agency_id}" in parts_of(rowan, people.caseworker)


def test_an_end_is_set_and_shown(people, taken, rowan):
    ends_at = timezone.now() + timedelta(days=3)
    adviser, url = sign_in(people.adviser), saying(taken, rowan, "end_consent")
    past = {**moment(timezone.now() - timedelta(days=1)), "method": "phone"}

    refused = adviser.post(url, past).content.decode()
    page = adviser.post(url, {**moment(ends_at), "method": "phone"}, follow=True).content.decode()

    assert "That time has passed: withdraw it instead." in refused
    assert "Saved." in page
    assert "Closes " in page


def test_agreement_is_recorded_after_an_emergency(people):
    agreed = given.consent(
        answer="not_asked_unsafe",
        method="",
        wording_version="",
        basis="vital_interests",
        condition="vital_interests",
        ground="life_at_risk",
        safe_to_tell="not_safe",
        reason="He has said he will kill her tonight.",
    )
    sent = given.a_sent_referral(people.officer, agreed=agreed)
    actions.accept(sent.reference, by=people.adviser)
    adviser = sign_in(people.adviser)
    assert "Without their agreement:" in adviser.get(at(sent)).content.decode()
    assert "Left out: 1" in adviser.get(at(sent, "sharing_sheet")).content.decode()

    form = {"compartments": ["identity", "contact"], "agreement": "on", "method": "in_person"}
    url = saying(sent, sent, "record_agreement")
    page = adviser.post(url, form, follow=True).content.decode()

    assert "Their agreement is recorded." in page
    assert "Without their agreement:" not in page
    assert parts_of(sent, people.adviser) == {"identity", "contact"}


def test_sharing_without_agreement_takes_two_people_and_then_sends(people, taken):
    """C07, on the screen."""
    adviser, manager = sign_in(people.adviser), sign_in(people.duty_manager)
    form = {
        "service": "rowan.counselling-at-rowan-counselling",
        "compartments": ["identity", "needs"],
        "answer": "refused",
        "ground": "child_at_risk",
        "reason": "Her son told the school nurse what he had seen.",
        "basis": "recognised_interest",
        "condition": "safeguarding",
        "safe_to_tell": "safe",
        **moment(timezone.now() + timedelta(days=7)),
    }
    for missing in ("reason", "basis", "condition", "ground", "safe_to_tell", "expires_at_day"):
        assert adviser.post(at(taken, "ask_to_share"), {**form, missing: ""}).status_code == 200
    decide, send = at(taken, "decide_sharing", "rowan"), at(taken, "share_approved", "rowan")
    assert manager.get(decide).status_code == 409

    assert adviser.post(at(taken, "ask_to_share"), form).status_code == 303
    assert adviser.get(send).status_code == 409
    assert adviser.get(decide).status_code == 403
    assert adviser.post(decide, {"answer": "yes"}).status_code == 403
    assert "Her son told the school nurse" in manager.get(decide).content.decode()
    assert manager.post(decide, {"answer": "yes"}).status_code == 303
    assert adviser.post(send, {}).status_code == 303

    assert [kind for kind, _ in told(people.caseworker)] == ["referral.send"]


def test_sheet_says_it_neutrally(people, taken, rowan):
    page = sign_in(people.adviser).get(at(taken, "sharing_sheet")).content.decode()

    assert "<title>Your choices</title>" in page
    assert "Rowan Counselling" in page
    for word in ("Zoë", "Pierhead", taken.reference, "07700", CANARY):
        assert word not in page.replace(f"/cases/{taken.reference}/", "")


def test_others_find_nothing_and_may_nothing(people, taken, rowan):
    pages = [at(taken), at(taken, "sharing_sheet"), at(taken, "ask_to_share")]
    pages += [saying(taken, rowan, name) for name in ("narrow_consent", "withdraw_consent")]

    for url in pages:
        assert sign_in(people.wirral_adviser).get(url).status_code == 404
        assert sign_in(people.second_adviser).get(url).status_code == 403
        assert sign_in(people.adviser).get(url).status_code == 200
    other = given.a_taken_referral(people.officer, people.adviser)
    crossed = at(other, "withdraw_consent", rowan.reference)
    assert sign_in(people.adviser).get(crossed).status_code == 404
    sheet = sign_in(people.caseworker).get(at(rowan, "sharing_sheet"))
    assert sheet.status_code == 403


def test_pages_are_open_to_everybody_at_every_width(
    own_database, people, taken, rowan, chromium, site
):
    pages = [at(taken), at(taken, "sharing_sheet"), saying(taken, rowan, "narrow_consent")]

    look_around(page_of(people.adviser, chromium, site), pages, "sharing")
