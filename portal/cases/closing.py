"""Closing; where the risk is high and nobody was reached, one asks and a manager signs off."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts.roles import Permission
from directory.reasons import ClosureReason
from portal.cases.closing_forms import AnswerForm
from portal.cases.forms import CloseForm
from portal.cases.work import WorkPage
from referrals.errors import MoveNotAllowed
from visits import actions as visiting
from visits.actions.closing import needs_manager
from visits.models import ClosureRequest


class Close(WorkPage):
    """End the agency's work on it, or ask for it."""

    needs = Permission.CLOSE
    purpose = "close"
    form_class = CloseForm

    @cached_property
    def takes_a_manager(self) -> bool:
        """Whether the member may only ask."""
        follow_up = self.follow_up
        return bool(
            follow_up and needs_manager(follow_up) and not self.member.has(Permission.MANAGE)
        )

    def make(self, form: Any) -> HttpResponse:
        deed = visiting.ask_to_close if self.takes_a_manager else visiting.close
        deed(self.reference, by=self.member, **form.cleaned_data)
        return self.finished()

    def finished(self) -> HttpResponse:
        self.done = "A manager is asked to sign it off." if self.takes_a_manager else "Closed."
        return super().finished()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asks = self.takes_a_manager
        said = {
            "heading": "Ask to close this referral" if asks else "Close this referral",
            "button": "Ask a manager" if asks else "Close it",
        }
        return {**super().get_context_data(**kwargs), **said}


class AnswerClosing(WorkPage):
    """A manager signs the closing off, or turns it down."""

    needs = Permission.MANAGE
    purpose = "close"
    heading, button, done = "Sign off the closing?", "Save", "Answered."
    form_class = AnswerForm

    @cached_property
    def asked(self) -> ClosureRequest | None:
        """What was asked, and by whom."""
        waiting = ClosureRequest.objects.filter(follow_up=self.follow_up, answered_at=None)
        return waiting.select_related("asked_by__user").first()

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "GET" and self.asked is None:
            raise MoveNotAllowed("Nobody has asked to close this.")
        return super().answer(request, *args, **kwargs)

    def make(self, form: Any) -> HttpResponse:
        yes = form.cleaned_data["answer"] == "yes"
        deed = visiting.sign_off_closing if yes else visiting.turn_down_closing
        deed(self.reference, by=self.member)
        messages.success(self.request, "Closed." if yes else "Not closed: the work goes on.")
        return self.back()

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.asked
        reason = str(ClosureReason(asked.reason).label) if asked else ""
        who = asked.asked_by.display_name if asked else ""
        return {**super().get_form_kwargs(), "asked": f"{who} asks: {reason}."}
