"""What can be a line of the ledger, and what a line opens: word for word and to the second."""

from datetime import UTC, datetime, timedelta

import pytest

from referrals.consent import (
    APPROVAL_WITHIN,
    OVERRIDE_LASTS,
    allows,
    check,
    check_agreements,
    check_at_once,
    closes_at,
    enter_in_ledger,
    newest_line,
    withdrawn,
)
from referrals.errors import AgreementMissing, ConsentMissing, NotWellFormed
from referrals.models import ConsentEntry
from referrals.models.consent import Purpose
from tenancy.work import unit_of_work
from tests import given

AT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
REASON = "He said tonight. ."  # eighteen characters; two more are enough
EMERGENCY = {
    "answer": "not_asked_unsafe",
    "method": "",
    "wording_version": "",
    "basis": "vital_interests",
    "condition": "vital_interests",
    "ground": "life_at_risk",
    "safe_to_tell": "not_safe",
    "reason": f"{REASON} .",
}


def emergency(**changes):
    return given.consent(**{**EMERGENCY, **changes})


@pytest.mark.parametrize(
    "agreed",
    [
        given.consent(),
        given.consent(expires_at=AT + MOMENT),
        given.consent(wording_version="A-1.b_2" + "x" * 13),
        emergency(),
        emergency(ground="high_risk"),
        emergency(expires_at=AT + OVERRIDE_LASTS),
        emergency(safe_to_tell="safe"),
    ],
)
def test_check_takes_what_may_be_a_line(agreed):
    check(agreed, at=AT)


@pytest.mark.parametrize(
    ("agreed", "field", "said"),
    [
        (
            given.consent(wording_version=""),
            "consent.wording_version",
            "Say which wording they were given.",
        ),
        (
            given.consent(wording_version="version one"),
            "consent.wording_version",
            "Give the version as on the form: 2026-1.",
        ),
        (
            given.consent(wording_version="x" * 21),
            "consent.wording_version",
            "Give the version as on the form: 2026-1.",
        ),
        (given.consent(method=""), "consent.method", "Say how they gave their agreement."),
        (
            given.consent(ground="life_at_risk"),
            "consent.ground",
            "They agreed: leave the ground for sharing empty.",
        ),
        (
            given.consent(expires_at=AT),
            "consent.expires_at",
            "The agreement would have ended already.",
        ),
        (
            given.consent(compartments=[]),
            "consent.compartments",
            "Say which parts may be passed on.",
        ),
        (
            emergency(basis="consent"),
            "consent.basis",
            "They have not agreed: choose what allows sharing.",
        ),
        (
            emergency(condition="explicit_consent"),
            "consent.condition",
            "They have not agreed: choose another condition.",
        ),
        (
            emergency(reason=f"  {REASON}.  "),
            "consent.reason",
            "Say why it is necessary and proportionate to share.",
        ),
        (
            emergency(safe_to_tell=""),
            "consent.safe_to_tell",
            "Say whether it is safe to tell them.",
        ),
        (
            emergency(expires_at=AT + OVERRIDE_LASTS + MOMENT),
            "consent.expires_at",
            "Sharing without agreement ends after 28 days at most.",
        ),
    ],
)
def test_check_refuses_what_may_not_and_names_field_and_fault(agreed, field, said):
    with pytest.raises(NotWellFormed) as refused:
        check(agreed, at=AT)

    assert (refused.value.field, str(refused.value)) == (field, said)


def test_check_at_once_refuses_a_ground_on_which_a_second_person_comes_first():
    waits = emergency(ground="asking_endangers")
    check(waits, at=AT)
    check_at_once(emergency(), at=AT)

    with pytest.raises(NotWellFormed) as refused:
        check_at_once(waits, at=AT)

    assert (refused.value.field, str(refused.value)) == (
        "consent.ground",
        "Sharing without agreement on this ground needs a second person first."
        " Ask for it on a case in hand. A new referral goes without agreement only where"
        " life or serious harm is at risk.",
    )


@pytest.mark.parametrize(
    ("name", "agreed"),
    [
        ("answer", given.consent(answer="perhaps")),
        ("method", given.consent(method="carrier_pigeon")),
        ("capacity", given.consent(capacity="unsure")),
        ("basis", given.consent(basis="because")),
        ("condition", given.consent(condition="because")),
        ("ground", emergency(ground="a_feeling")),
        ("safe_to_tell", emergency(safe_to_tell="perhaps")),
        ("compartments", given.consent(compartments=["contact", "diary"])),
    ],
)
def test_check_refuses_a_code_on_no_list(name, agreed):
    with pytest.raises(NotWellFormed) as refused:
        check(agreed, at=AT)

    assert refused.value.field == f"consent.{name}"


