"""References: what the check character catches, and what happens when one is taken."""

import pytest

from referrals import actions, references
from referrals.reading import open_case
from referrals.references import CASE, SIGNS, is_reference, new_reference
from tests import given


@pytest.mark.parametrize("prefix", ["PH-", CASE])
def test_new_reference_is_one(prefix):
    assert is_reference(new_reference(prefix), prefix)


def test_check_finds_every_wrong_character():
    reference = new_reference()

    wrong = [
        reference[:at] + sign + reference[at + 1 :]
        for at in range(3, len(reference))
        for sign in SIGNS
        if sign != reference[at]
    ]

    assert len(wrong) == 8 * 28
    assert not any(is_reference(text) for text in wrong)


@pytest.mark.parametrize("body", ["2345678", "ZYXWVTS", "B2C3D4F", "WWXYZ23", "7777772"])
def test_check_finds_every_two_neighbours_swapped(body):
    text = body + references.check_sign(body)

    swapped = [text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(7)]

    assert is_reference(f"PH-{text}")
    assert not any(is_reference(f"PH-{other}") for other in swapped if other != text)


@pytest.mark.parametrize(
    "text", ["", "PH-", "PH-A2345678", "PC-2345678B", "ph-2345678B", "PH-٣٣٣٣٣٣٣٣"]
)
def test_check_refuses_what_is_no_reference(text):
    assert not is_reference(text)


def test_refer_tries_again_when_the_reference_is_taken(people, monkeypatch):
    taken = given.a_sent_referral(people.cheshire_officer, to="wirral-idva").reference
    fresh = [taken, new_reference()]
    monkeypatch.setattr(references.secrets, "choice", _spelling([*fresh[0][3:10], *fresh[1][3:10]]))

    referral = given.a_sent_referral(people.officer)

    assert referral.reference == fresh[1]


def test_accept_tries_again_when_the_case_reference_is_taken(people, monkeypatch):
    first = given.a_sent_referral(people.officer)
    with_reference = actions.accept(first.reference, by=people.adviser)
    taken = open_case(with_reference.reference, by=people.adviser).reference
    second = given.a_sent_referral(people.officer)
    fresh = new_reference(CASE)
    monkeypatch.setattr(references.secrets, "choice", _spelling([*taken[3:10], *fresh[3:10]]))

    actions.accept(second.reference, by=people.adviser)

    assert open_case(second.reference, by=people.adviser).reference == fresh


def _spelling(letters):
    """Chance that spells something first, then goes its way."""
    really, coming = references.secrets.choice, iter(letters)
    return lambda signs: next(coming, None) or really(signs)
