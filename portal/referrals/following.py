"""After sending: how a referral stands, and what its sender can still do."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from accounts.roles import Permission
from directory.contact import ContactWanted
from directory.safe_times import windows_of, windows_to_json
from directory.sharing import ConsentAnswer, OverrideGround, SafeToTell
from portal import words
from portal.clocks.shown import changes_told
from portal.components import Happening, Row
from portal.govuk.forms import EmptyForm
from portal.pages import FormPage, MemberView, Page, see_other
from portal.referrals.following_forms import AnswerForm, WithdrawForm
from portal.referrals.forms import NOT_KNOWN
from portal.referrals.happenings import happenings
from referrals import actions
from referrals.consent import newest_line
from referrals.errors import MoveNotAllowed
from referrals.lifecycle import Move, Side, Status
from referrals.models import ConsentEntry, Referral
from referrals.models.referral import Feedback
from referrals.policy import may, open_moves
from referrals.reading import see
from visits.actions import withdraw
from visits.actions.changing import may_be_reported


class SenderMixin(MemberView):
    """A page about a referral that the member's agency made."""

    needs = Permission.REFER

    @cached_property
    def referral(self) -> Referral:
        """The referral, seen by its sending side.

        :raises PermissionDenied: for the other side.
        """
        referral = see(self.reference, by=self.member)
        if referral.side_of(self.member.agency_id) is not Side.REFERRING:
            raise PermissionDenied
        return referral

    def stamp(self) -> str:
        """The status the page shows."""
        return self.referral.status


class ReferralPage(SenderMixin, Page):
    """Status, timeline and coded feedback; nothing of what was said after it was taken on."""

    template_name = "portal/referrals/detail.html"

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A draft has no status page: it is unfinished."""
        if self.referral.status == Status.DRAFT:
            return see_other(reverse("portal:check", args=[self.reference]))
        return super().answer(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        referral = self.referral
        moves = open_moves(self.member, referral)
        return {
            "referral": referral,
            "standing": words.standing(referral),
            "rows": _rows(referral),
            "question": words.reason(Move.ASK, referral.question),
            "may_answer": Move.ANSWER in moves,
            "contact_wanted": _wanted(referral),
            "may_withdraw": Move.WITHDRAW in moves,
            "happenings": self._happenings(),
            "may_report": may_be_reported(referral),
            **super().get_context_data(**kwargs),
        }

    def _happenings(self) -> list[Happening]:
        """The moves, and what changed outside as their own agency reported it."""
        told = changes_told(self.referral, self.member)
        found = [*happenings(self.referral, to=self.member), *told]
        return sorted(found, key=lambda each: each.at, reverse=True)


class _SenderForm(SenderMixin, FormPage):
    """A move of the sender's, on a page of its own."""

    move: Move
    done = ""

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whether it can be done is said before anything is filled in."""
        if not may(self.member, self.move, self.referral):
            raise PermissionDenied
        if request.method == "GET" and self.move not in open_moves(self.member, self.referral):
            raise MoveNotAllowed(f"This referral is “{self.referral.get_status_display()}”.")
        return super().answer(request, *args, **kwargs)

    def finished(self) -> HttpResponse:
        messages.success(self.request, self.done)
        return see_other(reverse("portal:referral", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = words.reason(Move.ASK, self.referral.question)
        context = {"referral": self.referral, "question": question}
        return {**context, **super().get_context_data(**kwargs)}


class Withdraw(_SenderForm):
    """Call a referral back."""

    move, done = Move.WITHDRAW, "Referral withdrawn."
    template_name = "portal/referrals/withdraw.html"
    form_class = WithdrawForm

    def make(self, form: Any) -> HttpResponse:
        withdraw(self.reference, by=self.member, **form.cleaned_data)
        return self.finished()


class Answer(_SenderForm):
    """Answer the question that the receiver chose from its list."""

    move, done = Move.ANSWER, "Answer sent."
    template_name = "portal/referrals/answer.html"
    form_class = AnswerForm

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        changes = _changes(given)
        actions.answer(self.reference, by=self.member, changes=changes, note=given["note"])
        return self.finished()


class Approve(SenderMixin, FormPage):
    """Stand behind sharing without agreement, as the second person."""

    needs = Permission.APPROVE
    template_name = "portal/referrals/approve.html"
    form_class = EmptyForm

    @cached_property
    def line(self) -> ConsentEntry:
        """What was shared on which ground.

        :raises MoveNotAllowed: when there is nothing to approve.
        """
        line = newest_line(self.referral.case_id, self.referral.receiving_agency_id)
        if line is None or not line.ground or line.approved_by_id:
            raise MoveNotAllowed("There is nothing to approve here, or its time has passed.")
        if line.taken_by_id == self.member.pk:
            raise PermissionDenied
        return line

    def make(self, form: Any) -> HttpResponse:
        actions.approve_override(self.reference, by=self.member)
        messages.success(self.request, "Approved. What was shared stays open.")
        return see_other(reverse("portal:my_referrals"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        line, referral = self.line, self.referral
        rows = [
            Row("Reference", referral.reference),
            Row("Sent by", referral.sent_by.display_name),
            Row("To", str(referral.receiving_agency.name)),
            Row("Ground", str(OverrideGround(line.ground).label)),
            Row("Their answer", str(ConsentAnswer(line.answer).label)),
            Row("Safe to tell them?", str(SafeToTell(line.safe_to_tell).label)),
            Row("Risk", words.risk(referral)),
            Row("Area", words.area(referral)),
        ]
        ends = {"approve_by": line.approve_by, "expires_at": line.expires_at}
        return {"referral": referral, "rows": rows, **ends, **super().get_context_data(**kwargs)}


def _wanted(referral: Referral) -> str:
    """What the receiver asks its referrer to find, while it still works on it."""
    open_ = referral.contact_wanted and referral.status == Status.ACCEPTED
    return str(ContactWanted(referral.contact_wanted).label) if open_ else ""


def _rows(referral: Referral) -> list[Row]:
    told = Feedback(referral.feedback).label if referral.feedback else ""
    refused = words.reason(Move.DECLINE, referral.decline_reason)
    closed = words.reason(Move.CLOSE, referral.closure_reason)
    rows = [
        Row("Sent to", str(referral.receiving_agency.name)),
        Row("Service", str(referral.service.name) if referral.service else ""),
        Row("Area", words.area(referral)),
        Row("Risk", words.risk(referral)),
        Row("Help wanted", words.needs(referral)),
        Row("What they told you", told),
        Row("Why it was declined", refused),
        Row("Why it was closed", closed),
    ]
    return [row for row in rows if row.value]


def _changes(given: dict[str, Any]) -> dict[str, object]:
    changes: dict[str, object] = {}
    if given["risk_band"]:
        changes["risk_band"] = given["risk_band"]
    if given["children"]:
        changes["children"] = {"yes": True, "no": False, NOT_KNOWN: None}[given["children"]]
    if given["safe_times"]:
        changes["safe_windows"] = windows_to_json(windows_of(given["safe_times"]))
    if given["channel_is_safe"]:
        changes["contact"] = given["channel_is_safe"]
    return changes
