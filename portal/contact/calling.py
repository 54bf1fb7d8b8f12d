"""About to call: the script, and the one place where a code word is shown."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.utils import timezone

from directory.contact import ContactChannel
from portal.cases.work import WorkPage
from portal.contact.forms import CallForm
from referrals.errors import MoveNotAllowed, ReferralError
from referrals.safe_contact import ContactRefused, Refusal, judged_any
from referrals.ways import REACHED_BY
from visits import actions as visiting
from visits.actions.calling import Script


class AboutToCall(WorkPage):
    """Which way; then the script. That it was asked for is on record before it is shown."""

    purpose = "about to call"
    heading, button = "I am about to call", "Show me what to say"
    template_name = "portal/contact/call.html"
    form_class = CallForm

    def get_form_kwargs(self) -> dict[str, Any]:
        ways = [way for way in self.shown_ways if way.channel in REACHED_BY]
        if not ways:
            raise MoveNotAllowed("No safe way to reach them is recorded.")
        choices = [(way.channel, f"{way.title} ({way.standing})") for way in ways]
        return {**super().get_form_kwargs(), "channels": choices}

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """While contact is held there is nothing to choose from."""
        if self.ways.held:
            raise ContactRefused(judged_any(self.ways, ContactChannel.values, timezone.now()))
        return super().get(*args, **kwargs)

    def place(self, error: ReferralError, form: Form) -> bool:
        """A time that is not safe is asked about here; everything else is no for now."""
        if isinstance(error, ContactRefused) and error.reason == Refusal.OUTSIDE_TIMES:
            form.add_error("outside_reason", f"{error} Say why now, or wait.")
            return True
        return super().place(error, form)

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        script = visiting.about_to_call(
            self.reference,
            given["channel"],
            by=self.member,
            outside_reason=given["outside_reason"],
        )
        return self.render_to_response(self.get_context_data(form=form, script=_shown(script)))


def _shown(script: Script) -> dict[str, Any]:
    words = script.words
    return {
        "how": ContactChannel(script.channel).label,
        "reach": script.reach,
        "withheld": words.get("withheld_only") == "yes" or script.channel == "withheld_call",
        "anonymous": words.get("anonymous") == "yes",
        "who_may_answer": words.get("who_may_answer", ""),
        "what_to_say": words.get("what_to_say", ""),
        "if_not_them": words.get("if_not_them", ""),
        "leave_message": words.get("leave_message") == "yes",
        "code_word": script.code_word,
    }
