"""Referrals over JSON: make, list, read, and move."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import AgencyKind
from api.paging import CursorPages
from api.referrals import serializers as shapes
from api.serializers import StrictSerializer
from api.views import ActingView, MemberView
from audit.recording import record
from referrals import actions
from referrals.actions.referring_on import Onward
from referrals.lifecycle import Side, Status
from referrals.models import Referral
from referrals.reading import open_case, see
from visits.actions import draft_after_visit, refer_after_visit, send_after_visit, take


class Referrals(ActingView):
    """``GET``: the agency's referrals, newest first. ``POST``: make one, and send it."""

    scopes = {"GET": "referral:read", "POST": "referral:create"}

    def get(self, request: Request) -> Response:
        """A page of referrals, filtered by ``side`` and ``status``."""
        pages = CursorPages()
        pages.ordering = ("-created_at", "-id")
        page = pages.paginate_queryset(self._asked_for(request), request, view=self)
        record("list.referrals", about=("side", self._side(request)))
        return pages.get_paginated_response(out(page, self.member, many=True))

    def act(self, request: Request, **named: Any) -> Response:
        """Make a referral after a police visit; sent in the same transaction unless a draft."""
        given = self.body(shapes.ReferralIn)
        details = shapes.ReferralIn.case_details(given)
        consent = shapes.ConsentIn.details(given["consent"])
        when = {"visit_ended_at": given["visit_ended_at"], "by": self.member}
        if given["draft"]:
            referral = draft_after_visit(details, consent, **when)
        else:
            said_by = given["on_behalf_of"]
            referral = refer_after_visit(details, consent, on_behalf_of=said_by, **when)
        return Response(out(referral, self.member), status=status.HTTP_201_CREATED)

    def _asked_for(self, request: Request) -> QuerySet[Referral]:
        visible = Referral.objects.select_related("referring_agency", "receiving_agency")
        side = self._side(request)
        made = side == Side.REFERRING
        found = visible.made_by(self.member) if made else visible.received_by(self.member)
        if wanted := request.query_params.get("status"):
            if wanted not in Status.values:
                raise ValidationError({"status": ["There is no such status."]})
            found = found.filter(status=wanted)
        return found

    def _side(self, request: Request) -> str:
        """The side asked for; the police refer, everybody else receives."""
        police = self.member.agency.kind == AgencyKind.POLICE
        side = request.query_params.get("side", Side.REFERRING if police else Side.RECEIVING)
        if side not in Side.values:
            raise ValidationError({"side": ["Choose referring or receiving."]})
        return str(side)


class OneReferral(MemberView):
    """A referral's clear facts and the moves that may be made now."""

    scopes = {"GET": "referral:read"}

    def get(self, request: Request, reference: str) -> Response:
        """The referral; 404 for one this agency cannot know of."""
        return Response(out(see(reference, by=self.member), self.member))


class Case(MemberView):
    """What the agency may open of a referral's case."""

    scopes = {"GET": "case:read"}

    def get(self, request: Request, reference: str) -> Response:
        """The records, opened. Every such read is in the evidence."""
        return Response(shapes.CaseOut(open_case(reference, by=self.member)).data)


class MoveView(ActingView):
    """One move of a referral: ``POST …/<reference>/<verb>/``."""

    shape: ClassVar[type[StrictSerializer]] = shapes.EmptyIn

    def act(self, request: Request, **named: Any) -> Response:
        """Make the move, and answer with the referral as it is now."""
        given = self.body(self.shape)
        referral = self.make(named["reference"], given)
        return Response(out(referral, self.member))

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """The one call into the heart."""
        raise NotImplementedError


class Send(MoveView):
    """Send a draft, and start its clock."""

    scopes = {"POST": "referral:create"}

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        return send_after_visit(reference, by=self.member)


class Discard(MoveView):
    """Give a draft up."""

    scopes = {"POST": "referral:create"}

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        return actions.discard(reference, by=self.member)


class Accept(MoveView):
    """Take a referral on: the case opens for the agency."""

    scopes = {"POST": "referral:decide"}

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        return take(reference, by=self.member)


class Decline(MoveView):
    """Turn a referral down, with a coded reason."""

    scopes = {"POST": "referral:decide"}
    shape = shapes.DeclineIn

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        return actions.decline(reference, by=self.member, reason=given["reason"])


class Ask(MoveView):
    """Ask one of the listed questions."""

    scopes = {"POST": "referral:decide"}
    shape = shapes.AskIn

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        return actions.ask(reference, by=self.member, question=given["question"])


class Answer(MoveView):
    """Answer the question that was asked."""

    scopes = {"POST": "referral:create"}
    shape = shapes.AnswerIn

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        note = given.pop("note")
        return actions.answer(reference, by=self.member, changes=given, note=note)


class Withdraw(MoveView):
    """Take a referral back."""

    scopes = {"POST": "referral:create"}
    shape = shapes.WithdrawIn

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        return actions.withdraw(reference, by=self.member, reason=given["reason"])


class Close(MoveView):
    """End the agency's work."""

    scopes = {"POST": "referral:decide"}
    shape = shapes.CloseIn

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        return actions.close(reference, by=self.member, reason=given["reason"])


class ReferOn(MoveView):
    """Refer the case of an accepted referral to a service; answers with the new referral."""

    scopes = {"POST": "referral:create"}
    shape = shapes.ReferOnIn

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        consent = shapes.ConsentIn.details(given.pop("consent"))
        return actions.refer_on(reference, Onward(consent=consent, **given), by=self.member)


def out(referral: Any, member: Any, *, many: bool = False) -> Any:
    """A referral, or a page of them, as the member may know it."""
    return shapes.ReferralOut(referral, many=many, context={"member": member}).data
