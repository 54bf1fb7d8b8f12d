"""What the tests of going out begin with: a visit somebody leaves for, checked or not."""

from datetime import UTC, datetime, timedelta

from django.db.models import F

from directory.lone_working import GoDecision, Hazards, Whereabouts
from notices.models import Notice
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.conftest import refer
from visits import actions
from visits.lone_working import Judgement
from visits.models import Outing, Rung, SafetyEvent
from visits.sweeping import sweep

MINUTE = timedelta(minutes=1)


def book(people, *, by=None, minutes_from_now=60, **changes):
    """A home visit of an adviser's, booked for in a while; the referral."""
    adviser = by or people.adviser
    referral = actions.take(refer(people).reference, by=adviser)
    given = {
        "adviser": adviser,
        "starts_at": datetime.now(UTC) + minutes_from_now * MINUTE,
        "venue": "home",
        "outside_reason": "she_asked",
    }
    actions.book(referral.reference, actions.Booking(**{**given, **changes}), by=adviser)
    return referral


def judgement(buddy, **changes):
    """In custody, no hazards known: go."""
    given = {
        "hazards": Hazards.NONE,
        "whereabouts": Whereabouts.IN_CUSTODY,
        "source": "police",
        "whereabouts_at": datetime.now(UTC) - 10 * MINUTE,
        "needs_second_worker": False,
        "decision": GoDecision.GO,
        "buddy": buddy,
    }
    return Judgement(**{**given, **changes})


def check(people, referral, *, by=None, **changes):
    """The check before it, with the second adviser as the buddy."""
    made = judgement(**{"buddy": people.second_adviser, **changes})
    return actions.check_visit(referral.reference, made, by=by or people.adviser)


def out(people, **changes):
    """Somebody who is out on a visit; the referral."""
    referral = book(people, **changes)
    check(people, referral)
    actions.begin(referral.reference, by=people.adviser)
    return referral


def outing_of(people, referral):
    with unit_of_work(people.duty_manager.context):
        return Outing.objects.get(visit__follow_up__referral=referral)


def events(people, referral):
    with unit_of_work(people.duty_manager.context):
        found = SafetyEvent.objects.filter(visit__follow_up__referral=referral)
        return list(found.order_by("at", "pk").values_list("kind", flat=True))


def sweep_at(at):
    """Sweep as the worker does, which has its own database role and no phone."""
    with databases.signed_in_as(databases.WORKER):
        sweep(at)


def told():
    """Who was woken by what, of going out, in order."""
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        found = Notice.objects.filter(kind__startswith="lone_worker.")
        rows = found.values_list("kind", "recipient__user__email")
        return sorted((kind.partition(".")[2], email.partition("@")[0]) for kind, email in rows)


def rungs(*, waiting=True):
    """The rungs of going out: kind and when."""
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        found = Rung.objects.filter(kind__startswith="lone_worker.")
        if waiting:
            found = found.filter(fired_at=None, settled_at=None)
        return sorted((rung.kind.partition(".")[2], rung.due_at) for rung in found)


def make_overdue(by=5):
    """As if whoever is out had left earlier, and was expected some minutes ago."""
    ago = (120 + by) * MINUTE
    with databases.as_owner(), unit_of_work(Context.migration()):
        Outing.objects.update(
            starts_at=F("starts_at") - ago,
            began_at=F("began_at") - ago,
            expected_end_at=F("expected_end_at") - ago,
        )
        overdue = Rung.objects.filter(kind__startswith="lone_worker.overdue")
        overdue.update(due_at=F("due_at") - ago, available_at=F("available_at") - ago)
