"""Whether somebody may have the keys of a case: asked of the database, never of the web.

All in one short transaction as the member who asks: row-level security shows what they may see,
what is found is recorded in the service's own chain, and only after that commit do keys leave.
Whatever goes wrong, nothing does.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.models import Membership
from audit.recording import name_released, record_refusal, record_release
from keyd.models import Purpose, Release
from referrals.looking import DAY, HOUR, limits_of
from referrals.models import Bundle, GivenContact, LookKind
from tenancy.context import Context, Kind
from tenancy.work import unit_of_work
from vault.assertions import Asker, Assertion, fault_of
from vault.bundles import CaseKeys, SealedBundle
from vault.errors import KeyRefused
from vault.keyd import Keyd

_CONTEXTS: Final = {Kind.MEMBER: Context.member, Kind.CLIENT: Context.client}


class Wanted(NamedTuple):
    """The keys that somebody asks for."""

    case_id: UUID
    agency_id: int
    bundles: Sequence[SealedBundle]
    erasure_key: bytes
    purpose: str


class NotTheirs(KeyRefused):
    """Its sentence is for the evidence alone; whoever asks hears only that it is refused."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


def release(
    wanted: Wanted, *, asker: Asker, assertion: Assertion, key: bytes, service: Keyd
) -> CaseKeys:
    """The keys, after it is recorded that they are given.

    :raises KeyRefused: if the assertion does not speak for the asker, they hold nothing in the
        case, or have had the keys of as many cases as one person needs.
    :raises CannotOpen: if a bundle is not what it says.
    """
    now = timezone.now()
    if fault := fault_of(assertion, key, asker=asker, now=int(now.timestamp())):
        _refuse_a_stranger(wanted, fault)
    context = _CONTEXTS[Kind(asker.kind)](
        agency_id=asker.agency_id, membership_id=asker.membership_id
    )
    with unit_of_work(context):
        record_release(wanted.case_id, purpose=wanted.purpose, reason=assertion.request_id)
        member = Membership.objects.current().filter(pk=asker.membership_id).first()
        if member is None or member.agency_id != asker.agency_id:
            raise NotTheirs("not a member now")
        _refuse_unless_held(wanted, asker)
        _count(wanted, member, now)
        keys = service.open_bundles(
            wanted.case_id, wanted.agency_id, wanted.bundles, wanted.erasure_key
        )
        name_released(sorted({compartment for compartment, _ in keys}))
    return keys


def _refuse_a_stranger(wanted: Wanted, fault: str) -> None:
    """Nobody knows who this is: the refusal goes to the house's chain."""
    with unit_of_work(Context.nobody()):
        record_refusal("key.release", about=("case", wanted.case_id), reason=fault)
    raise NotTheirs(fault)


def _refuse_unless_held(wanted: Wanted, asker: Asker) -> None:
    """One opens what row-level security shows one (one's own, or what the sender of a referral
    that waits for one's answer is to pass on), and seals anew where one's own agency holds keys."""
    bundles = Bundle.objects.filter(case_id=wanted.case_id)
    if wanted.purpose == Purpose.RESEAL:
        if not bundles.filter(agency_id=asker.agency_id).exists():
            raise NotTheirs("no grant")
        return
    given = GivenContact.objects.filter(case_id=wanted.case_id, to_agency_id=asker.agency_id)
    stored = [
        *bundles.filter(agency_id=wanted.agency_id).values_list("sealed", flat=True),
        *given.values_list("sealed", flat=True),
    ]
    asked = {bundle.sealed for bundle in wanted.bundles}
    if not asked or not asked <= {bytes(sealed) for sealed in stored}:
        raise NotTheirs("no grant")


def _count(wanted: Wanted, member: Membership, now: datetime) -> None:
    """One at a time for each member, so that nobody gets more by asking twice at once. Opening
    again within the hour costs nothing; sealing anew has a count of its own, since a case that has
    to be closed to somebody is closed also at the end of a hard day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [member.pk])
    lately = Release.objects.filter(membership_id=member.pk)
    lately.filter(at__lte=now - DAY).delete()
    found = list(lately.filter(purpose=wanted.purpose).values_list("case_id", "at"))
    in_hour = {case_id for case_id, at in found if at > now - HOUR}
    if wanted.case_id in in_hour:
        return
    limits = limits_of(LookKind.OPENED, member)
    if len(in_hour) >= limits.an_hour or len({case_id for case_id, _ in found}) >= limits.a_day:
        raise NotTheirs("budget")
    Release.objects.create(
        agency_id=member.agency_id,
        membership_id=member.pk,
        case_id=wanted.case_id,
        purpose=wanted.purpose,
        at=now,
    )
