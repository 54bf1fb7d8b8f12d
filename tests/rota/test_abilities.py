"""What colleagues bring, and how long the roads take."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from directory.abilities import Language
from referrals.errors import NotWellFormed
from rota import actions
from rota.duty import Abilities, abilities, travel_minutes
from rota.models import AdviserAbilities, TravelTime
from tenancy.work import unit_of_work
from tests.world import HALTON, LIVERPOOL, WIRRAL

BRINGS = {
    "areas": frozenset({LIVERPOOL, WIRRAL}),
    "languages": frozenset({"pl", "en"}),
    "gender": "woman",
    "specialisms": frozenset({"harmful_practices"}),
    "may_visit_alone": True,
}


def brings(**changes):
    return Abilities(**{**BRINGS, **changes})


def known_of(person):
    with unit_of_work(person.context):
        return abilities(person.agency_id)[person.pk]


def roads_of(person):
    with unit_of_work(person.context):
        return travel_minutes(person.agency_id)


def test_set_abilities_twice_keeps_the_second(people):
    adviser, manager = people.adviser, people.duty_manager
    actions.set_abilities(adviser, brings(), by=manager)
    first = known_of(adviser)

    actions.set_abilities(adviser, brings(languages=frozenset({"bfi"})), by=manager)

    assert first == brings()
    assert known_of(adviser) == brings(languages=frozenset({"en", "bfi"}))
    with unit_of_work(manager.context):
        assert AdviserAbilities.objects.get().languages == ["bfi"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"areas": frozenset()},
        {"areas": frozenset({"E00000000"})},
        {"languages": frozenset({"tlh"})},
        {"gender": "none"},
        {"specialisms": frozenset({"cooking"})},
    ],
)
def test_set_abilities_refuses_what_is_on_no_list(people, wrong):
    with pytest.raises(NotWellFormed) as refused:
        actions.set_abilities(people.adviser, brings(**wrong), by=people.duty_manager)

    assert {refused.value.field} == wrong.keys()
    assert known_of(people.adviser) != brings(**wrong)


def test_set_abilities_is_the_managers(people):
    adviser = people.adviser
    for by in (adviser, people.second_adviser, people.supervisor):
        with pytest.raises(PermissionDenied):
            actions.set_abilities(adviser, brings(), by=by)
    with pytest.raises(Membership.DoesNotExist):
        actions.set_abilities(adviser, brings(), by=people.coordinator)
    assert known_of(adviser) != brings()

    actions.set_abilities(adviser, brings(), by=people.duty_manager)

    assert known_of(adviser) == brings()


def test_set_travel_minutes_changes_the_pairs_named_and_no_others(people):
    manager = people.duty_manager
    before = roads_of(manager)

    actions.set_travel_minutes({(LIVERPOOL, WIRRAL): 44}, by=manager)
    actions.set_travel_minutes({(LIVERPOOL, WIRRAL): 45}, by=manager)

    after = roads_of(manager)
    changed = {pair for pair in after if after[pair] != before[pair]}
    assert changed == {(LIVERPOOL, WIRRAL)}
    assert after[LIVERPOOL, WIRRAL] == 45
    assert roads_of(people.coordinator) == before


@pytest.mark.parametrize(
    "wrong", [{("X", HALTON): 5}, {(HALTON, WIRRAL): 241}, {(HALTON, WIRRAL): -1}]
)
def test_set_travel_minutes_refuses_nonsense_and_leaves_nothing(people, wrong):
    with pytest.raises(NotWellFormed):
        actions.set_travel_minutes({(LIVERPOOL, WIRRAL): 44, **wrong}, by=people.duty_manager)

    with unit_of_work(people.duty_manager.context):
        assert not TravelTime.objects.exists()


@pytest.mark.parametrize("who", ["adviser", "supervisor", "team_lead"])
def test_set_travel_minutes_is_the_managers(people, who):
    with pytest.raises(PermissionDenied):
        actions.set_travel_minutes({(LIVERPOOL, WIRRAL): 44}, by=getattr(people, who))

    actions.set_travel_minutes({(LIVERPOOL, WIRRAL): 44}, by=people.duty_manager)
    assert roads_of(people.duty_manager)[LIVERPOOL, WIRRAL] == 44


def test_languages_are_in_order_of_their_names_and_sign_language_is_one():
    names = list(Language.labels)

    assert names == sorted(names)
    assert Language.BFI.label == "British Sign Language"
    assert 40 <= len(names) <= 50
