"""Referrals to an agency: five lists, the preview without a name, and the answers."""

from collections.abc import Collection
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from audit.recording import record
from portal import words
from portal.components import Row, Tab
from portal.govuk.forms import EmptyForm
from portal.inbox.forms import AskForm, DeclineForm, WaitForm
from portal.notices.told import told
from portal.pages import FormPage, MemberView, Page, see_other
from portal.paging import cut
from portal.referrals.happenings import happenings
from portal.spoken_time import day_and_time
from referrals import actions, glass
from referrals.errors import MoveNotAllowed, NotWellFormed, ReferralError
from referrals.lifecycle import PENDING, Move, Side, Status
from referrals.lost import knowing_access, without_what_is_lost
from referrals.models import Referral
from referrals.policy import may, may_open, open_moves
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


class _AnswerPage(ReceiverMixin, FormPage):
    """One of the answers, on a page of its own."""

    move: ClassVar[Move]
    done: ClassVar[str] = ""

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Not now is said before anything is filled in."""
        if not may(self.member, self.move, self.referral):
            raise PermissionDenied
        if request.method == "GET" and self.move not in open_moves(self.member, self.referral):
            raise MoveNotAllowed(f"This referral is “{self.referral.get_status_display()}”.")
        return super().answer(request, *args, **kwargs)

    def finished(self, page: str) -> HttpResponse:
        """Go on."""
        messages.success(self.request, self.done)
        return see_other(reverse(f"portal:{page}"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"referral": self.referral, **super().get_context_data(**kwargs)}


class Accept(_AnswerPage):
    """Take it on: asked once more, because from then on the agency owes an answer to a person."""

    move = Move.ACCEPT
    template_name = "portal/inbox/accept.html"
    form_class = EmptyForm

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A second click finds it done, and leads where the first one did."""
        try:
            return super().answer(request, *args, **kwargs)
        except MoveNotAllowed:
            mine = Referral.objects.received_by(self.member).filter(
                reference=self.reference, status=Status.ACCEPTED, assigned_to=self.member
            )
            if not mine.exists():
                raise
        return see_other(reverse("portal:case", args=[self.reference]))

    def make(self, form: Any) -> HttpResponse:
        actions.accept(self.reference, by=self.member)
        return see_other(reverse("portal:case", args=[self.reference]))


class Decline(_AnswerPage):
    """Turn it down with a reason from the list."""

    move, done = Move.DECLINE, "Declined. The referrer is told the reason."
    template_name = "portal/inbox/decline.html"
    form_class = DeclineForm

    def make(self, form: Any) -> HttpResponse:
        actions.decline(self.reference, by=self.member, **form.cleaned_data)
        return self.finished("home")


class Wait(_AnswerPage):
    """Put the person on the waiting list, with the day that is expected."""

    move, done = Move.WAIT, "On the waiting list. The referrer is told the day."
    template_name = "portal/inbox/wait.html"
    form_class = WaitForm

    def make(self, form: Any) -> HttpResponse:
        try:
            actions.wait(self.reference, by=self.member, **form.cleaned_data)
        except NotWellFormed as error:
            form.add_error("expected_on", str(error))
            return self.form_invalid(form)
        return self.finished("home")


class Ask(_AnswerPage):
    """Ask one of the listed questions; the clock goes on."""

    move, done = Move.ASK, "Question sent. The clock goes on."
    template_name = "portal/inbox/ask.html"
    form_class = AskForm

    def make(self, form: Any) -> HttpResponse:
        actions.ask(self.reference, by=self.member, **form.cleaned_data)
        return self.finished("home")


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
