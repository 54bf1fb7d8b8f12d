"""The register on the screen: entered, looked over, stood behind, printed."""

import re

from django.utils import timezone

from disclosure.models import DisclosureRequest
from tenancy.work import unit_of_work
from tests.accounts.signing_in import sign_in
from tests.disclosure.test_disclosing import (  # noqa: F401 -- fixtures
    case,
    enter,
    house,
    own_reference,
    pieces,
    stood_behind,
)

REGISTER = "/disclosure/"


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def all_of_it(held, **changes):
    given = {}
    for piece in held:
        what, words, why = changes.get(piece.field, ("give", "", ""))
        given |= {f"{piece.key}-what": what, f"{piece.key}-words": words, f"{piece.key}-why": why}
    return given


def today():
    on = timezone.localdate()
    return {f"received_on_{part}": getattr(on, part) for part in ("day", "month", "year")}


def test_request_is_entered_looked_over_stood_behind_and_printed(house, case):  # noqa: F811
    first, second = sign_in(house.duty_manager), sign_in(house.second_adviser)
    new = {
        "reference": own_reference(case, house.duty_manager).lower(),
        "kind": "subject_access",
        "told_them": "they_ask",
        **today(),
    }
    assert "It is to be answered by" in words_of(first.post("/disclosure/new/", new, follow=True))
    with unit_of_work(house.adviser.context):
        asked = DisclosureRequest.objects.get()
    page = f"/disclosure/{asked.pk}/"
    assert "Threatened at home." in words_of(first.get(page))

    given = all_of_it(pieces(house, asked), summary=("words", "at home", "somebody_else"))
    assert "Somebody else has to stand behind it" in words_of(first.post(page, given, follow=True))
    assert f"{page}second/" not in first.get(REGISTER).content.decode()
    read = words_of(second.get(f"{page}second/"))
    assert "Goes out: Threatened [taken out]." in read
    assert "Is held: Threatened at home." in read
    second.post(f"{page}second/", {"answer": "yes"})

    assert "Be sure who it goes to" in words_of(first.get(f"{page}give/"))
    paper = words_of(first.post(f"{page}give/"))
    assert "Threatened [taken out]." in paper
    assert "at home" not in paper
    assert "Given out today" in words_of(first.get(REGISTER))


def test_what_was_said_before_is_filled_in_when_it_is_sent_back(house, case):  # noqa: F811
    first, asked = sign_in(house.duty_manager), enter(house, case)
    page = f"/disclosure/{asked.pk}/"
    held = pieces(house, asked)
    first.post(page, all_of_it(held, summary=("words", "at home", "crime")))
    sign_in(house.second_adviser).post(f"{page}second/", {"answer": "no"})

    again = first.get(page).content.decode()

    assert ">\nat home</textarea>" in again.replace("\r", "")
    assert "Nobody has looked it over yet" in words_of(first.get(REGISTER))


def test_slip_in_the_words_is_said_beside_them_and_what_was_typed_stays(house, case):  # noqa: F811
    first, asked = sign_in(house.duty_manager), enter(house, case)
    held = pieces(house, asked)

    page = first.post(
        f"/disclosure/{asked.pk}/", all_of_it(held, summary=("words", "at hone", "crime"))
    )

    assert "These words are not in it" in words_of(page)
    assert "at hone</textarea>" in page.content.decode()


def test_what_is_missing_is_said(house, case):  # noqa: F811
    first, asked = sign_in(house.duty_manager), enter(house, case)
    held = pieces(house, asked)

    entered = words_of(first.post("/disclosure/new/", {}))
    empty = words_of(first.post(f"/disclosure/{asked.pk}/", {}))
    half = words_of(
        first.post(f"/disclosure/{asked.pk}/", all_of_it(held, summary=("words", "", "")))
    )

    assert "Enter your reference of the case" in entered
    assert "Select what becomes of each part" in empty
    assert "Enter the words that are taken out" in half
    assert "Select why it is taken out" in half


def test_nobody_prints_what_one_person_stands_behind(house, case):  # noqa: F811
    first, asked = sign_in(house.duty_manager), enter(house, case)
    first.post(f"/disclosure/{asked.pk}/", all_of_it(pieces(house, asked)))

    assert first.get(f"/disclosure/{asked.pk}/give/").status_code == 409
    assert first.post(f"/disclosure/{asked.pk}/give/").status_code == 409
    assert first.post(f"/disclosure/{asked.pk}/second/", {"answer": "yes"}).status_code == 403
    stood_behind(house, asked)
    assert first.post(f"/disclosure/{asked.pk}/give/").status_code == 200


def test_register_is_for_who_answers_for_cases_of_the_agency(house, case):  # noqa: F811
    asked = enter(house, case)
    paths = [REGISTER, "/disclosure/new/", f"/disclosure/{asked.pk}/"]
    for who in (house.adviser, house.supervisor, house.administrator):
        assert {sign_in(who).get(path).status_code for path in paths} == {403}
    assert sign_in(house.team_lead).get(paths[-1]).status_code == 404
    assert {sign_in(house.duty_manager).get(path).status_code for path in paths} == {200}


def test_refusing_says_why_in_the_register(house, case):  # noqa: F811
    first, asked = sign_in(house.duty_manager), enter(house, case)

    first.post(f"/disclosure/{asked.pk}/refuse/", {"reason": "not_them"})

    assert "Nothing was given: it is not certain who asks" in words_of(first.get(REGISTER))
