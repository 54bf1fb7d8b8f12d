"""Nobody is asked to help for whom somebody feared works: neither offered nor, if asked, let."""

import pytest

from accounts.models import Agency
from directory.models import Service
from referrals import actions
from referrals.actions.referring_on import Onward, Passage
from referrals.details import PartyDetails
from referrals.errors import NotWellFormed
from referrals.models import Referral
from referrals.models.consent import Purpose
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in
from tests.portal.test_sending import begin
from tests.referrals.test_consent_override import safeguarding


def works_for(code, kind="alleged_perpetrator"):
    document = {"given_name": "Alex", "family_name": "Harte", "works_for": code}
    return PartyDetails(kind=kind, relationship="partner", document=document)


@pytest.fixture
def taken(people):
    """Somebody feared works for Rowan; a child of the house is looked after by Linden."""
    parties = [works_for("rowan"), works_for("linden", kind="child")]
    return given.a_taken_referral(people.officer, people.adviser, parties=parties)


def refer(people, taken, code):
    with unit_of_work(people.adviser.context):
        service = Service.objects.get(agency__code=code)
    parts = ["identity", "contact", "needs"]
    onward = Onward(
        service=service.pk, needs=["counselling"], consent=given.consent(compartments=parts)
    )
    return actions.refer_on(taken.reference, onward, by=people.adviser)


def test_it_is_not_offered_and_others_are(people, taken):
    page = sign_in(people.adviser).post(
        f"/cases/{taken.reference}/refer/", {"needs": ["counselling"], "find": "1"}
    )

    assert "Linden Support" in page.content.decode()
    assert "Rowan Counselling" not in page.content.decode()


def test_it_is_refused_and_nothing_is_left_behind(people, taken):
    with pytest.raises(NotWellFormed, match="works there"):
        refer(people, taken, "rowan")
    with unit_of_work(people.adviser.context):
        assert not Referral.objects.filter(parent=taken).exists()

    assert refer(people, taken, "linden").receiving_agency.code == "linden"


def test_it_is_refused_whatever_the_case_is_passed_on_for(people, taken):
    def passage(code):
        agency = Agency.objects.get(code=code)
        return Passage(to=agency, purpose=Purpose.MARAC, consent=given.consent())

    with pytest.raises(NotWellFormed, match="works there"):
        actions.pass_on(taken.reference, passage("rowan"), by=people.adviser)

    assert actions.pass_on(taken.reference, passage("coordinators"), by=people.adviser)


def test_nobody_is_asked_to_stand_behind_sharing_with_it(people, taken):
    rowan, linden = (Agency.objects.get(code=code) for code in ("rowan", "linden"))
    with pytest.raises(NotWellFormed, match="works there"):
        actions.ask_to_share(taken.reference, rowan, safeguarding(), by=people.adviser)

    assert actions.ask_to_share(taken.reference, linden, safeguarding(), by=people.adviser)


def test_agency_that_there_is_not_is_refused(people):
    with pytest.raises(NotWellFormed, match="on the list"):
        given.a_sent_referral(people.officer, parties=[works_for("nowhere")])
    with unit_of_work(people.officer.context):
        assert not Referral.objects.exists()


def test_officer_names_it_and_reads_it_back(people):
    browser = sign_in(people.officer)
    assert "Rowan Counselling" in browser.get("/referrals/new/").content.decode()

    page = browser.get(begin(browser, works_for="rowan", their_family_name="Harte"))

    assert "Harte (partner, works for Rowan Counselling)" in page.content.decode()
