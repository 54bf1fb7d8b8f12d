"""Follow-ups over JSON: list what is due, book, record."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from api.follow_ups import serializers as shapes
from api.paging import CursorPages
from api.views import ActingView, MemberView
from audit.recording import record
from referrals.errors import NotWellFormed
from visits import actions
from visits.models import FollowUp


class FollowUps(MemberView):
    """The follow-ups the agency owes and that still run, the most urgent first."""

    scopes = {"GET": "followup:read"}

    def get(self, request: Request) -> Response:
        """A page of follow-ups."""
        pages = CursorPages()
        pages.ordering = ("due_at", "id")
        running = FollowUp.objects.visible_to(self.member).running().select_related("referral")
        page = pages.paginate_queryset(running, request, view=self)
        record("list.follow_ups")
        return pages.get_paginated_response(shapes.FollowUpOut(page, many=True).data)


class OneFollowUp(MemberView):
    """One follow-up, by its referral's reference."""

    scopes = {"GET": "followup:read"}

    def get(self, request: Request, reference: str) -> Response:
        """The follow-up; 404 for one this agency does not owe."""
        record("follow_up.see", about=("referral", reference))
        return Response(shapes.FollowUpOut(follow_up_of(reference, self.member)).data)


class Book(ActingView):
    """Book the visit."""

    scopes = {"POST": "followup:write"}

    def act(self, request: Request, **named: Any) -> Response:
        """Book, and answer with the follow-up."""
        given = self.body(shapes.BookIn)
        given["adviser"] = self._worker(given["adviser"], "adviser")
        second = given.pop("second_worker")
        given["second_worker"] = self._worker(second, "second_worker") if second else None
        actions.book(named["reference"], actions.Booking(**given), by=self.member)
        return Response(shapes.FollowUpOut(follow_up_of(named["reference"], self.member)).data)

    def _worker(self, email: str, field: str) -> Membership:
        ours = Membership.objects.current().filter(agency=self.member.agency_id)
        worker = ours.filter(user__email=email.lower()).first()
        if worker is None:
            raise NotWellFormed(field, "Nobody of your agency signs in with this address.")
        return worker


class RecordAttempt(ActingView):
    """Record an attempt to be in touch."""

    scopes = {"POST": "followup:write"}

    def act(self, request: Request, **named: Any) -> Response:
        """Record, and answer with the follow-up."""
        attempt = actions.Attempt(**self.body(shapes.AttemptIn))
        actions.record_attempt(named["reference"], attempt, by=self.member)
        return Response(shapes.FollowUpOut(follow_up_of(named["reference"], self.member)).data)


class RecordOutcome(ActingView):
    """Record how the visit ended."""

    scopes = {"POST": "followup:write"}

    def act(self, request: Request, **named: Any) -> Response:
        """Record, and answer with the follow-up."""
        given = self.body(shapes.OutcomeIn)
        actions.record_outcome(named["reference"], by=self.member, **given)
        return Response(shapes.FollowUpOut(follow_up_of(named["reference"], self.member)).data)


def follow_up_of(reference: str, member: Membership) -> FollowUp:
    """The follow-up of a referral that the member's agency owes."""
    visible = FollowUp.objects.visible_to(member).select_related("referral")
    return visible.get(referral__reference=reference)
