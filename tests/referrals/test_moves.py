"""Each move: what it changes, the one line it leaves, who is told, and what refuses it."""

from datetime import UTC, datetime, time

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AuditEntry
from directory.safe_times import safe_window
from referrals import actions
from referrals.compartments import notes_of
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing, ServiceUnsuitable
from referrals.models import Case, Grant, Referral
from referrals.models.referral import Feedback
from referrals.reading import open_case, see
from tenancy.work import unit_of_work
from tests import given
from tests.referrals.conftest import as_owner, timeline, told


@pytest.fixture
def sent(people):
    return given.a_sent_referral(people.officer)


@pytest.fixture
def taken(people):
    return given.a_taken_referral(people.officer, people.adviser)


@pytest.fixture
def onward(people, taken):
    return given.an_onward_referral(taken, people.adviser, "rowan")


def test_refer_asks_the_desk_and_tells_everybody_who_may_decide(people, sent):
    assert (sent.status, sent.sent_by, sent.referring_agency_id) == (
        "sent",
        people.officer,
        people.officer.agency_id,
    )
    assert timeline(sent, people.adviser) == ["send"]
    asked = [("referral.send", sent.reference)]
    assert [told(one) for one in (people.adviser, people.second_adviser, people.duty_manager)] == [
        asked,
        asked,
        asked,
    ]
    assert told(people.administrator) == told(people.wirral_adviser) == told(people.officer) == []


def test_accept_gives_the_agency_the_case_and_the_member_the_work(people, sent):
    accepted = actions.accept(sent.reference, by=people.adviser)

    assert (accepted.status, accepted.assigned_to) == ("accepted", people.adviser)
    assert timeline(sent, people.officer) == ["send", "accept"]
    assert told(people.officer) == [("referral.accept", sent.reference)]
    with unit_of_work(people.adviser.context):
        case = Case.objects.get(pk=sent.case_id)
    assert (case.epoch, case.lead_agency_id) == (2, people.adviser.agency_id)


def test_accept_without_assigning_leaves_it_to_whoever_may_open_any(people, sent):
    actions.accept(sent.reference, by=people.adviser, assign=False)

    assert open_case(sent.reference, by=people.duty_manager).document("identity")
    with pytest.raises(PermissionDenied):
        open_case(sent.reference, by=people.adviser)


@pytest.mark.parametrize("again", ["accept", "decline", "ask", "answer", "withdraw"])
def test_declined_referral_refuses_every_answer_and_leaves_no_trace(people, sent, again):
    actions.decline(sent.reference, by=people.adviser, reason="no_capacity")
    by = people.officer if again in {"answer", "withdraw"} else people.adviser
    reasons = {
        "decline": {"reason": "no_capacity"},
        "ask": {"question": "risk"},
        "withdraw": {"reason": "duplicate"},
    }

    with pytest.raises(MoveNotAllowed, match="Declined"):
        getattr(actions, again)(sent.reference, by=by, **reasons.get(again, {}))

    assert timeline(sent, people.adviser) == ["send", "decline"]
    assert told(people.officer) == [("referral.decline", sent.reference)]
    assert len(told(people.adviser)) == 1


def test_decline_tells_the_referrer_the_code_and_opens_nothing(people, sent):
    declined = actions.decline(sent.reference, by=people.adviser, reason="outside_area")

    assert see(sent.reference, by=people.officer).decline_reason == "outside_area"
    assert declined.answered_at is not None
    with pytest.raises(PermissionDenied):
        open_case(sent.reference, by=people.adviser)
    with unit_of_work(people.adviser.context):
        assert not Case.objects.exists()
        assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("verb", "reason"),
    [("decline", "reason"), ("ask", "question"), ("withdraw", "reason"), ("close", "reason")],
)
@pytest.mark.parametrize("given_reason", ["", "because Alex Harte said so"])
def test_move_refuses_a_reason_that_is_no_code(people, sent, verb, reason, given_reason):
    by = people.officer if verb == "withdraw" else people.adviser

    with pytest.raises(ReasonMissing):
        getattr(actions, verb)(sent.reference, by=by, **{reason: given_reason})

    assert timeline(sent, people.officer) == ["send"]


