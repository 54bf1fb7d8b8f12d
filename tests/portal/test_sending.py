"""The officer begins, checks, sends; and what stops it."""

import re
from html import escape

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from directory.sharing import OverrideGround
from referrals.consent import newest_line
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests.accounts.signing_in import sign_in
from tests.portal import answers

NEW = "/referrals/new/"


@pytest.fixture
def officer(people):
    return sign_in(people.officer)


def begin(browser, **changes):
    """A draft; the address of its check page."""
    answer = browser.post(NEW, answers.referral(**changes))
    assert answer.status_code == 303, errors_of(answer)
    return answer["Location"]


def errors_of(answer):
    """The sentences of the error summary."""
    summary = answer.content.decode().partition("govuk-error-summary__list")[2]
    links = re.findall(r"<li>(?:<a [^>]*>)?([^<]+)", summary.partition("</ul>")[0])
    return [sentence.strip() for sentence in links]


def consent_of(referral, member):
    """The newest line of the ledger about a referral's receiver."""
    with unit_of_work(member.context):
        return newest_line(referral.case_id, referral.receiving_agency_id)


def made_by(member):
    with unit_of_work(member.context):
        return list(Referral.objects.made_by(member))


def test_new_referral_is_checked_then_sent(people, officer):
    check = begin(officer)
    page = officer.get(check).content.decode()

    assert "07700 900461" in page
    assert page.index("07700 900461") < page.index("Zoë")
    sent = officer.post(check, follow=True)

    (referral,) = made_by(people.officer)
    assert sent.redirect_chain[-1][0] == reverse("portal:sent", args=[referral.reference])
    assert referral.status == Status.SENT
    assert referral.reference in sent.content.decode()
    assert "Liverpool IDVA Service" in sent.content.decode()


def test_send_twice_shows_what_was_sent(people, officer):
    check = begin(officer)
    first = officer.post(check, follow=True)

    second = officer.post(check, follow=True)

    assert second.redirect_chain[-1][0] == first.redirect_chain[-1][0]
    assert len(made_by(people.officer)) == 1


def test_what_was_typed_is_what_is_opened(people, officer):
    begin(officer, staying_at="With a friend", interpreter="on", language="Farsi")

    (referral,) = made_by(people.officer)
    case = open_case(referral.reference, by=people.officer)
    assert case.document("identity") == {
        "given_name": "Zoë",
        "family_name": "O’Nyström",
        "born_on": "1991-04-23",
        "language": "Farsi",
        "interpreter": "Needed",
    }
    assert case.document("contact") == {
        "phone": "07700 900461",
        "channel": "phone_call",
        "what_to_say": "Say it is the surgery",
    }
    assert case.document("address") == {"staying_at": "With a friend", "postcode": "L3 1BY"}
    assert case.document("incident")["summary"] == "Threatened at home last night."
    assert referral.area_code == "E08000012"
    assert consent_of(referral, people.officer).wording_version == "2026-1"


def test_no_ends_it_before_anything_is_kept(people, officer):
    answer = officer.post(NEW, answers.referral(agreement="no"), follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [("/referrals/not-agreed/", 303)]
    assert "Nothing was kept" in page
    assert "0808 2000 247" in page
    assert made_by(people.officer) == []
    assert not any(name in page for name in answers.NAMES)


def test_no_while_changing_takes_the_draft_away(people, officer):
    begin(officer)
    (draft,) = made_by(people.officer)

    change = reverse("portal:change_draft", args=[draft.reference])
    officer.post(change, answers.referral(agreement="no"))

    (gone,) = made_by(people.officer)
    assert gone.status == Status.EXPIRED


def test_emergency_needs_its_reason_and_is_kept_as_an_override(people, officer):
    short = answers.referral(**{**answers.EMERGENCY, "reason": "Too short", "safe_to_tell": ""})
    refused = officer.post(NEW, short)

    assert errors_of(refused) == [
        "Enter why this must be shared, in at least 20 characters",
        "Select whether it is safe to tell them",
    ]
    assert made_by(people.officer) == []

    begin(officer, **answers.EMERGENCY)

    (referral,) = made_by(people.officer)
    line = consent_of(referral, people.officer)
    assert (line.ground, line.answer) == (OverrideGround.LIFE_AT_RISK, "not_asked_unsafe")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"agreement": ""}, "Select whether they agree to this referral"),
        ({"given_name": "", "family_name": ""}, "Enter a name, or tick that they did not give one"),
        ({"phone": ""}, "Enter the phone number, or select another kind of contact"),
        ({"postcode": ""}, "Enter a postcode, or select the area"),
        ({"postcode": "nonsense"}, "Enter a full UK postcode, for example L3 1BY."),
        (
            {"postcode": "M1 1AE"},
            "We cannot tell the area from this postcode. Select the area",
        ),
        ({"harm_strands": []}, "Select at least one kind of harm"),
        ({"visit_ended_at_year": "2020"}, None),
        ({"given_name": "Zo\x07ë"}, "Given name holds a character that cannot be kept."),
        (
            {"their_given_name": "Al\x07"},
            "Given name holds a character that cannot be kept.",
        ),
        ({"born_on_year": "1890"}, None),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(people, officer, changes, sentence):
    answer = officer.post(NEW, answers.referral(**changes))

    page = answer.content.decode()
    said = errors_of(answer)
    assert answer.status_code == 200
    assert len(said) == 1
    assert sentence in {None, said[0]}
    assert page.count("govuk-error-message") == 1
    assert made_by(people.officer) == []


