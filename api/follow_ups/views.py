"""Follow-ups over JSON: list what is due, book, record."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from api.follow_ups import serializers as shapes
from api.follow_ups.serializers import FollowUpOut, FollowUpPage, follow_up_for, with_booking
from api.follow_ups.shown import AttemptsOut, VisitsOut, attempt_for, visit_for
from api.operations import Operation, listing
from api.paging import page_of
from api.preconditions import refuse_stale, tagged
from api.serializers import StrictSerializer
from api.views import ActingView, MemberView
from audit.recording import record
from referrals.errors import NotWellFormed
from visits import actions
from visits.models import FollowUp


class FollowUps(MemberView):
    """The follow-ups the agency owes."""

    operations = {"GET": listing("listFollowUps", "followup:read", FollowUpPage)}

    def get(self, request: Request) -> Response:
        """List the follow-ups that still run, the most urgent first."""
        record("list.follow_ups")
        running = with_booking(FollowUp.objects.visible_to(self.member).running())
        return Response(page_of(running, request, ("due_at", "id"), follow_up_for))


class OneFollowUp(MemberView):
    """A follow-up, by its referral's reference."""

    operations = {"GET": Operation("readFollowUp", "followup:read", FollowUpOut, is_tagged=True)}

    def get(self, request: Request, reference: str) -> Response:
        """Read a follow-up and its clocks."""
        record("follow_up.see", about=("referral", reference))
        return tagged(follow_up_for(follow_up_of(reference, self.member)), request)


class Visits(MemberView):
    """The bookings of a follow-up."""

    operations = {"GET": Operation("listVisits", "followup:read", VisitsOut)}

    def get(self, request: Request, reference: str) -> Response:
        """List every booking there was, the first first: those that stand, ended and given up."""
        record("follow_up.see", about=("referral", reference))
        visits = follow_up_of(reference, self.member).visits.order_by("booked_at", "id")
        known = visits.select_related("adviser__user", "second_worker__user")
        return Response({"results": [visit_for(visit) for visit in known]})


class Attempts(MemberView):
    """The attempts of a follow-up."""

    operations = {"GET": Operation("listAttempts", "followup:read", AttemptsOut)}

    def get(self, request: Request, reference: str) -> Response:
        """List every attempt to be in touch, the first first. The notes are sealed in the case."""
        record("follow_up.see", about=("referral", reference))
        attempts = follow_up_of(reference, self.member).attempts.order_by("number")
        return Response({"results": [attempt_for(attempt) for attempt in attempts]})


def deed(name: str, takes: type[StrictSerializer]) -> dict[str, Operation]:
    """The operations of an address that does something to a follow-up."""
    return {"POST": Operation(name, "followup:write", FollowUpOut, takes=takes, is_tagged=True)}


class DeedView(ActingView):
    """Something done to a follow-up. ``If-Match`` does it only if it is still as it was."""

    def act(self, request: Request, **named: Any) -> Response:
        """Do it, and answer with the follow-up as it is now."""
        reference, given = named["reference"], self.body()
        refuse_stale(request, lambda: follow_up_for(follow_up_of(reference, self.member)))
        self.do(reference, given)
        return Response(follow_up_for(follow_up_of(reference, self.member)))

    def do(self, reference: str, given: dict[str, Any]) -> None:
        """The one call into visits."""
        raise NotImplementedError


class Book(DeedView):
    """Booking."""

    operations = deed("bookVisit", shapes.BookIn)

    def do(self, reference: str, given: dict[str, Any]) -> None:
        """Book the visit. A booking that stands already is replaced."""
        follow_up_of(reference, self.member)  # what is not theirs is absent, whatever they name
        second = given.pop("second_worker")
        given["adviser"] = self._worker(given["adviser"], "adviser")
        given["second_worker"] = self._worker(second, "second_worker") if second else None
        actions.book(reference, actions.Booking(**given), by=self.member)

    def _worker(self, email: str, field: str) -> Membership:
        ours = Membership.objects.current().filter(agency=self.member.agency_id)
        worker = ours.filter(user__email=email.lower()).first()
        if worker is None:
            raise NotWellFormed(field, "Nobody of your agency signs in with this address.")
        return worker


class Cancel(DeedView):
    """Giving a booking up."""

    operations = deed("cancelVisit", shapes.CancelIn)

    def do(self, reference: str, given: dict[str, Any]) -> None:
        """Cancel what is booked. The follow-up and its deadline stay."""
        actions.cancel(reference, by=self.member, **given)


class Pause(DeedView):
    """Pausing the clocks."""

    operations = deed("pauseFollowUp", shapes.PauseIn)

    def do(self, reference: str, given: dict[str, Any]) -> None:
        """Stop the clocks for somebody's safety. Somebody is woken to look again."""
        actions.pause(reference, by=self.member, **given)


class Resume(DeedView):
    """Letting the clocks run on."""

    operations = deed("resumeFollowUp", shapes.ResumeIn)

    def do(self, reference: str, given: dict[str, Any]) -> None:
        """Let the clocks run on: they fall due later by the time they were paused."""
        actions.resume(reference, by=self.member)


class RecordAttempt(DeedView):
    """Recording an attempt."""

    operations = deed("recordAttempt", shapes.AttemptIn)

    def do(self, reference: str, given: dict[str, Any]) -> None:
        """Record an attempt to be in touch. Somebody else answering holds all contact at once."""
        actions.record_attempt(reference, actions.Attempt(**given), by=self.member)


class RecordOutcome(DeedView):
    """Recording an outcome."""

    operations = deed("recordOutcome", shapes.OutcomeIn)

    def do(self, reference: str, given: dict[str, Any]) -> None:
        """Record how the visit ended. Done, contacted, declined or unsafe ends the follow-up."""
        view = given.pop("prosecution")
        actions.record_outcome(reference, by=self.member, **given)
        actions.note_view(reference, view, by=self.member)


def follow_up_of(reference: str, member: Membership) -> FollowUp:
    """The follow-up of a referral that the member's agency owes."""
    visible = with_booking(FollowUp.objects.visible_to(member))
    found: FollowUp = visible.get(referral__reference=reference)
    return found
