"""What is read of the MARAC: meetings, lists without a name, and how a case stands with it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Membership
from marac.codes import Ground, MeetingState
from marac.models import Invitation, Listing, MaracAction, MaracReferral, Meeting, RepeatFound
from referrals.lifecycle import PENDING, Status
from referrals.models import Referral
from referrals.querysets import blocked_for
from tenancy.work import unit_of_work


def meetings(member: Membership) -> QuerySet[Meeting]:
    """The meetings that a member's agency calls or is invited to, the next first."""
    invited = Invitation.objects.filter(meeting=OuterRef("pk"), agency=member.agency_id)
    ours = Meeting.objects.filter(Q(agency=member.agency_id) | Exists(invited))
    return ours.select_related("agency").order_by("held_at", "id")


def meeting_on(area_code: str, on: date, *, by: Membership) -> Meeting:
    """One meeting; the agency's own where several are known on that day, and one that stands
    rather than one that was cancelled.

    :raises Meeting.DoesNotExist: if there is none, or ``by`` may not know of it.
    """
    known = meetings(by).filter(area_code=area_code, held_on=on)
    found = list(known.order_by(F("cancelled_at").desc(nulls_first=True), "id"))
    ours = [each for each in found if each.agency_id == by.agency_id]
    if not found:
        raise Meeting.DoesNotExist
    return (ours or found)[0]


def open_meetings(member: Membership, at: datetime) -> QuerySet[Meeting]:
    """Meetings of the member's own agency onto whose lists a case can still be put."""
    ours = meetings(member).filter(agency=member.agency_id, held_at__gt=at)
    return ours.exclude(state__in=[MeetingState.HELD, MeetingState.CANCELLED])


def next_meeting(area_code: str, member: Membership, at: datetime) -> Meeting | None:
    """The next meeting of an area whose agenda is open, so far as the member's agency knows."""
    to_come = meetings(member).filter(area_code=area_code, closes_at__gt=at)
    return to_come.filter(state=MeetingState.PLANNED).first()


def on_the_list(meeting: Meeting, member: Membership) -> list[Listing]:
    """The cases of a meeting in the order they were listed, each with whether it is a repeat."""
    standing = MaracReferral.objects.standing()
    rows = Listing.objects.filter(meeting=meeting, left_at=None, marac__in=standing)
    related = ("marac__referral__referring_agency", "marac__referral__sent_by__user")
    found = RepeatFound.objects.filter(marac=OuterRef("marac"), agency=member.agency_id)
    transfers = MaracReferral.objects.filter(
        transferred_from=OuterRef("marac"), ended_at=None, referral__status__in=PENDING
    )
    listed = rows.select_related(*related, "telling", "meeting").annotate(
        is_found=Exists(found), going_to=Subquery(transfers.values("area_code")[:1])
    )
    known = listed.exclude(marac__case__in=blocked_for(member))
    return list(known.order_by("listed_at", "id"))


def is_repeat(listing: Listing) -> bool:
    """Whether the referrer said so, or the reader's own agency found it."""
    found = bool(getattr(listing, "is_found", False))
    return found or Ground.REPEAT in listing.marac.grounds


class Agreed(NamedTuple):
    """Something agreed that is not done yet, and the case, where one may know which it is."""

    action: MaracAction
    reference: str


def still_to_do(member: Membership) -> list[Agreed]:
    """What a member's agency agreed to, or coordinates, and is not done; the earliest due first."""
    mine = Q(agency=member.agency_id) | Q(coordinator=member.agency_id)
    rows = MaracAction.objects.filter(mine, done_at=None).select_related("agency", "coordinator")
    found = list(rows.order_by("due_on", "recorded_at", "id"))
    known = Referral.objects.visible_to(member).filter(
        marac__listings__in=[each.listing_id for each in found]
    )
    references = dict(known.values_list("marac__listings", "reference"))
    return [Agreed(each, references.get(each.listing_id, "")) for each in found]


def agreed_action(action_id: UUID, *, by: Membership) -> MaracAction:
    """Something that was agreed.

    :raises MaracAction.DoesNotExist: if there is none, or ``by`` may not know of it.
    """
    with unit_of_work(by.context):
        return MaracAction.objects.select_related("agency").get(pk=action_id)


def overdue(member: Membership, on: date) -> QuerySet[MaracAction]:
    """What agencies agreed to at the meetings a member's agency coordinates, and have not done."""
    late = MaracAction.objects.filter(coordinator=member.agency_id, done_at=None, due_on__lt=on)
    return late.select_related("agency").order_by("due_on", "id")


def to_take_on(member: Membership) -> QuerySet[MaracReferral]:
    """What was referred to the member's agency and is on no meeting's list, the oldest first."""
    listed = Listing.objects.filter(marac=OuterRef("pk"), left_at=None)
    waiting = MaracReferral.objects.standing().filter(~Exists(listed), agency=member.agency_id)
    waiting = waiting.exclude(referral__status=Status.CLOSED)
    waiting = waiting.exclude(case__in=blocked_for(member))
    return waiting.select_related("referral__referring_agency").order_by("referred_at", "id")


def known_to(member: Membership) -> QuerySet[MaracReferral]:
    """What a member's agency coordinates, referred, or speaks for her about."""
    agency = member.agency_id
    sides = Q(agency=agency) | Q(referring_agency=agency) | Q(idva_agency=agency)
    return MaracReferral.objects.filter(sides)


class OfCase(NamedTuple):
    """A MARAC referral of a case, its referral and the meeting, each where one may know of it."""

    marac: MaracReferral
    referral: Referral | None
    listing: Listing | None
    meeting: Meeting | None


def of_case(case_id: UUID, *, by: Membership) -> Sequence[OfCase]:
    """Every MARAC referral of a case that the member's agency may know of, the newest first.

    Her IDVA's agency knows of those that others made, need not know of their referrals, and may
    not be invited to the meeting: no join, or such a line would be missing.
    """
    rows = known_to(by).filter(case=case_id).order_by("-referred_at", "-id")
    found = list(rows)
    placed = Listing.objects.filter(marac__in=[each.pk for each in found], left_at=None)
    listings = {each.marac_id: each for each in placed}
    referrals = Referral.objects.visible_to(by).in_bulk([each.referral_id for each in found])
    known = meetings(by).in_bulk([each.meeting_id for each in listings.values()])
    return [
        OfCase(
            each,
            referrals.get(each.referral_id),
            listing := listings.get(each.pk),
            known.get(listing.meeting_id) if listing else None,
        )
        for each in found
    ]


def see_marac(reference: str, *, by: Membership) -> MaracReferral:
    """The MARAC's side of a referral to its coordinator.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    """
    with unit_of_work(by.context):
        referral = Referral.objects.visible_to(by).get(reference=reference)
        related = ("referral__referring_agency", "referral__receiving_agency")
        marac = known_to(by).select_related(*related).filter(referral=referral).first()
        if marac is None:
            raise Referral.DoesNotExist
        return marac
