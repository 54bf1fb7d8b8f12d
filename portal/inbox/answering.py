"""The answers to a referral, each on a page of its own."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from portal.govuk.forms import EmptyForm
from portal.inbox.forms import AskForm, DeclineForm, WaitForm
from portal.inbox.views import ReceiverMixin
from portal.pages import FormPage, see_other
from referrals import actions
from referrals.errors import MoveNotAllowed, NotWellFormed
from referrals.lifecycle import Move, Status
from referrals.models import Referral
from referrals.policy import may, open_moves


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
