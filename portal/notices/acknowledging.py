"""Saying that one is on it: the least that can be done about what woke somebody."""

from typing import Any

from django.http import HttpResponse

from notices.inbox import mark_seen
from portal.cases.work import FollowUpPage
from portal.govuk.forms import EmptyForm
from visits import actions as visiting


class Acknowledge(FollowUpPage):
    """Nobody else is woken for now. It is no contact, and the clock goes on."""

    purpose = "say that one is on it"
    heading, button, done = "Are you on it?", "I am on it", "Noted: you are on it."
    form_class = EmptyForm

    def make(self, form: Any) -> HttpResponse:
        visiting.acknowledge(self.reference, by=self.member)
        mark_seen(self.member, reference=self.reference)
        return self.finished()
