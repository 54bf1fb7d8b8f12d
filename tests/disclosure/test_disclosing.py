"""What is held goes out looked over by two, field by field: never more than they stood behind."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from audit.models import AuditEntry
from disclosure import actions, sweeping
from disclosure.actions import Decision, NewRequest
from disclosure.clock import due_on
from disclosure.models import DisclosureRequest, Redaction
from disclosure.reading import TAKEN_OUT, open_request, pieces_of, requests_of
from referrals import actions as referring
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import Grant
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner, told
from tests.world import People


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """The people of a clone in which the IDVA service has two who look things over."""
    with django_db_blocker.unblock(), databases.clone():
        people = People()
        as_owner(
            "UPDATE accounts_membership SET role = 'duty_manager' WHERE id = %s",
            people.second_adviser.pk,
        )
        yield people


@pytest.fixture
def case(house):
    """A case that nobody has asked about yet."""
    as_owner("DELETE FROM disclosure_redaction")
    as_owner("DELETE FROM disclosure_disclosurerequest")
    return given.a_taken_referral(
        house.officer, house.adviser, documents=given.somebody_else(house.officer)
    )


def own_reference(referral, member):
    with unit_of_work(member.context):
        ours = Grant.objects.filter(agency=member.agency_id, revoked_at=None)
        return ours.get(case=referral.case_id).reference


def enter(house, case, by=None, **changes):
    by = by or house.duty_manager
    new = {
        "reference": own_reference(case, by),
        "kind": "subject_access",
        "received_on": timezone.localdate(),
        "told_them": "they_ask",
    }
    return actions.enter(NewRequest(**{**new, **changes}), by=by)


def pieces(house, asked):
    return open_request(asked.pk, by=house.duty_manager)[1]


def everything(house, asked, **changes):
    """Give all of it out, but for what is named: a field, and its decision."""
    return {piece.key: changes.get(piece.field, Decision()) for piece in pieces(house, asked)}


def reviewed(house, asked, **changes):
    return actions.review(asked.pk, everything(house, asked, **changes), by=house.duty_manager)


def stood_behind(house, asked, **changes):
    reviewed(house, asked, **changes)
    return actions.agree(asked.pk, by=house.second_adviser)


def given_out(house, asked):
    out = actions.give_out(asked.pk, by=house.duty_manager)
    return {piece.field: text for piece, text in out.pieces}


def test_what_two_people_stand_behind_goes_out_and_nothing_else(house, case):
    asked = enter(house, case)
    held = {piece.field: piece.text for piece in pieces(house, asked)}
    stood_behind(
        house,
        asked,
        summary=Decision(words=["at home"], reason="somebody_else"),
        hazards=Decision(is_all=True, reason="would_harm"),
    )

    out = given_out(house, asked)

    assert out["summary"] == held["summary"].replace("at home", TAKEN_OUT)
    assert out["hazards"] == TAKEN_OUT
    assert out["family_name"] == held["family_name"]
    assert "at home" not in str(out)
    with unit_of_work(house.adviser.context):
        kept = DisclosureRequest.objects.get(pk=asked.pk)
    assert kept.given_at is not None
    assert len(kept.sha256) == 64


def test_the_code_word_leaves_by_no_door(house, case):
    referring.amend(case.reference, "contact", {"code_word": "Bluebell"}, by=house.adviser)
    asked = enter(house, case)

    assert "Bluebell" not in str(pieces(house, asked))


def test_rows_hold_offsets_and_no_word(house, case):
    asked = enter(house, case)
    reviewed(house, asked, summary=Decision(words=["at home"], reason="somebody_else"))

    rows = as_owner("SELECT r::text FROM disclosure_redaction r")

    assert rows
    assert "home" not in str(rows)


def test_words_that_are_not_there_are_refused_so_that_no_slip_gives_them_out(house, case):
    asked = enter(house, case)

    with pytest.raises(NotWellFormed, match="not in it"):
        reviewed(house, asked, summary=Decision(words=["at hone"], reason="crime"))

    with unit_of_work(house.adviser.context):
        assert not Redaction.objects.filter(request=asked).exists()
    assert reviewed(house, asked, summary=Decision(words=["at home"], reason="crime")).first_by


def test_every_place_of_the_words_is_taken_out_also_where_they_overlap(house, case):
    text = "Anna and Annabel. Anna!"
    referring.amend(case.reference, "needs", {"wanted": text}, by=house.adviser)
    asked = enter(house, case)
    stood_behind(house, asked, wanted=Decision(words=["Anna", "nabel"], reason="somebody_else"))

    out = given_out(house, asked)

    assert out["wanted"] == f"{TAKEN_OUT} and {TAKEN_OUT}. {TAKEN_OUT}!"


def test_it_is_said_of_every_piece_and_why(house, case):
    asked = enter(house, case)
    some = everything(house, asked)
    some.pop(next(iter(some)))
    with pytest.raises(NotWellFormed, match="Say what becomes"):
        actions.review(asked.pk, some, by=house.duty_manager)
    with pytest.raises(NotWellFormed, match="why it is taken out"):
        reviewed(house, asked, summary=Decision(is_all=True))

    assert reviewed(house, asked).first_by == house.duty_manager


def test_nobody_stands_behind_their_own(house, case):
    asked = enter(house, case)
    with pytest.raises(MoveNotAllowed):
        actions.agree(asked.pk, by=house.second_adviser)
    reviewed(house, asked)
    with pytest.raises(PermissionDenied):
        actions.agree(asked.pk, by=house.duty_manager)
    with pytest.raises(IntegrityError):
        as_owner(
            "UPDATE disclosure_disclosurerequest SET second_by_id = first_by_id,"
            " second_at = now() WHERE id = %s",
            asked.pk,
        )
    with pytest.raises(MoveNotAllowed, match="Two people"):
        actions.give_out(asked.pk, by=house.duty_manager)

    assert actions.agree(asked.pk, by=house.second_adviser).second_at


def test_sent_back_or_said_anew_it_needs_both_again(house, case):
    asked = enter(house, case)
    reviewed(house, asked)
    actions.send_back(asked.pk, by=house.second_adviser)
    with pytest.raises(MoveNotAllowed):
        actions.agree(asked.pk, by=house.second_adviser)

    stood_behind(house, asked)
    reviewed(house, asked, summary=Decision(is_all=True, reason="crime"))

    with pytest.raises(MoveNotAllowed, match="Two people"):
        actions.give_out(asked.pk, by=house.duty_manager)


def test_what_changed_since_is_looked_over_again(house, case):
    asked = enter(house, case)
    reviewed(house, asked)
    referring.amend(case.reference, "needs", {"wanted": "Something else"}, by=house.adviser)
    with pytest.raises(MoveNotAllowed, match="changed since"):
        actions.agree(asked.pk, by=house.second_adviser)

    stood_behind(house, asked)
    referring.add_note(case.reference, by=house.adviser, text="A note of later.")
    with pytest.raises(MoveNotAllowed, match="changed since"):
        actions.give_out(asked.pk, by=house.duty_manager)

    with unit_of_work(house.adviser.context):
        assert DisclosureRequest.objects.get(pk=asked.pk).given_at is None


def test_giving_out_again_is_the_same_and_each_time_is_on_record(house, case):
    asked = enter(house, case)
    stood_behind(house, asked)

    first, again = given_out(house, asked), given_out(house, asked)

    assert first == again
    with unit_of_work(house.adviser.context):
        prints = AuditEntry.objects.filter(
            action="print.disclosure", object_id=asked.reference, decision="allowed"
        )
        assert prints.count() == 2
    with pytest.raises(MoveNotAllowed, match="answered"):
        actions.refuse(asked.pk, by=house.duty_manager, reason="not_them")


def test_refused_it_gives_nothing_and_says_why(house, case):
    asked = enter(house, case)
    stood_behind(house, asked)
    with pytest.raises(ReasonMissing):
        actions.refuse(asked.pk, by=house.duty_manager, reason="no")

    actions.refuse(asked.pk, by=house.duty_manager, reason="not_them")

    with pytest.raises(MoveNotAllowed):
        actions.give_out(asked.pk, by=house.duty_manager)


def test_it_is_for_who_answers_for_cases_of_the_agency(house, case):
    asked = enter(house, case)
    for by in (house.adviser, house.supervisor, house.administrator, house.officer):
        with unit_of_work(by.context), pytest.raises(PermissionDenied):
            requests_of(by)
    with pytest.raises(DisclosureRequest.DoesNotExist):
        open_request(asked.pk, by=house.team_lead)
    with pytest.raises(Grant.DoesNotExist):
        enter(house, case, by=house.duty_manager, reference="PC-NOTHERE1")

    assert open_request(asked.pk, by=house.duty_manager)[1]


def test_others_need_a_footing_and_the_person_needs_none(house, case):
    others = {"kind": "victim_information", "told_them": "not_safe"}
    with pytest.raises(NotWellFormed, match="footing"):
        enter(house, case, **others)
    with pytest.raises(NotWellFormed, match="footing"):
        enter(house, case, footing="necessary")
    with pytest.raises(NotWellFormed, match="was told"):
        enter(house, case, kind="victim_information", footing="necessary", told_them="they_ask")
    for day in (timezone.localdate() + timedelta(days=1), timezone.localdate() - timedelta(367)):
        with pytest.raises(NotWellFormed, match="last year"):
            enter(house, case, received_on=day)

    assert enter(house, case, footing="necessary", **others).footing == "necessary"
    assert enter(house, case).footing == ""


@pytest.mark.parametrize(
    ("kind", "received", "due"),
    [
        ("subject_access", date(2026, 11, 26), date(2026, 12, 29)),  # Boxing Day's substitute
        ("subject_access", date(2027, 1, 31), date(2027, 3, 1)),  # 28 February is a Sunday
        ("subject_access", date(2026, 9, 3), date(2026, 10, 5)),  # a Saturday
        ("prosecution", date(2026, 12, 21), date(2027, 1, 21)),
    ],
)
def test_due_in_a_calendar_month_or_twenty_working_days(kind, received, due):
    assert due_on(kind, received) == due


def test_it_is_told_a_week_before_and_once_more_when_it_is_late(house, case):
    asked = enter(house, case)

    def swept(day):
        with databases.signed_in_as(databases.WORKER), time_machine.travel(day, tick=False):
            sweeping.sweep(timezone.now())
        kinds = [kind for kind, _ in told(house.duty_manager)]
        return kinds.count("disclosure.due"), kinds.count("disclosure.late")

    noon = timezone.datetime(
        *asked.due_on.timetuple()[:3], 12, tzinfo=timezone.get_current_timezone()
    )
    before = swept(noon - timedelta(days=8))

    assert swept(noon - timedelta(days=7))[0] == before[0] + 1
    assert swept(noon - timedelta(days=1))[0] == before[0] + 1
    assert swept(noon)[1] == before[1]
    assert swept(noon + timedelta(days=1))[1] == before[1] + 1
    assert swept(noon + timedelta(days=2))[1] == before[1] + 1


def test_opening_one_counts_among_the_cases_they_open(house, case):
    asked = enter(house, case)
    looks = "SELECT count(*) FROM referrals_look WHERE case_id = %s AND membership_id = %s"
    pieces(house, asked)

    assert as_owner(looks, case.case_id, house.duty_manager.pk) == [(1,)]
    assert as_owner(looks, case.case_id, house.second_adviser.pk) == [(0,)]


def test_opening_one_is_evidence_that_says_what_for(house, case):
    asked = enter(house, case)
    pieces(house, asked)

    with unit_of_work(house.adviser.context):
        newest = AuditEntry.objects.filter(object_id=asked.reference).latest("seq")
        assert (newest.action, newest.purpose) == (
            "case.open",
            "disclosure: The person asks for what is held about them",
        )
        assert pieces_of(asked)
