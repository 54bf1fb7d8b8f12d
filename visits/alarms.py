"""The ladder of somebody who is out. It is owed when they leave, so it needs no phone of theirs.

Each rung that fires owes what follows from it: an alarm nobody has answered wakes people again,
and a call for help goes on to everybody who can help, but never to those who called.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.models import Membership
from accounts.roles import Permission
from referrals.models import ConflictBlock
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.ladder import owe_rung, settle_rungs
from visits.lone_working import AGAIN_AFTER, ALARM_AFTER, ALL_AFTER, NOT_STARTED_AFTER
from visits.models import Audience, Outing, Rung

NOT_STARTED: Final = "lone_worker.not_started"
OVERDUE_BUDDY: Final = "lone_worker.overdue_buddy"
OVERDUE_MANAGER: Final = "lone_worker.overdue_manager"
OVERDUE_ALL: Final = "lone_worker.overdue_all"
LOOK_AGAIN: Final = "lone_worker.look_again"
DURESS: Final = "lone_worker.duress"
DURESS_ALL: Final = "lone_worker.duress_all"
ABORTED: Final = "lone_worker.aborted"
LOST_THE_PAGE: Final = "lone_worker.lost_the_page"
BEGAN: Final = "lone_worker.began"
EXTENDED: Final = "lone_worker.extended"
BACK: Final = "lone_worker.back"

OVERDUE: Final = (OVERDUE_BUDDY, OVERDUE_MANAGER, OVERDUE_ALL)
REPEATED: Final = frozenset({NOT_STARTED, *OVERDUE, LOOK_AGAIN, LOST_THE_PAGE, DURESS})
FOLLOWED: Final = frozenset({*REPEATED, BACK, ABORTED})
ALARMS: Final = frozenset({*REPEATED, DURESS_ALL})


def await_the_beginning(outing: Outing, reference: str, at: datetime) -> None:
    """Owe a waking for when nobody has left: the buddy's, where there is one, then the desk's."""
    late = max(outing.starts_at, at) + NOT_STARTED_AFTER
    if outing.buddy is not None:
        _owe(outing, NOT_STARTED, late, reference, outing.buddy)
        late += AGAIN_AFTER
    _owe(outing, NOT_STARTED, late, reference, Audience.DESK)


def await_the_end(outing: Outing, reference: str) -> None:
    """Owe the ladder of somebody who is out, from when they are expected."""
    assert outing.expected_end_at is not None  # noqa: S101 -- whoever is out is expected
    assert outing.buddy is not None  # noqa: S101 -- and has a buddy
    ends = outing.expected_end_at
    _owe(outing, OVERDUE_BUDDY, ends, reference, outing.buddy)
    _owe(outing, OVERDUE_MANAGER, ends + ALARM_AFTER, reference, Audience.MANAGERS)
    _owe(outing, OVERDUE_ALL, ends + ALL_AFTER, reference, Audience.DESK)


def tell(outing: Outing, kind: str, reference: str, *, at: datetime) -> None:
    """Wake the buddy about it at once; what goes on from there, goes on when the rung fires."""
    to = outing.buddy or Audience.DESK
    _owe(outing, kind, at, reference, to)


def look_again(outing: Outing, reference: str, at: datetime) -> None:
    """Owe another look at an alarm that was answered, and is not over."""
    _owe(outing, LOOK_AGAIN, at, reference, Audience.MANAGERS)


def tell_of_lost_pages(*, at: datetime) -> int:
    """Wake the buddy and managers of whoever is out at a case that has since come to be kept from
    them: they can no longer say that they are back, nor call for help. The worker's; how many.
    """
    with unit_of_work(Context.system()):
        told = Rung.objects.filter(about=OuterRef("pk"), kind=LOST_THE_PAGE)
        out = Outing.objects.filter(~Exists(told), began_at__isnull=False, ended_at=None)
        lost = out.filter(Exists(_KEPT_OUT))
        found = list(lost.select_related("buddy", "visit__follow_up__referral"))
        for outing in found:
            reference = outing.visit.follow_up.referral.reference
            _owe(outing, LOST_THE_PAGE, at, reference, Audience.MANAGERS)
            if outing.buddy is not None:
                _owe(outing, LOST_THE_PAGE, at, reference, outing.buddy)
    return len(found)


_KEPT_OUT: Final = ConflictBlock.objects.filter(
    Q(membership=OuterRef("adviser")) | Q(membership=OuterRef("second_worker")),
    case=OuterRef("visit__follow_up__referral__case"),
    lifted_at=None,
)


def settle(outing: Outing, *, at: datetime) -> None:
    """Make what is still to fire needless.

    Twice, because a rung that fires just now owes its next: the first waits for that to be
    committed, and only the second can see it.
    """
    for _ in range(2):
        settle_rungs(outing.pk, at=at)


def follow_on(fired: Collection[UUID], *, at: datetime) -> None:
    """What rungs of these kinds that have just fired owe: themselves again, others to be told."""
    if not fired:
        return
    ours = Rung.objects.filter(pk__in=fired).select_related("person")
    rungs = list(ours.order_by("due_at", "pk"))
    outings = Outing.objects.in_bulk([rung.about for rung in rungs])
    for rung in rungs:
        if outing := outings.get(rung.about):
            _follow_on(rung, outing, at)


def _follow_on(rung: Rung, outing: Outing, at: datetime) -> None:
    if rung.kind in REPEATED and _goes_on(rung, outing):
        to = rung.person or Audience(rung.audience)
        _owe(outing, rung.kind, at + AGAIN_AFTER, rung.reference, to)
    for kind, audience in _also_told(rung, outing):
        _owe(outing, kind, at, rung.reference, audience)


def _also_told(rung: Rung, outing: Outing) -> Iterator[tuple[str, Audience | Membership]]:
    if rung.kind == DURESS:
        for helper in _helpers(outing):
            yield DURESS_ALL, helper
    elif rung.person is None:
        return
    elif rung.kind == ABORTED or _was_alarmed(rung):
        yield rung.kind, Audience.MANAGERS


def _goes_on(rung: Rung, outing: Outing) -> bool:
    is_over = outing.duress_answered_at if rung.kind == DURESS else outing.ended_at
    return is_over is None


def _helpers(outing: Outing) -> list[Membership]:
    """Everybody of the desk but those who are out there, and the buddy, who knows."""
    out = {outing.adviser_id, outing.second_worker_id, outing.buddy_id}
    desk = Membership.objects.holding(Permission.DECIDE).filter(agency=outing.agency_id)
    return [member for member in desk.exclude(user=None).order_by("pk") if member.pk not in out]


def _was_alarmed(rung: Rung) -> bool:
    fired = Rung.objects.filter(about=rung.about, settled_at=None, fired_at__isnull=False)
    return rung.kind == BACK and fired.filter(kind__in=ALARMS).exists()


def _owe(
    outing: Outing, kind: str, at: datetime, reference: str, to: Audience | Membership
) -> None:
    owe_rung(outing.pk, kind, at, agency_id=outing.agency_id, reference=reference, to=to)
