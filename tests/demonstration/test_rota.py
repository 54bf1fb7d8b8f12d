"""The rota of the demonstration: believable, and never a desk that nobody answers for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Agency, AgencyKind
from demonstration.rota import ROTA
from rota.duty import abilities, keeps_rota, on_duty, shifts
from rota.models import AdviserAbilities, Leave
from tests.demonstration.conftest import at_the_owners, member_called
from visits.cover import left_without_worker

pytestmark = pytest.mark.usefixtures("founded")
WEEK = timedelta(days=7)


def test_every_desk_keeps_a_rota_and_can_be_woken_at_any_hour_this_week_and_the_next():
    now = timezone.now()
    with at_the_owners():
        desks = Agency.objects.filter(kind__in=[AgencyKind.IDVA, AgencyKind.COORDINATOR])
        for desk in desks:
            assert keeps_rota(desk.pk)
            assert len(shifts(desk.pk, now, now + WEEK)) >= 4
            hours = [now + timedelta(hours=hour) for hour in range(24)]
            assert all(on_duty(desk.pk, at) for at in [*hours, now + WEEK])


def test_two_advisers_are_off_sick_now():
    with at_the_owners():
        sick = Leave.objects.filter(kind="sick", during__contains=timezone.now())

        assert {row.membership.user.email.partition(".example")[0] for row in sick} == {
            new.address for new in ROTA if new.is_sick
        }
        assert sick.count() == 2


def test_what_everybody_brings_is_known():
    with at_the_owners():
        adviser = member_called("adviser@liverpool-idva")
        known = abilities(adviser.agency_id)

        assert known[adviser.pk].languages == {"en", "cy"}
        assert AdviserAbilities.objects.count() == len(ROTA)
        assert known.keys() <= {row.pk for row in AdviserAbilities.objects.all()}


def test_nothing_is_left_before_there_are_cases():
    with at_the_owners():
        agency = member_called("adviser@liverpool-idva").agency_id

        assert not left_without_worker(agency, timezone.now())
