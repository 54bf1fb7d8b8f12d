"""The page on which a visit's outcome is recorded, and that of her view on prosecution."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tenancy.work import unit_of_work
from tests.accounts.signing_in import sign_in
from tests.visits.conftest import refer
from visits import actions
from visits.models import Outcome
from visits.views_on_prosecution import views_of


@pytest.fixture
def taken(people):
    return actions.take(refer(people).reference, by=people.adviser)


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


def at(name, referral):
    return reverse(f"portal:{name}", args=[referral.reference])


def kept(referral, member):
    with unit_of_work(member.context):
        outcomes = Outcome.objects.values_list("outcome", "reason", "support_wanted")
        return list(outcomes), [row.view for row in views_of(referral)]


def test_her_view_is_asked_last_and_not_asked_unless_somebody_says_otherwise(taken, adviser):
    page = adviser.get(at("record_visit", taken)).content.decode()

    names = list(dict.fromkeys(re.findall(r'name="(\w+)"', page)))
    asked = [name for name in names if name in {"outcome", "reason", "support_wanted", "view"}]
    assert asked == ["outcome", "reason", "support_wanted", "view"]
    assert re.findall(r'name="view" id="\w+" value="(\w*)" checked', page) == ["not_asked"]


def test_a_visit_is_recorded_without_a_word_on_prosecution(people, taken, adviser):
    answer = adviser.post(at("record_visit", taken), {"outcome": "done"})

    assert answer.status_code == 303
    assert kept(taken, people.adviser) == ([("done", "", [])], [])


def test_a_visit_is_recorded_with_everything(people, taken, adviser):
    more = {"reason": "not_now", "support_wanted": ["money", "housing"], "view": "undecided"}

    answer = adviser.post(at("record_visit", taken), {"outcome": "declined", **more})

    assert answer.status_code == 303
    assert kept(taken, people.adviser) == (
        [("declined", "not_now", ["housing", "money"])],
        ["undecided"],
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"outcome": ""}, "Select how it ended"),
        ({"outcome": "done", "reason": "afraid"}, "Choose a reason that goes with how it ended."),
        (
            {"outcome": "done", "support_wanted": ["gold"]},
            "What support do they want”: choose one of the answers listed",
        ),
        ({"outcome": "done", "view": "perhaps"}, "choose one of the answers listed"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(people, taken, adviser, given, sentence):
    answer = adviser.post(at("record_visit", taken), given)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert kept(taken, people.adviser) == ([], [])


def test_her_view_has_a_page_of_its_own_and_its_days(people, taken, adviser):
    day = timezone.localdate() - timedelta(days=3)
    said_on = {"held_on_day": day.day, "held_on_month": day.month, "held_on_year": day.year}
    before = adviser.get(at("case_details", taken)).content.decode()

    first = adviser.post(at("prosecution", taken), {"view": "supports", **said_on}, follow=True)
    adviser.post(at("prosecution", taken), {"view": "does_not"})

    assert "Not asked." in before
    assert "Supports it, on" in first.content.decode()
    page = adviser.get(at("prosecution", taken)).content.decode()
    assert page.index("Does not support it,") < page.index("Supports it,")
    assert kept(taken, people.adviser)[1] == ["does_not", "supports"]


def test_her_view_is_on_no_page_of_the_police(people, taken, adviser):
    adviser.post(at("prosecution", taken), {"view": "does_not"})
    officer = sign_in(people.officer)

    page = officer.get(at("referral", taken)).content.decode()

    assert "prosecution" not in page.lower()
    assert officer.get(at("prosecution", taken)).status_code == 403
    assert adviser.get(at("prosecution", taken)).status_code == 200
    assert sign_in(people.second_adviser).get(at("prosecution", taken)).status_code == 403
    assert sign_in(people.wirral_adviser).get(at("prosecution", taken)).status_code == 404
