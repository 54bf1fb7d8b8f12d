"""Pausing the clocks of a case, looking at the pause again, and letting them go on."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from portal.cases.work import FollowUpPage
from portal.clocks import forms
from portal.govuk.forms import EmptyForm
from referrals.errors import MoveNotAllowed
from visits import actions as visiting


class _PausePage(FollowUpPage):
    """A page about a pause: it makes sense only where there is one, or none yet."""

    of_paused: ClassVar[bool]
    template_name = "portal/clocks/work.html"

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Not now is said before anything is filled in."""
        answered = super().answer(request, *args, **kwargs)
        is_paused = bool(self.follow_up and self.follow_up.paused_at)
        if request.method == "GET" and is_paused is not self.of_paused:
            raise MoveNotAllowed(
                "The clocks are paused already." if is_paused else "The clocks are not paused."
            )
        return answered


class Pause(_PausePage):
    """Stop the clocks for safety."""

    of_paused = False
    purpose = "pause the clocks"
    heading, button, done = "Pause the clocks", "Pause", "The clocks are paused."
    explained = "Nobody is reminded while they are paused. What is left of the time stays left."
    form_class = forms.PauseForm

    def make(self, form: Any) -> HttpResponse:
        visiting.pause(self.reference, by=self.member, **form.cleaned_data)
        return self.finished()


class Review(_PausePage):
    """Keep the clocks paused until a later review."""

    of_paused = True
    purpose = "review the pause"
    heading, button = "Keep the clocks paused?", "Keep them paused"
    done = "The clocks stay paused."
    explained = "If it is safe again, let the clocks go on instead."
    form_class = forms.PauseForm

    def make(self, form: Any) -> HttpResponse:
        visiting.keep_paused(self.reference, by=self.member, **form.cleaned_data)
        return self.finished()


class Resume(_PausePage):
    """Let the clocks go on."""

    of_paused = True
    purpose = "let the clocks go on"
    heading, button, done = "Let the clocks go on?", "Let them go on", "The clocks go on."
    explained = "Contact and visit fall due later by the time they were paused."
    form_class = EmptyForm

    def make(self, form: Any) -> HttpResponse:
        visiting.resume(self.reference, by=self.member)
        return self.finished()
