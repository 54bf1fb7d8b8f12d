"""The pages of keeping: what is due to go, what is held, and the second person's answer."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from audit.recording import record
from directory.retention import DisposalReason
from portal.components import Row
from portal.govuk.forms import EmptyForm
from portal.pages import FormPage, Page, see_other
from portal.retention.forms import AnswerForm, AskForm, PlaceForm
from portal.spoken_time import capitalised, day, day_and_time
from referrals.models import Grant
from retention import actions
from retention.models import Disposal, Hold
from retention.reading import due, holds, waiting


class Keeping(Page):
    """Everything of the agency's that is due to go, that waits for a second person, or is held."""

    needs = Permission.MANAGE
    template_name = "portal/retention/keeping.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = due(self.member, timezone.localdate())
        return {
            "due": found,
            "waiting": [(each, rows_of(each)) for each in waiting(self.member)],
            "holds": list(holds(self.member)),
            **super().get_context_data(**kwargs),
        }


class _KeepingForm(FormPage):
    """A page that leads back to the list."""

    needs = Permission.MANAGE
    template_name = "portal/retention/form.html"
    heading = button = ""
    lines: tuple[str, ...] = ()

    def get_initial(self) -> dict[str, Any]:
        """The copy that the list's link named."""
        return {"reference": self.request.GET.get("reference", "")[:12]}

    def done(self, sentence: str) -> HttpResponse:
        """Say so, and back to the list."""
        messages.success(self.request, sentence)
        return see_other(reverse("portal:keeping"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"heading": self.heading, "button": self.button, "lines": self.lines}
        return {**words, **super().get_context_data(**kwargs)}


class _AboutCopy(_KeepingForm):
    """A form whose case may not be there: that is said beside the field, in the same words
    whatever the reason."""

    def make(self, form: Any) -> HttpResponse:
        try:
            return self.done(self.do(form.cleaned_data))
        except Grant.DoesNotExist:
            form.add_error("reference", "Your agency keeps no case that it calls that.")
            return self.form_invalid(form)

    def do(self, given: dict[str, Any]) -> str:
        """Do it, and say what was done."""
        raise NotImplementedError


class Ask(_AboutCopy):
    """One asks for a copy to go."""

    heading, button = "Let go of a case", "Ask a second person"
    form_class = AskForm
    lines = (
        "Your agency’s copy goes: its keys, its notes, what it is found by. Other agencies keep"
        " theirs until they let go of it; the last copy takes everything with it.",
        "A second person of your agency has to stand behind it.",
    )

    def do(self, given: dict[str, Any]) -> str:
        actions.ask_to_dispose(given["reference"], by=self.member, reason=given["reason"])
        return "Asked. Nothing goes until a second person has said yes."


class Place(_AboutCopy):
    """A hold is placed."""

    heading, button = "Hold a case", "Hold it"
    form_class = PlaceForm
    lines = ("While it is held nobody lets go of it, in any agency, whatever its time.",)

    def do(self, given: dict[str, Any]) -> str:
        actions.place_hold(
            given["reference"], given["kind"], by=self.member, review_on=given["review_on"]
        )
        return "Held."


class Answer(_KeepingForm):
    """The second person's yes or no. With a yes it is gone."""

    needs = Permission.APPROVE
    heading, button = "Let go of a case?", "Save"
    form_class = AnswerForm
    lines = ("Nobody can bring it back, nor say afterwards what was in it.",)

    @cached_property
    def asked(self) -> Disposal:
        """The request; what is not the agency's, or was answered, is not there."""
        return waiting(self.member).get(pk=UUID(str(self.kwargs["row"])))

    def make(self, form: Any) -> HttpResponse:
        yes = form.cleaned_data["answer"] == "yes"
        gone = actions.answer_disposal(self.kwargs["row"], by=self.member, yes=yes)
        if not yes:
            return self.done("It is kept.")
        return self.done(
            "Gone: yours was the last copy, so the case is erased." if gone.was_last else "Gone."
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.asked.asked_by_id == self.member.pk:
            raise PermissionDenied
        record("retention.see", about=("case_reference", self.asked.reference))
        return {"rows": rows_of(self.asked), **super().get_context_data(**kwargs)}


class Lift(_KeepingForm):
    """A hold is lifted."""

    heading, button = "Lift this hold?", "Lift it"
    form_class = EmptyForm
    lines = ("The case is then kept for as long as its rule says, and no longer.",)

    @cached_property
    def hold(self) -> Hold:
        """The hold; another agency's is not there."""
        return holds(self.member).get(pk=UUID(str(self.kwargs["row"])))

    def make(self, form: Any) -> HttpResponse:
        actions.lift_hold(self.hold.pk, by=self.member)
        return self.done("Lifted.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hold = self.hold
        rows = [
            Row("Case", hold.reference),
            Row("For", str(hold.get_kind_display())),
            Row("By", hold.placed_by.display_name),
            Row("Looked at again", day(hold.review_on)),
        ]
        record("retention.see", about=("case_reference", hold.reference))
        return {"rows": rows, **super().get_context_data(**kwargs)}


def rows_of(asked: Disposal) -> list[Row]:
    """One request, line by line."""
    now = timezone.now()
    rows = [
        Row("Case", asked.reference),
        Row("Why", str(DisposalReason(asked.reason).label)),
        Row("Rule", f"{asked.rule.months} months after the last activity" if asked.rule else ""),
        Row("Asked by", asked.asked_by.display_name),
        Row("Asked", capitalised(day_and_time(asked.asked_at, now=now))),
    ]
    return [row for row in rows if row.value]
