"""What managers look at: a sample nobody can choose, every emergency, and everything refused."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.models import AuditEntry
from audit.recording import ALLOWED, REFUSED, record
from oversight.models import Ground, Look
from referrals.glass import BREAK_GLASS
from referrals.models import ConsentEntry, Referral
from tenancy.work import unit_of_work

SAMPLED: Final = 50  # one in so many, 2 %
BACK: Final = timedelta(days=28)
MOST: Final = 200
READS: Final = ("case.open", "case.seen", "referral.see", "follow_up.see", "risk.list")


class Shown(NamedTuple):
    """An entry, who it was, and who has looked at it since."""

    entry: AuditEntry
    who: Membership | None
    look: Look | None


class ToLookAt(NamedTuple):
    """What waits for a manager; of refusals and emergencies the newest two hundred."""

    sample: list[Shown]
    emergencies: list[Shown]
    refusals: list[Shown]
    week: datetime


def to_look_at(*, by: Membership, now: datetime) -> ToLookAt:
    """What a manager is to look at of their agency's evidence. On record itself.

    :raises PermissionDenied: for whoever does not manage.
    """
    with unit_of_work(by.context):
        record("list.evidence")
        if not by.has(Permission.MANAGE):
            raise PermissionDenied
        entries, week = AuditEntry.objects.filter(agency_id=by.agency_id), week_before(now)
        lately = entries.filter(at__gte=now - BACK).order_by("-seq")
        groups = (
            sample_of(entries, week),
            list(lately.filter(_is_emergency(by))[:MOST]),
            list(lately.filter(decision=REFUSED)[:MOST]),
        )
        sample, emergencies, refusals = _with_people(groups, by)
        return ToLookAt(sample, emergencies, refusals, week)


def look(seqs: Iterable[int], *, by: Membership, ground: str = "") -> None:
    """Say that a manager has looked at entries; with a ground, keep them from the person.

    :raises PermissionDenied: for whoever does not manage.
    :raises AuditEntry.DoesNotExist: if one of them is not in the agency's chain.
    """
    wanted = sorted({*seqs})
    with unit_of_work(by.context):
        record("evidence.look", about=("entries", " ".join(map(str, wanted))), reason=ground)
        if not by.has(Permission.MANAGE):
            raise PermissionDenied
        known = AuditEntry.objects.filter(agency_id=by.agency_id, seq__in=wanted)
        if known.count() != len(wanted) or ground not in {"", *Ground.values}:
            raise AuditEntry.DoesNotExist
        Look.objects.bulk_create(
            [Look(agency_id=by.agency_id, seq=seq, by=by, ground=ground) for seq in wanted]
        )


def week_before(now: datetime) -> datetime:
    """The beginning of the last week that is over, Monday at midnight here."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday() + 7)


def sample_of(entries: QuerySet[AuditEntry], week: datetime) -> list[AuditEntry]:
    """Two in a hundred of a week's reads, at least one: those with the lowest hashes.

    A hash cannot be chosen, so neither can what is looked at; and the week being over, the sample
    stays the same whoever asks.
    """
    reads = entries.filter(at__gte=week, at__lt=week + timedelta(days=7), decision=ALLOWED)
    reads = reads.filter(Q(action__in=READS) | Q(action__startswith="print."))
    wanted = -(-reads.count() // SAMPLED)
    return list(reads.order_by("entry_hash")[:wanted])


def _is_emergency(by: Membership) -> Q:
    """What was shared without agreement, what a second person said to it, and break-glass."""
    overridden = ConsentEntry.objects.exclude(ground="").filter(
        Q(taken_by_agency=by.agency_id) | Q(recipient=by.agency_id)
    )
    cases = overridden.values("case")
    references = Referral.objects.filter(case__in=cases).values_list("reference", flat=True)
    shared = Q(action="referral.send", object_type="referral", object_id__in=list(references))
    through_glass = Q(action="case.open", purpose__startswith=BREAK_GLASS)
    return shared | through_glass | Q(action__in=("consent.approve", "glass.approve"))


def _with_people(groups: Sequence[list[AuditEntry]], by: Membership) -> list[list[Shown]]:
    every = [entry for group in groups for entry in group]
    actors = {int(entry.actor) for entry in every if entry.actor.isdigit()}
    people = Membership.objects.select_related("user").filter(agency=by.agency_id).in_bulk(actors)
    looks = Look.objects.at_chain(by.agency_id, [entry.seq for entry in every])
    return [
        [Shown(each, people.get(int(each.actor or 0)), looks.get(each.seq)) for each in group]
        for group in groups
    ]