def test_nothing_recorded_as_safe_holds_contact(people, officer):
    check = begin(officer, channel="none", phone="", safe_times=[])

    page = officer.get(check).content.decode()

    (referral,) = made_by(people.officer)
    assert referral.contact == "held"
    assert "Contact will be held" in page


def test_area_outside_the_region_goes_to_the_coordinators_and_says_so(people, officer):
    check = begin(officer, postcode="", area="outside")

    page = officer.post(check, follow=True).content.decode()

    assert "Programme coordinators" in page
    assert "outside the 24-hour programme" in page


def test_change_shows_the_draft_and_takes_its_place(people, officer):
    begin(officer)
    (draft,) = made_by(people.officer)
    change = reverse("portal:change_draft", args=[draft.reference])

    page = officer.get(change).content.decode()
    answer = officer.post(change, answers.referral(given_name="Zoë Ann"))

    assert 'value="O’Nyström"' in page
    assert 'value="1991"' in page
    new = next(each for each in made_by(people.officer) if each.status == Status.DRAFT)
    assert answer["Location"] == reverse("portal:check", args=[new.reference])
    case = open_case(new.reference, by=people.officer)
    assert case.document("identity")["given_name"] == "Zoë Ann"
    assert officer.get(change).status_code == 409


def test_discard_asks_and_then_the_draft_is_gone(people, officer):
    begin(officer)
    (draft,) = made_by(people.officer)
    discard = reverse("portal:discard", args=[draft.reference])

    assert officer.get(discard).status_code == 200
    answer = officer.post(discard, follow=True)

    assert draft.reference not in answer.content.decode()
    assert officer.post(discard).status_code == 409
    assert officer.get(reverse("portal:check", args=[draft.reference])).status_code == 409


def test_known_person_is_announced_without_detail(people, officer):
    officer.post(begin(officer))
    (first,) = made_by(people.officer)

    page = officer.get(begin(officer)).content.decode()

    assert "may already be known to your force" in page
    assert first.reference not in page


def test_person_known_to_another_force_is_not_announced(people, officer):
    other = sign_in(people.cheshire_officer)
    other.post(begin(other))

    page = officer.get(begin(officer)).content.decode()

    assert "may already be known" not in page


@pytest.mark.parametrize(
    ("given", "family"),
    [("Seán", "O'Brien-D’Arcy"), ("Łukasz", "Żółć"), ("فاطمة", "الزهراء"), ("<b>&", "\"'")],
)
def test_names_survive_the_whole_way(people, officer, given, family):
    adviser = sign_in(people.adviser)
    check = begin(officer, given_name=given, family_name=family)
    name = escape(f"{given} {family}")
    assert name in officer.get(check).content.decode()
    officer.post(check)
    (referral,) = made_by(people.officer)

    adviser.post(reverse("portal:take", args=[referral.reference]))
    page = adviser.get(reverse("portal:case", args=[referral.reference])).content.decode()

    assert f"<bdi>{name}</bdi>" in page


def test_nothing_personal_is_kept_in_sessions_or_addresses(people, officer):
    check = begin(officer)
    officer.post(check)
    (referral,) = made_by(people.officer)

    kept = [repr(session.get_decoded()) for session in Session.objects.all()]

    assert kept
    assert not any(name in text for text in kept for name in answers.NAMES)
    assert check == f"/referrals/{made_by(people.officer)[0].reference}/check/"
    assert str(referral.pk) not in officer.get(f"/referrals/{referral.reference}/").content.decode()


def test_my_referrals_lists_drafts_and_what_became_of_the_sent(people, officer):
    assert "You have not sent any referrals yet." in officer.get("/referrals/").content.decode()
    begin(officer)
    officer.post(begin(officer))

    page = officer.get("/referrals/").content.decode()

    assert "Unfinished (1)" in page
    assert "Deleted automatically tomorrow at" in page
    assert "Waiting for an answer" in page
    assert not any(name in page for name in answers.NAMES)
