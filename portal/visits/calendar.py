"""One's own calendar: switching the feed on and off, and the feed itself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import View

from accounts.roles import Permission
from accounts.sign_in import step_up
from audit.recording import record, record_refusal
from portal.pages import MemberView, Page, see_other
from portal.visits.ics import calendar_of
from tenancy.work import enter
from visits.calendar import close_feed, feed_of, open_feed, taken_times
from visits.models import CalendarFeed


class Calendar(Page):
    """What the feed is, whether it is on, and when it was last asked."""

    needs = Permission.VISIT
    template_name = "portal/visits/calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        feed = CalendarFeed.objects.filter(membership=self.member).first()
        return {"feed": feed, **super().get_context_data(**kwargs)}


class SwitchOn(MemberView):
    """Make a new secret address and show it this once. A standing key, so a fresh code is asked."""

    needs = Permission.VISIT
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Where the question for a fresh code leads back to."""
        step_up.require(request)
        return see_other(reverse("portal:calendar"))

    def post(self, request: HttpRequest) -> HttpResponse:
        step_up.require(request)
        path = reverse("portal:calendar_feed", args=[open_feed(by=self.member)])
        context = {"address": request.build_absolute_uri(path)}
        return TemplateResponse(request, "portal/visits/calendar_on.html", context).render()


class SwitchOff(MemberView):
    """End the feed."""

    needs = Permission.VISIT
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        close_feed(by=self.member)
        messages.success(request, "The address no longer works.")
        return see_other(reverse("portal:calendar"))


@method_decorator(login_not_required, name="dispatch")
class Feed(View):
    """The calendar, for whoever has its address. A wrong one is as absent as one that has ended."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        feed = feed_of(secret)
        if feed is None or not feed.membership.has(Permission.VISIT):
            record_refusal("calendar.ask", about=("membership", feed.membership_id if feed else ""))
            raise Http404
        if request.user.is_authenticated:  # a browser, with somebody in it: not a calendar
            raise Http404
        now = timezone.now()
        enter(feed.membership.context)
        record("calendar.ask", about=("membership", feed.membership_id))
        CalendarFeed.objects.filter(pk=feed.pk).update(asked_at=Now())
        body = calendar_of(feed, taken_times(feed, now=now), now=now)
        return HttpResponse(body, content_type="text/calendar; charset=utf-8")
