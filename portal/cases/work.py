"""Doing something on a case: each page one form, each form one call into the heart."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Textarea
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from directory.safe_times import next_safe_time, windows_from_json
from portal.cases import forms
from portal.cases.opening import CaseMixin
from portal.pages import FormPage, see_other
from referrals import actions
from referrals.errors import AccessEnded, MoveNotAllowed, ReferralError
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.policy import may_work_on
from visits import actions as visiting


class WorkPage(CaseMixin, FormPage):
    """A page on which something is done to a case that one works on."""

    heading: ClassVar[str] = ""
    button: ClassVar[str] = ""
    done: str = ""
    template_name = "portal/cases/work.html"

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Not theirs is said before anything is filled in; not now, likewise."""
        if request.method == "GET" and not may_work_on(self.member, self.referral):
            raise MoveNotAllowed(f"This referral is “{self.referral.get_status_display()}”.")
        try:
            return super().answer(request, *args, **kwargs)
        except PermissionDenied:
            if request.method == "POST" and self._was_taken_back():
                raise AccessEnded("You can no longer open this.") from None
            raise

    def _was_taken_back(self) -> bool:
        """Whether the referral was open to the member until somebody took it back."""
        received = Referral.objects.received_by(self.member).filter(reference=self.reference)
        return received.filter(status=Status.WITHDRAWN, assigned_to=self.member).exists()

    def refused(self, error: ReferralError) -> HttpResponse:
        """When the case closed while the form was open, what was typed goes back to the browser:
        it is kept nowhere else, and nothing is said of why."""
        if self.request.method != "POST" or not isinstance(error, AccessEnded):
            return super().refused(error)
        fields = getattr(self.form_class, "base_fields", {})
        typed = [
            (field.label, self.request.POST.get(name, ""))
            for name, field in fields.items()
            if isinstance(field.widget, Textarea) and self.request.POST.get(name)
        ]
        page = render_to_string("portal/cases/not_saved.html", {"typed": typed})
        return HttpResponse(page, status=HTTPStatus.CONFLICT)

    def finished(self) -> HttpResponse:
        """Say that it is done."""
        messages.success(self.request, self.done)
        return self.back()

    def back(self) -> HttpResponse:
        """To the case."""
        return see_other(reverse("portal:case", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"heading": self.heading, "button": self.button}
        return {**words, **super().get_context_data(**kwargs)}


class FollowUpPage(WorkPage):
    """A page about the duty to be in touch. Where that has ended there is nothing to do."""

    needs = Permission.VISIT
    template_name = "portal/cases/follow_up.html"

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "GET" and (self.follow_up is None or self.follow_up.ended_at):
            raise MoveNotAllowed("There is no follow-up here that still runs.")
        return super().answer(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        windows = windows_from_json(self.referral.safe_windows)
        now = timezone.now()
        next_safe = next_safe_time(windows, now)
        due_at = self.follow_up.due_at if self.follow_up else None
        context = {
            "next_safe": next_safe,
            "is_safe_now": next_safe == now,
            "too_late": bool(next_safe and due_at and next_safe > due_at),
        }
        return {**context, **super().get_context_data(**kwargs)}


class RecordContact(FollowUpPage):
    """An attempt to be in touch, whatever came of it."""

    purpose = "record contact"
    heading, button, done = "Record contact", "Save", "Contact recorded."
    form_class = forms.AttemptForm

    def make(self, form: Any) -> HttpResponse:
        attempt = visiting.Attempt(**form.cleaned_data)
        visiting.record_attempt(self.reference, attempt, by=self.member)
        return self.finished()


class AddNote(WorkPage):
    """A note of the agency's own."""

    purpose = "add a note"
    heading, button, done = "Add a note", "Save", "Note saved."
    form_class = forms.NoteForm

    def make(self, form: Any) -> HttpResponse:
        actions.add_note(self.reference, by=self.member, **form.cleaned_data)
        return self.finished()
