"""Pages of whoever coordinates a MARAC, and of a meeting by its address."""

from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from accounts.roles import Permission
from directory.areas import AREAS
from marac.models import Meeting
from marac.reading import meeting_on
from marac.terms import coordinates
from portal.pages import MemberView, see_other


class CoordinatorMixin(MemberView):
    """A page for managers of an agency that coordinates."""

    needs = Permission.MANAGE

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Not theirs is said before anything is read."""
        if not coordinates(self.member):
            raise PermissionDenied
        return super().answer(request, *args, **kwargs)


class MeetingMixin(MemberView):
    """A page of one meeting."""

    needs = Permission.DECIDE

    @property
    def area_code(self) -> str:
        """The area in the address."""
        return str(self.kwargs["area_code"])

    @property
    def on(self) -> date:
        """The day in the address."""
        day: date = self.kwargs["on"]
        return day

    @cached_property
    def meeting(self) -> Meeting:
        """The meeting, where the member's agency knows of it."""
        return meeting_on(self.area_code, self.on, by=self.member)

    @property
    def is_ours(self) -> bool:
        """Whether the member may run it."""
        return self.meeting.agency_id == self.member.agency_id and coordinates(self.member)

    def back(self) -> HttpResponse:
        """To the meeting."""
        return see_other(self.meeting_url)

    @property
    def meeting_url(self) -> str:
        """The meeting's address."""
        return url_of(self.meeting)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The meeting, by area and time."""
        heading = {"meeting": self.meeting, "area": AREAS[self.area_code].name}
        context: dict[str, Any] = {"meeting_url": self.meeting_url, "is_ours": self.is_ours}
        return {**heading, **context, **super().get_context_data(**kwargs)}  # type: ignore[misc]


class OurMeetingMixin(MeetingMixin):
    """A page of a meeting for whoever runs it; for everybody else that knows of it: 403."""

    needs = Permission.MANAGE

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Unseen first, then not theirs."""
        if not self.is_ours:
            raise PermissionDenied
        return super().answer(request, *args, **kwargs)


def url_of(meeting: Meeting) -> str:
    """The address of a meeting."""
    return reverse("portal:marac_meeting", args=[meeting.area_code, meeting.held_on])