def test_check_refuses_a_no_without_a_ground_and_says_what_to_offer():
    with pytest.raises(ConsentMissing) as refused:
        check(given.consent(answer="refused"), at=AT)

    assert str(refused.value) == (
        "They have not agreed, and no ground for sharing without agreement is given."
        " Nothing was sent. Offer them the helpline, or what they want instead."
    )


def entry(**changes):
    said = {"answer": "given", "ground": "", "taken_at": AT, **changes}
    return ConsentEntry(**said)


def override(**changes):
    ends = {"expires_at": AT + OVERRIDE_LASTS, "approve_by": AT + APPROVAL_WITHIN}
    return entry(**{"answer": "not_asked_unsafe", "ground": "life_at_risk", **ends, **changes})


@pytest.mark.parametrize(
    ("line", "after", "opens"),
    [
        (entry(), timedelta(days=9999), True),
        (entry(answer="refused"), timedelta(), False),
        (entry(answer="unable"), timedelta(), False),
        (entry(withdraws_id="7f3c0000-0000-4000-8000-000000000000"), timedelta(), False),
        (entry(expires_at=AT + timedelta(days=1)), timedelta(days=1) - MOMENT, True),
        (entry(expires_at=AT + timedelta(days=1)), timedelta(days=1), False),
        (override(), APPROVAL_WITHIN - MOMENT, True),
        (override(), APPROVAL_WITHIN, False),
        (override(approve_by=None), timedelta(), False),
        (override(approved_by_id=7), APPROVAL_WITHIN, True),
        (override(approved_by_id=7), OVERRIDE_LASTS - MOMENT, True),
        (override(approved_by_id=7), OVERRIDE_LASTS, False),
        (
            override(approved_by_id=7, withdraws_id="7f3c0000-0000-4000-8000-000000000000"),
            timedelta(),
            False,
        ),
    ],
)
def test_a_line_opens_until_the_exact_instant(line, after, opens):
    assert allows(line, at=AT + after) is opens


@pytest.mark.parametrize(
    ("line", "closes"),
    [
        (entry(), None),
        (entry(expires_at=AT), AT),
        (override(), AT + APPROVAL_WITHIN),
        (override(approved_by_id=7), AT + OVERRIDE_LASTS),
    ],
)
def test_what_a_line_opened_closes_by_itself(line, closes):
    assert closes_at(line) == closes


def test_an_override_must_be_approved_in_half_a_day_and_ends_in_four_weeks():
    assert timedelta(hours=12) == APPROVAL_WITHIN
    assert timedelta(days=28) == OVERRIDE_LASTS


@pytest.fixture
def case(people):
    return given.a_sent_referral(people.officer).case


def entered(case, people, agreed, *, at=AT):
    with unit_of_work(people.officer.context):
        recipient = people.caseworker.agency
        purpose = Purpose.SERVICE
        return enter_in_ledger(case, recipient, agreed, purpose=purpose, by=people.officer, at=at)


def test_an_agreement_is_kept_as_it_was_given_and_ends_only_if_it_says_so(case, people):
    agreed = given.consent(
        capacity="gillick_competent", basis="legal_obligation", condition="safeguarding"
    )
    line = entered(case, people, agreed)

    kept = (line.capacity, line.basis, line.condition, line.expires_at, line.approve_by)
    assert kept == ("gillick_competent", "legal_obligation", "safeguarding", None, None)


def test_an_emergency_waits_half_a_day_for_a_second_person_and_ends_in_four_weeks(case, people):
    line = entered(case, people, emergency())

    assert (line.approve_by, line.expires_at) == (AT + APPROVAL_WITHIN, AT + OVERRIDE_LASTS)


def test_a_withdrawal_says_who_took_it_and_nothing_of_how_agreement_was_given(case, people):
    line = entered(case, people, given.consent())
    with unit_of_work(people.officer.context):
        taken_back = withdrawn(line, by=people.officer, at=AT + MOMENT)

    assert taken_back.withdraws_id == line.pk
    assert (taken_back.method, taken_back.wording_version, taken_back.approved_by_id) == (
        "",
        "",
        None,
    )
    assert (taken_back.taken_by_id, taken_back.answer) == (people.officer.pk, "refused")
    assert not allows(taken_back, at=AT + MOMENT)


def test_of_two_lines_of_one_instant_the_one_entered_last_in_order_counts(case, people):
    first = entered(case, people, given.consent())
    second = entered(case, people, given.consent())
    with unit_of_work(people.officer.context):
        newest = newest_line(case.pk, people.caseworker.agency_id)

    assert newest.pk == max(first.pk, second.pk)


def test_an_agency_that_has_not_signed_by_that_day_is_named(case, people):
    with unit_of_work(people.officer.context):
        agency = people.caseworker.agency
        check_agreements(agency, at=AT)
        with pytest.raises(AgreementMissing, match=agency.name):
            check_agreements(agency, at=datetime(1999, 1, 1, tzinfo=UTC))
