"""An alarm: what to do, in order, and the answer, which is kept."""

from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.lone_working import Finding
from portal.components import Happening
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from portal.pages import FormPage, see_other
from portal.safety.cards import Card, card, going_out
from portal.spoken_time import time_of_day
from referrals.models import Referral
from referrals.policy import may_open
from visits import actions
from visits.lone_working import ALARMS, State, fits, state_of
from visits.models import Outing, Rung, SafetyEvent

ON_TIME: Final = timedelta(minutes=2)


class AnswerForm(GovukForm):
    """What was found."""

    finding = forms.ChoiceField(
        label="What have you found?",
        choices=Finding.choices,
        widget=Radios(
            hints={
                Finding.BACK_SAFE: "Only if you are sure. This ends the alarm.",
                Finding.STILL_OUT: "They are expected half an hour later.",
                Finding.GOING_THERE: "You are asked again in half an hour.",
                Finding.CALLED_POLICE: "You are asked again in half an hour.",
                Finding.NO_ANSWER: "You are asked again in half an hour.",
            }
        ),
        error_messages={"required": "Select what you have found"},
    )

    def __init__(self, *args: Any, state: State, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = [each for each in Finding if fits(each, state)]
        self.fields["finding"].choices = [(each.value, each.label) for each in fitting]  # type: ignore[attr-defined]


class Alarm(FormPage):
    """One alarm. Those who are out have no such page: theirs is where they check out."""

    needs = Permission.VISIT
    template_name = "portal/safety/alarm.html"
    form_class = AnswerForm

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.outing.is_by(self.member):
            return see_other(reverse("portal:my_visits"))
        return super().answer(request, *args, **kwargs)

    @cached_property
    def outing(self) -> Outing:
        """What the alarm is about: the one that is not over, else the newest."""
        record("safety.alarm", about=("referral", self.reference))
        ours = going_out(self.member).filter(visit__follow_up__referral__reference=self.reference)
        found = list(ours.order_by("-starts_at"))
        alarmed = [each for each in found if is_alarm(each, self.member)]
        if not found:
            raise Referral.DoesNotExist
        return (alarmed or found)[0]

    def get_form_kwargs(self) -> dict[str, Any]:
        state = state_of(self.outing, timezone.now(), to=self.member)
        return {**super().get_form_kwargs(), "state": state}

    def make(self, form: Any) -> HttpResponse:
        actions.answer(self.reference, form.cleaned_data["finding"], by=self.member)
        messages.success(self.request, "Your answer is kept, with your name and the time.")
        return see_other(reverse("portal:who_is_out"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        referral = self.outing.visit.follow_up.referral
        shown = card(self.outing, timezone.now(), to=self.member)
        return {
            "card": shown,
            "steps": _steps(shown),
            "case_url": _case_of(referral, self.member),
            "happenings": _happenings(self.outing),
            **super().get_context_data(**kwargs),
        }


def is_alarm(outing: Outing, member: Membership) -> bool:
    """Whether somebody has to answer it."""
    return state_of(outing, timezone.now(), to=member) in ALARMS


def alarm_page_of(reference: str, member: Membership) -> str:
    """Where an alarm about a referral is answered; empty if there is none for the member."""
    ours = Outing.objects.filter(
        agency=member.agency_id, visit__follow_up__referral__reference=reference
    ).exclude(visit__status="cancelled")
    alarmed = any(is_alarm(each, member) and not each.is_by(member) for each in ours)
    return reverse("portal:alarm", args=[reference]) if alarmed else ""


def _steps(shown: Card) -> list[str]:
    if shown.state == "duress":
        return [
            "Ring 999 now. Say that a lone worker has called for help, and give the address.",
            f"Do not ring {shown.workers}: somebody may be listening.",
            "Tell a manager. Nobody goes there before the police.",
            "Answer below. Say that they are safe only when somebody has seen them, alone.",
        ]
    who = f"Ring {shown.workers}. Listen for anything that is not like them."
    buddy = f"Ring {shown.buddy}, who waits for them." if shown.buddy else "Ask at the desk."
    return [
        who,
        buddy,
        "No answer, or anything sounds wrong: ring 999 and give the address.",
        "Answer below, whatever you have found.",
    ]


def _case_of(referral: Referral, member: Membership) -> str:
    is_theirs = may_open(member, referral)
    return reverse("portal:case_details", args=[referral.reference]) if is_theirs else ""


def _happenings(outing: Outing) -> list[Happening]:
    """What happened and who was woken, newest first."""
    events = SafetyEvent.objects.filter(visit=outing.pk).select_related("by__user")
    fired = Rung.objects.filter(
        about=outing.pk, fired_at__isnull=False, settled_at=None, told__gt=0
    )
    found = [
        *(Happening(_said(each), each.at, by=each.by.display_name) for each in events),
        *(Happening(_woken(each), each.fired_at) for each in fired if each.fired_at),
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _said(event: SafetyEvent) -> str:
    if event.finding:
        return f"Answered: {Finding(event.finding).label.lower()}"
    until = f", expected by {time_of_day(event.expected_end_at)}" if event.expected_end_at else ""
    leads = event.kind in {SafetyEvent.Kind.BEGAN, SafetyEvent.Kind.EXTENDED}
    return f"{SafetyEvent.Kind(event.kind).label}{until if leads else ''}"


def _woken(rung: Rung) -> str:
    people = "1 person" if rung.told == 1 else f"{rung.told} people"
    is_late = rung.fired_at is not None and rung.fired_at - rung.due_at > ON_TIME
    late = f", late: due at {time_of_day(rung.due_at)}" if is_late else ""
    return f"Woke {people}{late}"
