"""Referrals to an agency: five lists, and the preview without a name."""

from collections.abc import Collection
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from audit.recording import record
from portal import words
from portal.components import Row, Tab
from portal.notices.told import told
from portal.pages import MemberView, Page
from portal.paging import cut
from portal.referrals.happenings import happenings
from portal.spoken_time import day_and_time
from referrals import glass
from referrals.errors import ReferralError
from referrals.lifecycle import PENDING, Move, Side, Status
from referrals.lost import knowing_access, without_what_is_lost
from referrals.models import Referral
from referrals.policy import may_open, open_moves
from referrals.reading import see

TABS = {
    "inbox": "To answer",
    "inbox_waiting": "Waiting list",
    "inbox_accepted": "Accepted",
    "inbox_declined": "Declined",
    "inbox_closed": "Closed",
}


class Inbox(Page):
    """Referrals to the agency in some statuses. The duty desk's own are on the desk, not here."""

    needs = Permission.DECIDE
    template_name = "portal/inbox/list.html"
    current: ClassVar[str] = ""
    statuses: ClassVar[Collection[Status]] = ()
    order: ClassVar[tuple[str, str]] = ("-sent_at", "-id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.inbox", reason=self.current)
        page = cut(self._rows(), self.request, order=self.order, reference=_reference)
        return {
            "rows": [self._row(each) for each in without_what_is_lost(page.rows, self.member)],
            "next_url": page.next_url,
            "tabs": [
                Tab(label, reverse(f"portal:{name}"), is_current=name == self.current)
                for name, label in TABS.items()
            ],
            "heading": TABS[self.current],
            "may_manage": self.member.has(Permission.MANAGE),
            "told": told(self.member),
            **super().get_context_data(**kwargs),
        }

    def _rows(self) -> QuerySet[Referral]:
        received = Referral.objects.received_by(self.member).filter(status__in=self.statuses)
        related = ("referring_agency", "service", "assigned_to__user", "sent_by__user", "marac")
        rows = received.filter(follow_up=None).select_related(*related)
        return knowing_access(rows, self.member)

    def _row(self, referral: Referral) -> dict[str, Any]:
        opens = may_open(self.member, referral)
        page = "portal:case" if opens else "portal:preview"
        return {
            "referral": referral,
            "url": reverse(page, args=[referral.reference]),
            "area": words.area(referral),
            "needs": words.needs(referral),
            "standing": words.standing(referral),
            "reason": _reason(referral),
            "is_pending": referral.status in PENDING,
            "may_wait": Move.WAIT in open_moves(self.member, referral),
            "is_for_marac": getattr(referral, "marac", None) is not None,
        }


class ToAnswer(Inbox):
    """What waits for an answer, the most urgent first; who is on the waiting list, on their day."""

    current, statuses, order = "inbox", PENDING, ("answer_due_at", "id")

    def _rows(self) -> QuerySet[Referral]:
        is_their_day = Q(expected_on=None) | Q(expected_on__lte=timezone.localdate())
        return super()._rows().filter(is_their_day)


class Waiting(Inbox):
    """The waiting list, the next first."""

    current, statuses, order = "inbox_waiting", PENDING, ("answer_due_at", "id")

    def _rows(self) -> QuerySet[Referral]:
        return super()._rows().filter(expected_on__gt=timezone.localdate())


class Accepted(Inbox):
    """What the agency works on."""

    current, statuses = "inbox_accepted", (Status.ACCEPTED,)


class Declined(Inbox):
    """What it turned down."""

    current, statuses = "inbox_declined", (Status.DECLINED,)


class Closed(Inbox):
    """What it ended, and what was called back or replaced."""

    current = "inbox_closed"
    statuses = (Status.CLOSED, Status.WITHDRAWN, Status.SUPERSEDED)


class ReceiverMixin(MemberView):
    """A page about a referral made to the member's agency."""

    needs = Permission.DECIDE

    @cached_property
    def referral(self) -> Referral:
        """The referral's clear facts, seen by its receiving side.

        :raises PermissionDenied: for the other side.
        """
        referral = see(self.reference, by=self.member)
        if referral.side_of(self.member.agency_id) is not Side.RECEIVING:
            raise PermissionDenied
        return referral

    def stamp(self) -> str:
        """The status the page shows."""
        return self.referral.status

    def said_of(self, error: ReferralError) -> str:
        """What became of it, and when, in place of a bare refusal."""
        known = Referral.objects.received_by(self.member).select_related("assigned_to__user")
        referral = known.get(reference=self.reference)
        newest = referral.events.first()
        if referral.status in PENDING or newest is None:
            return str(error)
        when = day_and_time(newest.at, now=newest.at).partition(" at ")[2]
        return f"{referral.get_status_display()} at {when}: there is nothing to answer."


class Preview(ReceiverMixin, Page):
    """Enough to decide by, and no name. What can be answered is said beside it."""

    template_name = "portal/inbox/preview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        referral = self.referral
        moves = open_moves(self.member, referral)
        return {
            "referral": referral,
            "rows": _rows(referral),
            "contact": words.safe_contact(referral),
            "standing": words.standing(referral),
            "may_accept": Move.ACCEPT in moves,
            "may_ask": Move.ASK in moves,
            "may_wait": Move.WAIT in moves,
            "may_open": may_open(self.member, referral),
            **self._glass(),
            "question": words.reason(Move.ASK, referral.question),
            "reason": _reason(referral),
            "happenings": happenings(referral, to=self.member),
            "made_from": self.stamp(),
            **super().get_context_data(**kwargs),
        }

    def _glass(self) -> dict[str, bool]:
        """Whether they could see a case that is not theirs, have asked to, or may now."""
        now, referral = timezone.now(), self.referral
        asked = glass.waiting(self.member, at=now)
        standing = glass.standing(referral, at=now)
        return {
            "may_break_glass": glass.may_ask(self.member, referral),
            "has_asked": asked.filter(referral=referral, asked_by=self.member).exists(),
            "may_look": standing.filter(asked_by=self.member).exists(),
        }


def _rows(referral: Referral) -> list[Row]:
    sent_by = Row("From", f"{referral.sent_by.display_name}, {referral.referring_agency.name}")
    if referral.is_forgotten:
        return [sent_by]
    rows = [
        Row("Help wanted", words.needs(referral)),
        Row("Service", str(referral.service.name) if referral.service else ""),
        Row("Area", words.area(referral)),
        Row("Harm", words.harm(referral)),
        Row("Age", words.age(referral)),
        Row("Children", words.children(referral)),
        sent_by,
    ]
    return [row for row in rows if row.value]


def _reason(referral: Referral) -> str:
    coded = {
        Move.DECLINE: referral.decline_reason,
        Move.CLOSE: referral.closure_reason,
        Move.WITHDRAW: referral.withdrawal_reason,
    }
    return next((words.reason(move, code) for move, code in coded.items() if code), "")


def _reference(referral: Referral) -> str:
    return referral.reference
