"""What the clock starts at a MARAC: the duty to tell her, and reminders of what is on no list and
of what agencies agreed to do.

The rows are the promise; the ladder of :mod:`visits.sweeping` wakes people from them. They are
made here, in the worker, because the agency that calls a meeting may not wake another's people.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from accounts.models import Membership
from marac.models import Listing, MaracAction, MaracReferral, Telling
from marac.window import due_soon_at, next_morning, overdue_at, remind_at, tell_due_at
from notices.clock import Clock
from referrals.lifecycle import Status
from referrals.models import Referral
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.ladder import owe_rung, settle_rungs
from visits.models import Audience, Rung

BATCH: Final = 100
BUDGET: Final = timedelta(seconds=25)
TELL, TELL_LATE, TO_LIST = "marac.tell_person", "marac.tell_late", "marac.to_list"
ACTION_DUE, ACTION_OVERDUE = "marac.action_due", "marac.action_overdue"
LATE: Final = timedelta(hours=1)


def sweep(at: datetime) -> int:
    """Owe what has fallen due, a batch a transaction; how many rows were made or settled."""
    clock, made = Clock(at), 0
    for work_off in (owe_tellings, owe_listings, owe_actions, settle_moved, settle_done):
        while clock.elapsed < BUDGET:
            with unit_of_work(Context.system()):
                done = work_off(at=at)
            made += done
            if done < BATCH:
                break
    return made


def owe_tellings(*, at: datetime) -> int:
    """Owe her IDVA's agency the telling of each case whose meeting's time has passed."""
    due = Listing.objects.filter(
        left_at=None,
        meeting__held_at__lte=at,
        marac__idva_agency__isnull=False,
        marac__in=MaracReferral.objects.standing(),
        telling=None,
    ).select_related("meeting", "marac")
    listings = list(due.order_by("meeting__held_at", "id")[:BATCH])
    for listing in listings:
        _owe_telling(listing)
    return len(listings)


def owe_listings(*, at: datetime) -> int:
    """Owe the coordinators a reminder of each referral that is on no meeting's list."""
    owed = Rung.objects.filter(about=OuterRef("pk"), kind=TO_LIST)
    standing = MaracReferral.objects.standing().exclude(referral__status=Status.CLOSED)
    unlisted = standing.filter(~Exists(owed), listings=None).select_related("referral")
    rows = list(unlisted.order_by("referred_at", "id")[:BATCH])
    for marac in rows:
        owe_rung(
            marac.pk,
            TO_LIST,
            next_morning(marac.referred_at),
            agency_id=marac.agency_id,
            reference=marac.referral.reference,
            to=Audience.MANAGERS,
        )
    return len(rows)


def owe_actions(*, at: datetime) -> int:
    """Owe whoever agreed to something one reminder, and the coordinator one when it is overdue."""
    owed = Rung.objects.filter(about=OuterRef("pk"), kind=ACTION_DUE)
    to_do = MaracAction.objects.filter(~Exists(owed), done_at=None)
    rows = list(to_do.select_related("listing__marac").order_by("due_on", "id")[:BATCH])
    for action in rows:
        _owe_action(action)
    return len(rows)


def settle_done(*, at: datetime) -> int:
    """Wake nobody about what is done: the coordinator who notes it reaches only its own rungs."""
    waiting = Rung.objects.filter(about=OuterRef("pk"), fired_at=None, settled_at=None)
    done = MaracAction.objects.filter(Exists(waiting), done_at__isnull=False)
    rows = list(done.values_list("pk", flat=True)[:BATCH])
    for action in rows:
        settle_rungs(action, at=at)
    return len(rows)


def settle_moved(*, at: datetime) -> int:
    """Wake nobody about a hearing that was moved after its time had passed."""
    waiting = Rung.objects.filter(about=OuterRef("pk"), fired_at=None, settled_at=None)
    moved = Telling.objects.filter(Exists(waiting), listing__left_at__isnull=False)
    rows = list(moved.values_list("pk", flat=True)[:BATCH])
    for telling in rows:
        settle_rungs(telling, at=at)
    return len(rows)


def _owe_telling(listing: Listing) -> None:
    """The row, and its rungs: the morning before, when it is due, and the manager when late."""
    marac, held_at = listing.marac, listing.meeting.held_at
    assert marac.idva_agency_id is not None  # noqa: S101 -- the query asks for it
    referral = _referral_of(marac.idva_agency_id, listing)
    telling = Telling.objects.create(
        listing=listing,
        agency_id=marac.idva_agency_id,
        coordinator_id=marac.agency_id,
        referral=referral,
        due_at=tell_due_at(held_at),
    )
    reference = referral.reference if referral else ""
    for kind, fires_at, to in (
        (TELL, remind_at(held_at), _whose(referral)),
        (TELL, telling.due_at, _whose(referral)),
        (TELL_LATE, telling.due_at + LATE, Audience.MANAGERS),
    ):
        owe_rung(
            telling.pk,
            kind,
            fires_at,
            agency_id=telling.agency_id,
            reference=reference,
            to=to,
        )


def _owe_action(action: MaracAction) -> None:
    """Each agency is woken about the case as it knows it, if it works on it at all."""
    for kind, at, agency_id in (
        (ACTION_DUE, due_soon_at(action.due_on), action.agency_id),
        (ACTION_OVERDUE, overdue_at(action.due_on), action.coordinator_id),
    ):
        referral = _referral_of(agency_id, action.listing)
        reference = referral.reference if referral else ""
        owe_rung(action.pk, kind, at, agency_id=agency_id, reference=reference)


def _referral_of(agency_id: int, listing: Listing) -> Referral | None:
    """The referral by which an agency works on the case; the newest, where there are several."""
    theirs = Referral.objects.filter(
        case=listing.marac.case_id, receiving_agency=agency_id, status=Status.ACCEPTED
    )
    return theirs.select_related("assigned_to").order_by("-answered_at", "-id").first()


def _whose(referral: Referral | None) -> Audience | Membership:
    """Whoever has the case; where nobody has it any more, everybody who could take it."""
    member = referral.assigned_to if referral else None
    is_there = member and Membership.objects.current().filter(pk=member.pk).exists()
    return member if member and is_there else Audience.DESK
