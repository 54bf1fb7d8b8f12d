"""Whom an audience is: those on duty; nobody on duty, everybody; and never nobody."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import Membership
from accounts.roles import Role
from notices.models import Notice
from rota.models import OnCall
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from visits import actions, firing
from visits.ladder import RungKind, owe_rung
from visits.models import Audience, FollowUp, Rung
from visits.staffing import Watch, watch_of, woken

pytestmark = pytest.mark.usefixtures("own_database")
ADVISER, OTHER, MANAGER, CLERK = 1, 2, 3, 4
ROLES = {
    ADVISER: Role.ADVISER,
    OTHER: Role.ADVISER,
    MANAGER: Role.DUTY_MANAGER,
    CLERK: Role.ADMINISTRATOR,
}


def desk_and_managers(duty, roles=ROLES):
    people = woken(7, roles, frozenset(duty))
    return (
        {person.membership_id for person in people if person.as_desk},
        {person.membership_id for person in people if person.as_manager},
        {person.membership_id for person in people if person.is_on_duty},
    )


@pytest.mark.parametrize(
    ("duty", "desk", "managers", "on_duty"),
    [
        ([], {ADVISER, OTHER, MANAGER}, {MANAGER}, {ADVISER, OTHER, MANAGER, CLERK}),
        ([OTHER], {OTHER}, {MANAGER}, {OTHER}),
        ([OTHER, MANAGER], {OTHER, MANAGER}, {MANAGER}, {OTHER, MANAGER}),
        ([CLERK], {ADVISER, OTHER, MANAGER}, {MANAGER}, {CLERK}),
        ([99], {ADVISER, OTHER, MANAGER}, {MANAGER}, {ADVISER, OTHER, MANAGER, CLERK}),
    ],
)
def test_those_on_duty_are_woken_and_where_there_are_none_everybody(duty, desk, managers, on_duty):
    assert desk_and_managers(duty) == (desk, managers, on_duty)


def test_agency_without_managers_wakes_its_desk_instead():
    assert desk_and_managers([], {ADVISER: Role.ADVISER})[1] == {ADVISER}


@pytest.fixture
def fire(people, sent):
    """Fire one rung of Liverpool's for an audience while some are on duty; who was told."""

    def fire_for(audience, *duty):
        at, agency = datetime.now(UTC), sent.receiving_agency_id
        with unit_of_work(people.adviser.context):
            rung = owe_rung(
                uuid4(), "tried", at, agency_id=agency, reference=sent.reference, to=audience
            )
        with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
            members = Membership.objects.current().filter(agency=agency)
            roles = dict(members.exclude(user=None).values_list("pk", "role"))
            staff = woken(agency, roles, {member.pk for member in duty})
            firing.fire(Watch([agency], staff), 1, at=at, only=rung.pk)
            told = Notice.objects.filter(dedupe__startswith=str(rung.pk))
            emails = told.values_list("recipient__user__email", flat=True)
            return sorted(email.removesuffix("@example.org") for email in emails)

    return fire_for


def test_whose_it_is_alone_is_woken_on_duty_and_the_desk_on_duty_too_when_not(people, sent, fire):
    actions.take(sent.reference, by=people.adviser)

    on_duty = fire(Audience.WHOSE, people.adviser, people.second_adviser)
    off_duty = fire(Audience.WHOSE, people.second_adviser)

    assert (on_duty, off_duty) == (["adviser"], ["adviser", "second_adviser"])


def test_what_is_nobodys_wakes_the_desk_on_duty(people, fire):
    assert fire(Audience.WHOSE, people.second_adviser) == ["second_adviser"]


def test_managers_are_woken_once_though_it_is_theirs(people, sent, fire):
    actions.take(sent.reference, by=people.duty_manager)

    assert fire(Audience.WHOSE_AND_MANAGERS) == ["duty_manager"]


def test_person_is_woken_off_duty_too(people, fire):
    assert fire(people.adviser, people.second_adviser) == ["adviser"]


def test_manager_is_woken_for_somebody_who_has_left(people, own_database, fire):
    adviser = people.adviser
    with databases.owner(own_database) as owner:
        owner.execute("UPDATE accounts_membership SET ended_at = now() WHERE id = %s", [adviser.pk])

    assert fire(adviser) == ["duty_manager"]


def test_sweep_wakes_whoever_is_on_call_tonight(people, sent, swept):
    adviser, tonight = people.second_adviser, datetime.now(UTC) + timedelta(hours=11)
    with unit_of_work(adviser.context):
        OnCall.objects.create(
            agency_id=adviser.agency_id,
            membership=adviser,
            during=(tonight - timedelta(hours=4), tonight + timedelta(hours=4)),
            put_by=adviser,
            put_at=datetime.now(UTC),
        )

    assert swept(tonight) == {RungKind.NOBODYS: 1}


def test_fire_again_tells_nobody_twice(sent):
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        rung = Rung.objects.filter(follow_up=FollowUp.objects.get(referral=sent)).earliest("due_at")
        watch = watch_of([sent.receiving_agency_id], datetime.now(UTC))
        for later in range(2):
            at = rung.due_at + timedelta(hours=later)
            assert firing.fire(watch, 1, at=at, only=rung.pk).rungs == 1
            Rung.objects.filter(pk=rung.pk).update(fired_at=None)

        assert Notice.objects.filter(dedupe__startswith=str(rung.pk)).count() == 3
