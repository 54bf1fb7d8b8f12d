"""Meetings: which there are, calling one, and one with its list. No list holds a name."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from audit.recording import name_shown, record
from directory.areas import AREAS
from marac import actions
from marac.agenda import counts_of, line_of
from marac.codes import MOST_COMFORTABLE, MeetingState
from marac.models import Listing, Meeting
from marac.reading import meetings, on_the_list, overdue, to_take_on
from marac.terms import coordinates
from portal import words
from portal.duty.desk import open_url
from portal.govuk.forms import EmptyForm
from portal.marac.coordinating import CoordinatorMixin, MeetingMixin, OurMeetingMixin, url_of
from portal.marac.forms import CancelForm, PlanForm, TimesForm, invitable
from portal.notices.told import told
from portal.pages import FormPage, Page, see_other
from visits.models import FollowUp

SHOWN = 20


class Meetings(Page):
    """The meetings that the member's agency calls or is invited to, and what waits for a list."""

    needs = Permission.DECIDE
    template_name = "portal/marac/meetings.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.marac")
        now, known = timezone.now(), meetings(self.member)
        coordinating = coordinates(self.member)
        waiting = to_take_on(self.member)[:SHOWN] if coordinating else []
        return {
            "coming": [_row(each) for each in known.filter(held_at__gte=now)[:SHOWN]],
            "past": [_row(each) for each in known.filter(held_at__lt=now).reverse()[:SHOWN]],
            "waiting": [(each, AREAS[each.area_code].name) for each in waiting],
            "coordinates": coordinating,
            "overdue": overdue(self.member, timezone.localdate(now))[:SHOWN]
            if coordinating
            else [],
            "to_pass": self._to_pass() if coordinating else [],
            "told": told(self.member),
            **super().get_context_data(**kwargs),
        }

    def _to_pass(self) -> list[tuple[FollowUp, str, str]]:
        """What the police referred by way of the coordinator, with its clock, for an IDVA."""
        running = FollowUp.objects.visible_to(self.member).running().not_handed_on()
        rows = running.select_related("referral__referring_agency").by_deadline()[:SHOWN]
        return [
            (each, words.area(each.referral), open_url(each.referral, self.member)) for each in rows
        ]


class Plan(CoordinatorMixin, FormPage):
    """Call a meeting."""

    template_name = "portal/marac/plan.html"
    form_class = PlanForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "agencies": invitable(self.member)}

    def make(self, form: Any) -> HttpResponse:
        meeting = actions.plan(actions.PlannedMeeting(**form.cleaned_data), by=self.member)
        messages.success(self.request, "Meeting planned.")
        return see_other(url_of(meeting))


class MeetingList(MeetingMixin, Page):
    """One meeting. Its list is the coordinator's; who is invited sees that it takes place."""

    template_name = "portal/marac/meeting.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.marac_meeting", reason=f"{self.area_code} {self.on}")
        listed = on_the_list(self.meeting, self.member) if self.is_ours else []
        name_shown(each.marac.referral.reference for each in listed)
        over, state = self.meeting.held_at <= timezone.now(), self.meeting.state
        is_ended = state in {MeetingState.HELD, MeetingState.CANCELLED}
        return {
            "rows": [(line_of(each), each, _standing(each, over=over)) for each in listed],
            "counts": counts_of(listed),
            "is_full": len(listed) > MOST_COMFORTABLE,
            "most": MOST_COMFORTABLE,
            "is_over": over,
            "may_close": state == MeetingState.PLANNED and not over,
            "may_hold": not is_ended and over,
            "may_reschedule": not is_ended and not over,
            "may_cancel": not is_ended,
            "is_cancelled": state == MeetingState.CANCELLED,
            **super().get_context_data(**kwargs),
        }


class Reschedule(OurMeetingMixin, FormPage):
    """Hold it at another time."""

    template_name = "portal/marac/change.html"
    form_class = TimesForm
    extra_context = {
        "heading": "Move this meeting to another time",
        "words": "Its list and its invitations go with it, and every referrer is told.",
        "button": "Move the meeting",
    }

    def make(self, form: Any) -> HttpResponse:
        to = actions.PlannedMeeting(area_code=self.area_code, **form.cleaned_data)
        moved = actions.reschedule(self.area_code, self.on, to, by=self.member)
        messages.success(self.request, "Meeting moved. The referrers are told.")
        return see_other(url_of(moved))


class Cancel(OurMeetingMixin, FormPage):
    """Not hold it."""

    template_name = "portal/marac/change.html"
    form_class = CancelForm
    extra_context = {
        "heading": "Cancel this meeting",
        "words": "Its list goes to the area’s next meeting. If none is planned, each case waits for"
        " a list. Every referrer is told. The duty to act stays with each agency meanwhile.",
        "button": "Cancel the meeting",
    }

    def make(self, form: Any) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        following = actions.cancel(self.area_code, self.on, reason=reason, by=self.member)
        went = "Its list went to the next one" if following else "Its cases wait for a list"
        messages.success(self.request, f"Meeting cancelled. {went}.")
        return see_other(url_of(following) if following else reverse("portal:marac"))


class CloseAgenda(OurMeetingMixin, FormPage):
    """Say that the list is done."""

    template_name = "portal/marac/confirm.html"
    form_class = EmptyForm
    extra_context = {
        "heading": "Close the agenda?",
        "words": "Referrers then see the next meeting. You can still add what is urgent.",
        "button": "Close the agenda",
    }

    def make(self, form: Any) -> HttpResponse:
        actions.close_agenda(self.area_code, self.on, by=self.member)
        messages.success(self.request, "Agenda closed.")
        return self.back()


class Hold(OurMeetingMixin, FormPage):
    """Say that it was held."""

    template_name = "portal/marac/confirm.html"
    form_class = EmptyForm
    extra_context = {
        "heading": "Was this meeting held?",
        "words": "Move every case that was not heard to another meeting first.",
        "button": "It was held",
    }

    def make(self, form: Any) -> HttpResponse:
        actions.hold(self.area_code, self.on, by=self.member)
        messages.success(self.request, "Meeting recorded as held.")
        return self.back()


def _row(meeting: Meeting) -> dict[str, Any]:
    return {"meeting": meeting, "area": AREAS[meeting.area_code].name, "url": url_of(meeting)}


def _standing(listing: Listing, *, over: bool) -> str:
    """How far a case on the list has come, in a word or two."""
    if going_to := getattr(listing, "going_to", None):
        return f"Transfer to {AREAS[going_to].name} waits to be taken on"
    if listing.heard_at is None:
        return "Result to be recorded" if over else "To be heard"
    telling = getattr(listing, "telling", None)
    if telling is None or telling.done_at is None:
        return "Heard; not told yet"
    return f"Heard; {telling.get_outcome_display()[:1].lower()}{telling.get_outcome_display()[1:]}"