def test_ask_and_answer_change_the_preview_and_seal_the_words(people, sent):
    actions.ask(sent.reference, by=people.adviser, question="safe_contact")
    saturday = safe_window(5, time(10), time(11))

    answered = actions.answer(
        sent.reference,
        by=people.officer,
        changes={"risk_band": "medium", "safe_windows": [saturday], "children": None},
        note="Her sister’s phone is safe.",
    )

    preview = see(sent.reference, by=people.adviser)
    assert (answered.status, preview.risk_band, preview.children) == ("sent", "medium", None)
    assert preview.safe_windows == [{"day": "sat", "from": "10:00", "to": "11:00"}]
    assert timeline(sent, people.officer) == ["send", "ask", "answer"]
    assert told(people.officer) == [("referral.ask", sent.reference)]
    assert told(people.adviser)[-1] == ("referral.answer", sent.reference)
    actions.accept(sent.reference, by=people.adviser)
    notes = [
        r.document
        for r in open_case(sent.reference, by=people.adviser).records
        if r.code == "answer"
    ]
    assert notes == [{"text": "Her sister’s phone is safe."}]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "accepted"}, "status"),
        ({"area_code": "E08000015"}, "area_code"),
        ({"risk_band": "Alex"}, "risk_band"),
        ({"needs": ["Alex"]}, "needs"),
        ({"safe_windows": [{"day": "Monday"}]}, "safe_windows"),
    ],
)
def test_answer_refuses_what_it_may_not_change(people, sent, changes, field):
    actions.ask(sent.reference, by=people.adviser, question="risk")

    with pytest.raises(NotWellFormed) as refused:
        actions.answer(sent.reference, by=people.officer, changes=changes)

    assert refused.value.field == field
    assert see(sent.reference, by=people.officer).status == "more_information_asked"


def test_answer_that_takes_the_safe_times_away_holds_contact(people, sent):
    actions.ask(sent.reference, by=people.adviser, question="safe_contact")

    actions.answer(sent.reference, by=people.officer, changes={"safe_windows": []})

    assert see(sent.reference, by=people.adviser).contact == "held"


def test_withdraw_before_the_answer_leaves_the_desk_a_preview(people, sent):
    actions.withdraw(sent.reference, by=people.officer, reason="sent_in_error")

    assert see(sent.reference, by=people.adviser).status == "withdrawn"
    assert timeline(sent, people.adviser) == ["send", "withdraw"]
    assert told(people.adviser)[-1] == ("referral.withdraw", sent.reference)
    with unit_of_work(people.adviser.context):
        assert not Case.objects.exists()


def test_withdraw_of_a_first_referral_is_refused_once_it_is_taken(people, taken):
    with pytest.raises(PermissionDenied):
        actions.withdraw(taken.reference, by=people.officer, reason="sent_in_error")

    assert open_case(taken.reference, by=people.adviser).document("identity")


def test_withdraw_tells_the_worker_it_was_with_and_nobody_else(people, onward):
    """What was not told yet about the case is not told any more either."""
    actions.accept(onward.reference, by=people.caseworker)
    assert told(people.team_lead) == [("referral.send", onward.reference)]

    actions.withdraw(onward.reference, by=people.adviser, reason="no_longer_wanted")

    assert told(people.caseworker) == [("referral.withdraw", onward.reference)]
    assert told(people.team_lead) == []
    with unit_of_work(people.caseworker.context):
        assert not Case.objects.exists()


def test_close_by_the_lead_closes_the_case(people, taken):
    closed = actions.close(taken.reference, by=people.adviser, reason="planned")

    assert (closed.status, closed.closure_reason) == ("closed", "planned")
    assert timeline(taken, people.officer) == ["send", "accept", "close"]
    assert told(people.officer)[-1] == ("referral.close", taken.reference)
    with unit_of_work(people.adviser.context):
        assert Case.objects.get(pk=taken.case_id).status == Case.Status.CLOSED
    with pytest.raises(PermissionDenied):
        actions.add_note(taken.reference, by=people.adviser, text="Afterwards")
    assert open_case(taken.reference, by=people.adviser).document("identity")


def test_close_by_a_service_leaves_it_what_it_had_and_the_case_open(people, taken, onward):
    actions.accept(onward.reference, by=people.caseworker)

    actions.close(onward.reference, by=people.caseworker, reason="planned")
    actions.amend(taken.reference, "contact", {"phone": "07700 900999"}, by=people.adviser)

    assert (
        open_case(onward.reference, by=people.caseworker).document("contact")["phone"]
        == "07700 900461"
    )
    assert (
        open_case(taken.reference, by=people.adviser).document("contact")["phone"] == "07700 900999"
    )
    with unit_of_work(people.adviser.context):
        assert Case.objects.get(pk=taken.case_id).status == Case.Status.OPEN


def test_refer_on_tells_the_service_and_names_nobody(people, taken, onward):
    preview = see(onward.reference, by=people.caseworker)

    assert (preview.parent_id, preview.needs) == (taken.pk, ["counselling"])
    assert told(people.caseworker) == [("referral.send", onward.reference)]
    assert told(people.other_caseworker) == []
    assert timeline(onward, people.caseworker) == ["send"]
    with unit_of_work(people.caseworker.context):
        assert not Referral.objects.filter(pk=taken.pk).exists()


