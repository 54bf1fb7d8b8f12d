"""What is taken back, or agreed to no longer, shows its receiver not one fact about her."""

import pytest

from referrals import actions
from referrals.models import Referral
from referrals.reading import see
from tests import given
from tests.accounts.signing_in import sign_in

FACTS = ("Liverpool", "Domestic abuse", "Aged", "Children", "ounselling", "High")


@pytest.fixture
def referrals(people):
    """The adviser's own, and what they made of it for two services, both taken."""
    ours = given.a_taken_referral(people.officer, people.adviser, safe_windows=given.ANY_TIME)
    kept = given.an_onward_referral(ours, people.adviser, "rowan")
    actions.accept(kept.reference, by=people.caseworker)
    lost = given.an_onward_referral(ours, people.adviser, "linden")
    actions.accept(lost.reference, by=people.other_caseworker)
    return ours, kept, lost


def facts(referral):
    return (referral.area_code, referral.harm_strands, referral.needs, referral.children)


NONE = ("", [], [], None)


def page_of(member, referral):
    page = sign_in(member).get(f"/inbox/{referral.reference}/").content.decode()
    return page.split("<main", 1)[1].replace("Liverpool IDVA Service", "whoever sent it")


def test_taken_back_it_says_that_it_was_and_nothing_else(people, referrals):
    _, kept, lost = referrals
    before = page_of(people.other_caseworker, lost)
    assert [fact for fact in FACTS if fact not in before] == []

    actions.withdraw(lost.reference, by=people.adviser, reason="consent_withdrawn")

    after = page_of(people.other_caseworker, lost)
    assert [fact for fact in FACTS if fact in after] == []
    assert "not yours to see any more" in after
    assert facts(see(lost.reference, by=people.other_caseworker)) == NONE
    assert facts(see(kept.reference, by=people.caseworker)) != NONE


def test_whoever_made_it_still_sees_what_it_was(people, referrals):
    _, _, lost = referrals
    actions.withdraw(lost.reference, by=people.adviser, reason="sent_in_error")

    assert facts(see(lost.reference, by=people.adviser)) != NONE


def test_taken_back_before_it_was_answered_likewise(people):
    waiting = given.a_sent_referral(people.officer)
    assert facts(see(waiting.reference, by=people.adviser)) != NONE

    actions.withdraw(waiting.reference, by=people.officer, reason="sent_in_error")

    assert facts(see(waiting.reference, by=people.adviser)) == NONE
    assert facts(see(waiting.reference, by=people.officer)) != NONE


def test_ended_agreement_hides_what_is_accepted_still(people, referrals):
    ours, kept, _ = referrals
    actions.withdraw_consent(kept.reference, by=people.caseworker)

    shown = see(kept.reference, by=people.caseworker)
    assert (shown.status, facts(shown)) == ("accepted", NONE)
    assert facts(see(ours.reference, by=people.adviser)) != NONE


def test_lists_hide_it_too(people, referrals):
    _, kept, lost = referrals
    actions.withdraw(lost.reference, by=people.adviser, reason="sent_in_error")
    actions.withdraw_consent(kept.reference, by=people.caseworker)

    closed = sign_in(people.other_caseworker).get("/inbox/closed/").content.decode()
    mine = sign_in(people.caseworker).get("/cases/").content.decode()
    accepted = sign_in(people.team_lead).get("/inbox/accepted/").content.decode()

    for page, referral in ((closed, lost), (mine, kept), (accepted, kept)):
        assert referral.reference in page
        card = page.split(referral.reference, 1)[1]
        assert "Not shown any more" in card
        assert "Liverpool ·" not in card
        assert "ounselling" not in card.replace("Counselling at", "").replace(
            "Rowan Counselling", ""
        )


def test_nothing_is_saved_of_the_hiding(people, referrals):
    _, _, lost = referrals
    actions.withdraw(lost.reference, by=people.adviser, reason="sent_in_error")
    see(lost.reference, by=people.other_caseworker)

    assert Referral(area_code="E08000012").is_forgotten is False
    assert facts(see(lost.reference, by=people.adviser)) != NONE
