"""The pages of break-glass. Looking has a page of its own: nothing on it can be done or printed."""

from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.reasons import BreakGlassReason
from portal.cases.parts import parts_of
from portal.cases.sharing_shown import parts_said
from portal.components import Row
from portal.glass.forms import AnswerForm, AskForm, ReviewForm
from portal.pages import FormPage, Page, see_other
from portal.spoken_time import capitalised, day_and_time
from referrals import actions, glass
from referrals.models import BreakGlass, Referral
from referrals.reading import see

_RELATED = ("referral", "asked_by__user", "answered_by__user")


class Ask(FormPage):
    """Somebody whose case it is not, and who cannot wait for whose it is."""

    needs = Permission.OPEN
    template_name = "portal/glass/ask.html"
    form_class = AskForm

    @cached_property
    def referral(self) -> Referral:
        """The referral whose case it is.

        :raises PermissionDenied: where break-glass is not for them.
        """
        referral = see(self.reference, by=self.member)
        if not glass.may_ask(self.member, referral):
            raise PermissionDenied
        return referral

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Not theirs to ask is said before anything is filled in."""
        self.referral  # noqa: B018 -- it refuses
        return super().answer(request, *args, **kwargs)

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        actions.ask_to_break_glass(
            self.reference, given["compartments"], by=self.member, reason=given["reason"]
        )
        messages.success(self.request, "Asked. Ring a manager too: a request waits 60 minutes.")
        return see_other(reverse("portal:preview", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"referral": self.referral, **super().get_context_data(**kwargs)}


class Look(Page):
    """What they were let see, for as long as it lasts."""

    needs = Permission.OPEN
    template_name = "portal/glass/look.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        let, case = glass.open_through_glass(self.reference, by=self.member)
        context = {
            "referral": case.referral,
            "parts": parts_of(case, with_number=True),
            "ends_at": let.expires_at,
            "looked_at": timezone.now(),
            "who": self.member.display_name,
        }
        return {**context, **super().get_context_data(**kwargs)}


class Glasses(Page):
    """What waits for a second person, and what for a third."""

    template_name = "portal/glass/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not may_see(self.member):
            raise PermissionDenied
        record("list.glasses")
        now = timezone.now()
        return {
            "waiting": [(each, rows_of(each, now)) for each in to_answer(self.member, now)],
            "to_review": [(each, rows_of(each, now)) for each in reviewable(self.member)],
            "reviews": reviews(self.member),
            **super().get_context_data(**kwargs),
        }


class _AboutOne(FormPage):
    """One request, and what somebody says to it."""

    template_name = "portal/glass/about.html"
    heading = button = ""

    @cached_property
    def glass(self) -> BreakGlass:
        """The request. What is not the agency's is not there."""
        ours = BreakGlass.objects.filter(agency=self.member.agency_id)
        return ours.select_related(*_RELATED).get(pk=self.row)

    @property
    def row(self) -> UUID:
        """Which one."""
        return UUID(str(self.kwargs["row"]))

    def done(self, sentence: str) -> HttpResponse:
        """Say so, and back to the list."""
        messages.success(self.request, sentence)
        return see_other(reverse("portal:glasses"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("glass.see", about=("referral", self.glass.referral.reference))
        rows = rows_of(self.glass, timezone.now())
        words = {"heading": self.heading, "button": self.button, "rows": rows}
        return {**words, "referral": self.glass.referral, **super().get_context_data(**kwargs)}


class Answer(_AboutOne):
    """The second person's yes or no."""

    needs = Permission.APPROVE
    heading, button = "Let a colleague look at a case?", "Save"
    form_class = AnswerForm

    def make(self, form: Any) -> HttpResponse:
        yes = form.cleaned_data["answer"] == "yes"
        actions.answer_break_glass(self.row, by=self.member, yes=yes)
        return self.done("They may look for 60 minutes." if yes else "They may not look.")


class Review(_AboutOne):
    """The third person's finding."""

    heading, button = "Review a look at a case", "Save"
    form_class = ReviewForm

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """It is for whoever answers for others."""
        if not reviews(self.member):
            raise PermissionDenied
        return super().answer(request, *args, **kwargs)

    def make(self, form: Any) -> HttpResponse:
        actions.review_break_glass(self.row, by=self.member, finding=form.cleaned_data["finding"])
        return self.done("Reviewed.")


def may_see(member: Membership) -> bool:
    """Whether the list is theirs: as second people, or as third."""
    return member.has(Permission.APPROVE) or reviews(member)


def reviews(member: Membership) -> bool:
    """Whether they could be the third person of anything."""
    return any(member.has(each) for each in glass.REVIEWERS)


def to_answer(member: Membership, now: datetime) -> QuerySet[BreakGlass]:
    """What they could say yes to."""
    if not member.has(Permission.APPROVE):
        return BreakGlass.objects.none()
    return glass.waiting(member, at=now).exclude(asked_by=member).select_related(*_RELATED)


def reviewable(member: Membership) -> QuerySet[BreakGlass]:
    """What they could review."""
    return glass.to_review(member).select_related(*_RELATED)


def place_of(reference: str, member: Membership) -> str:
    """The page on which news of break-glass about a referral is dealt with; empty if none is."""
    now = timezone.now()
    mine = BreakGlass.objects.filter(referral__reference=reference, asked_by=member)
    if mine.filter(is_approved=True, expires_at__gt=now).exists():
        return reverse("portal:through_glass", args=[reference])
    for waiting in (to_answer(member, now), reviewable(member) if reviews(member) else None):
        if waiting is not None and waiting.filter(referral__reference=reference).exists():
            return reverse("portal:glasses")
    return ""


def rows_of(each: BreakGlass, now: datetime) -> list[Row]:
    """One request, line by line. Nothing of the case is in it."""
    rows = [
        Row("Who", each.asked_by.display_name),
        Row("Why", str(BreakGlassReason(each.reason).label)),
        Row("What", parts_said(each.compartments)),
        Row("Asked", capitalised(day_and_time(each.asked_at, now=now))),
    ]
    if each.answered_by and each.answered_at and each.review_due_at:
        rows += [
            Row("Let by", each.answered_by.display_name),
            Row("Let", capitalised(day_and_time(each.answered_at, now=now))),
            Row("Review by", capitalised(day_and_time(each.review_due_at, now=now))),
        ]
    return rows