def test_refer_on_replaces_a_declined_referral(people, taken, onward):
    actions.decline(onward.reference, by=people.caseworker, reason="no_capacity")

    second = given.an_onward_referral(taken, people.adviser, "linden", replacing=onward.reference)

    assert see(onward.reference, by=people.adviser).status == "superseded"
    assert second.status == "sent"


def test_refer_on_replaces_only_what_is_of_the_same_case(people, taken, onward):
    other_case = given.a_taken_referral(people.officer, people.adviser)

    with pytest.raises(Referral.DoesNotExist):
        given.an_onward_referral(other_case, people.adviser, "linden", replacing=onward.reference)

    assert see(onward.reference, by=people.adviser).status == "sent"
    assert told(people.other_caseworker) == []


def test_refer_on_twice_to_one_service_is_refused(people, taken, onward):
    with pytest.raises(ServiceUnsuitable, match="already"):
        given.an_onward_referral(taken, people.adviser, "rowan")

    assert given.an_onward_referral(taken, people.adviser, "rowan", replacing=onward.reference)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"needs": []}, NotWellFormed),
        ({"needs": ["Alex"]}, NotWellFormed),
        ({"needs": ["housing"]}, ServiceUnsuitable),
    ],
)
def test_refer_on_refuses_what_the_service_does_not_do(people, taken, changes, refusal):
    with pytest.raises(refusal):
        given.an_onward_referral(taken, people.adviser, "rowan", **changes)

    assert told(people.caseworker) == []


def test_refer_on_outside_a_services_ages_or_area_is_refused(people):
    child = {"identity": {**given.DOCUMENTS["identity"], "born_on": "2014-02-01"}}
    taken = given.a_taken_referral(people.officer, people.adviser, documents=child)

    with pytest.raises(ServiceUnsuitable):
        given.an_onward_referral(taken, people.adviser, "rowan")


def test_colleague_who_has_not_taken_the_case_may_neither_open_nor_add(people, taken):
    acts = [
        lambda: open_case(taken.reference, by=people.second_adviser),
        lambda: actions.add_note(taken.reference, by=people.second_adviser, text="x"),
        lambda: actions.amend(taken.reference, "needs", {}, by=people.second_adviser),
        lambda: given.an_onward_referral(taken, people.second_adviser, "rowan"),
        lambda: actions.withdraw_consent(taken.reference, by=people.second_adviser),
    ]

    for act in acts:
        with pytest.raises(PermissionDenied):
            act()

    assert open_case(taken.reference, by=people.duty_manager).document("identity")


def test_add_note_keeps_it_with_the_agency(people, taken, onward):
    actions.accept(onward.reference, by=people.caseworker)
    actions.add_note(taken.reference, by=people.adviser, text="Ours alone")

    ours = [r for r in open_case(taken.reference, by=people.adviser).records if r.kind == "note"]
    theirs = [
        r for r in open_case(onward.reference, by=people.caseworker).records if r.kind == "note"
    ]

    assert [(r.compartment, r.document) for r in ours] == [
        (notes_of(people.adviser.agency_id), {"text": "Ours alone"})
    ]
    assert theirs == []


def test_add_note_refuses_an_empty_one(people, taken):
    with pytest.raises(NotWellFormed):
        actions.add_note(taken.reference, by=people.adviser, text="  \n ")


def test_amend_refuses_a_part_the_agency_was_not_given(people, onward):
    actions.accept(onward.reference, by=people.caseworker)

    with pytest.raises(PermissionDenied):
        actions.amend(onward.reference, "risk", {"hazards": "none"}, by=people.caseworker)

    assert actions.amend(onward.reference, "needs", {"wanted": "Sleep"}, by=people.caseworker)


def test_move_tells_whoever_sees_to_it_where_the_sender_has_left(own_database, people, sent):
    as_owner("UPDATE accounts_membership SET ended_at = now() WHERE id = %s", people.officer.pk)

    actions.accept(sent.reference, by=people.adviser)

    assert told(people.supervisor) == [("referral.accept", sent.reference)]


def test_feed_back_tells_the_sender_once(people, taken):
    at = datetime.now(UTC)
    with unit_of_work(people.adviser.context):
        referral = Referral.objects.select_for_update().get(pk=taken.pk)
        actions.feed_back(referral, Feedback.CONTACTED, at=at)
        actions.feed_back(referral, Feedback.CONTACTED, at=at)

    assert see(taken.reference, by=people.officer).feedback == "contacted"
    assert told(people.officer) == [
        ("referral.accept", taken.reference),
        ("referral.feedback", taken.reference),
    ]


def test_open_case_of_one_part_opens_that_part_and_says_so(people, taken):
    case = open_case(taken.reference, by=people.adviser, only=(part for part in ["contact"]))

    assert {record.compartment for record in case.records} == {"contact"}
    with unit_of_work(people.adviser.context):
        entry = AuditEntry.objects.filter(action="case.open").latest("seq")
    assert entry.compartments == ["contact"]
