"""People I know: declared, never shown again; and on no page a trace of what is kept from one."""

import re

import pytest

from notices.outbox import owe
from referrals import actions as referring
from referrals.actions.declaring import Known
from tenancy.work import unit_of_work
from tests.accounts.signing_in import sign_in
from tests.portal.test_duty_desk import a_referral
from tests.portal.test_sending import begin
from tests.visits import going_out
from tests.visits.test_handing_over import booked, in_hours, taken

MINE, THEIRS, KEPT_OUT = "/conflicts/", "/conflicts/colleagues/", "/conflicts/kept-out/"
HER_NUMBER = "07700 900461"
HER = {
    "relation": "family",
    "given_name": "Zoe",
    "family_name": "ONystrom",
    "born_on_day": "23",
    "born_on_month": "4",
    "born_on_year": "1991",
}
NAMED = ("Zoe", "ONystrom", "1991", "900461")
pytestmark = pytest.mark.usefixtures("own_database")


def keep_out(member):
    known = Known(relation="family", phone=HER_NUMBER)
    referring.declare(known, of=member, by=member)


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def lasting(answer):
    """A page without what differs every time."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    page = re.sub(r"PH-[0-9A-Z]{8}", "", page)
    return re.sub(r"[0-9a-f]{32}|nonce=\"[^\"]+\"", "", page)


def test_declare_says_how_many_and_since_when_and_never_whom(people):
    browser = sign_in(people.second_adviser)
    assert "Nobody is declared yet." in words_of(browser.get(MINE))

    page = words_of(browser.post(MINE, HER, follow=True))

    assert "Declared. What you typed is not kept." in page
    assert "Declared: 1" in page
    assert "Family, or a partner now or before Declared on" in page
    assert [word for word in NAMED if word in page.replace("7700 900", "")] == []


def test_declare_says_the_same_whether_it_kept_anything_from_them_or_not(people):
    browser = sign_in(people.second_adviser)
    nobody = browser.post(MINE, {"relation": "other", "phone": "0151 496 0999"}, follow=True)
    a_referral(people)
    taken(people)

    somebody = browser.post(MINE, {"relation": "other", "phone": HER_NUMBER}, follow=True)

    one = lasting(nobody).replace("Declared: 1", "")
    assert one.count("<li>") == 1
    assert (
        words_of(nobody).replace("Declared: 1", "Declared: 2").count("Declared")
        == words_of(somebody).count("Declared") - 1
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"relation": ""}, "Select who it is"),
        ({"born_on_year": ""}, "The date of birth must include a year"),
        ({"family_name": ""}, "Enter both names and the date of birth."),
        ({"phone": "12"}, "Phone number must have 7 to 15 digits"),
    ],
)
def test_declare_says_what_is_missing(people, changes, sentence):
    page = words_of(sign_in(people.adviser).post(MINE, {**HER, **changes}))

    assert sentence in page
    assert "Nobody is declared yet." in page


def test_desk_news_and_counts_leave_it_out_for_one_and_not_for_a_colleague(people):
    keep_out(people.second_adviser)
    reference = a_referral(people).reference
    pages = ("/duty/", "/duty/queue/", "/inbox/", "/notices/", "/visits/", "/plan/")

    def mentions(member):
        browser = sign_in(member)
        return [page for page in pages if reference in browser.get(page).content.decode()]

    assert mentions(people.second_adviser) == []
    assert mentions(people.adviser) == ["/duty/", "/duty/queue/"]


def test_who_is_out_leaves_it_out_for_one_and_not_for_a_colleague(people):
    referral = going_out.book(people)
    keep_out(people.duty_manager)

    def shown(member):
        return referral.reference in sign_in(member).get("/safety/out/").content.decode()

    assert (shown(people.duty_manager), shown(people.second_adviser)) == (False, True)


def test_news_from_before_is_gone(people):
    reference = taken(people).reference
    member = people.second_adviser
    with unit_of_work(people.adviser.context):
        owe([member], kind="referral.assign", reference=reference, dedupe="before")
    assert reference in sign_in(member).get("/notices/").content.decode()

    keep_out(member)

    page = words_of(sign_in(member).get("/notices/"))
    assert reference not in page
    assert "You have seen everything." in page


@pytest.mark.parametrize("page", ["/inbox/{}/", "/cases/{}/", "/inbox/{}/accept/"])
def test_addresses_of_it_answer_as_if_there_were_none(people, page):
    keep_out(people.second_adviser)
    reference = a_referral(people).reference
    browser = sign_in(people.second_adviser)

    kept_out = browser.get(page.format(reference))
    absent = browser.get(page.format("PH-22222222"))

    assert (kept_out.status_code, absent.status_code) == (404, 404)
    assert lasting(kept_out) == lasting(absent)


def test_case_pages_offer_nobody_who_is_kept_out(people):
    keep_out(people.second_adviser)
    referral = taken(people)
    booked(people, referral, in_hours(5))
    manager = sign_in(people.duty_manager)
    offered = f"/cases/{referral.reference}"

    for page in (f"{offered}/book/", f"{offered}/give/"):
        shown = manager.get(page).content.decode()
        assert "second_adviser@example.org" not in shown, page
        assert "duty_manager@example.org" in shown, page

    form = {"to": "second_adviser@example.org", "reason": "sick"}
    refused = words_of(manager.post(f"{offered}/give/", form))
    assert "choose one of the answers listed" in refused
    done = manager.post(f"{offered}/give/", {**form, "to": "duty_manager@example.org"})
    assert done.status_code == 303


def test_hand_over_offers_per_case_only_those_for_whom_it_exists(people):
    keep_out(people.second_adviser)
    reference = taken(people).reference
    manager = sign_in(people.duty_manager)
    address = "/hand-over/to/?from=adviser%40example.org"

    page = manager.get(address).content.decode()
    of_the_case = page[page.index(f'name="{reference}"') :]
    refused = manager.post(address, {"reason": "sick", "to": "second_adviser@example.org"})

    assert "second_adviser@example.org" not in of_the_case
    assert "duty_manager@example.org" in of_the_case
    assert "Choose a colleague who works on cases." in words_of(refused)


def test_officer_who_knows_somebody_sends_it_and_cannot_read_it_back(people):
    keep_out(people.officer)
    reference = a_referral(people).reference

    mine = sign_in(people.officer)

    assert reference not in mine.get("/referrals/").content.decode()
    assert mine.get(f"/referrals/{reference}/").status_code == 404
    assert sign_in(people.supervisor).get(f"/referrals/{reference}/").status_code == 200


def test_officer_who_knows_somebody_is_told_that_it_was_sent(people):
    keep_out(people.officer)
    mine = sign_in(people.officer)
    check = begin(mine)

    sent = mine.post(check, follow=True)

    reference = check.split("/")[2]
    assert sent.redirect_chain == [("/referrals/", 303)]
    assert f"Referral sent: {reference}. You know somebody in it" in words_of(sent)
    assert mine.get(f"/referrals/{reference}/sent/").status_code == 404
    assert reference in sign_in(people.adviser).get("/duty/").content.decode()


def test_administrator_declares_for_a_colleague_and_lets_them_back_in(people):
    reference = taken(people).reference
    administrator, colleague = sign_in(people.administrator), sign_in(people.second_adviser)
    assert colleague.get(f"/inbox/{reference}/").status_code != 404
    whose = {"whose": "second_adviser@example.org"}

    declared = words_of(administrator.post(THEIRS, {**HER, **whose}, follow=True))
    assert "Declared for Second Adviser." in declared
    assert [word for word in NAMED if word in declared.replace("7700 900", "")] == []
    assert colleague.get(f"/inbox/{reference}/").status_code == 404

    shown = administrator.get(KEPT_OUT).content.decode()
    assert reference not in shown
    (sign,) = re.findall(r'value="([0-9a-f]{16})"', shown)
    assert "Select why it is lifted" in words_of(administrator.post(KEPT_OUT, {"block": sign}))
    lifted = administrator.post(KEPT_OUT, {"block": sign, "reason": "other_person"}, follow=True)

    assert "Lifted for Second Adviser." in words_of(lifted)
    assert "Nobody is kept out of a case." in words_of(lifted)
    assert colleague.get(f"/inbox/{reference}/").status_code != 404


@pytest.mark.parametrize("page", [THEIRS, KEPT_OUT])
def test_pages_of_the_administrator_are_nobody_elses(people, page):
    for who in ("officer", "adviser", "duty_manager", "team_lead"):
        assert sign_in(getattr(people, who)).get(page).status_code == 403

    assert sign_in(people.administrator).get(page).status_code == 200


def test_first_page_of_the_administrator_leads_there(people):
    page = sign_in(people.administrator).get("/").content.decode()

    assert [each for each in (MINE, THEIRS, KEPT_OUT) if f'href="{each}"' in page] == [
        MINE,
        THEIRS,
        KEPT_OUT,
    ]
