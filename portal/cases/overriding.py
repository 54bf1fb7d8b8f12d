"""Sharing without agreement where it is no emergency: one asks, another answers, it is sent."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency
from accounts.roles import Permission
from directory.models import Service
from directory.sharing import (
    ConsentAnswer,
    LawfulBasis,
    OverrideGround,
    SafeToTell,
    SpecialCondition,
)
from portal.cases.onward import fitting
from portal.cases.sharing_forms import AskForm, DecideForm
from portal.cases.sharing_shown import parts_said
from portal.cases.work import WorkPage
from portal.components import Row
from portal.govuk.forms import EmptyForm
from portal.pages import see_other
from portal.spoken_time import capitalised, day_and_time
from referrals import actions
from referrals import consent as ledger
from referrals.actions.referring_on import Onward
from referrals.compartments import FIELDS, Compartment, notes_of
from referrals.details import ConsentDetails
from referrals.employers import employers_in
from referrals.errors import MoveNotAllowed
from referrals.models import ConsentEntry


class _OverridingPage(WorkPage):
    """A page about sharing without agreement."""

    template_name = "portal/cases/sharing_form.html"

    def finished(self) -> HttpResponse:
        messages.success(self.request, self.done)
        return see_other(reverse("portal:case_sharing", args=[self.reference]))


class Ask(_OverridingPage):
    """Ask a second person of the agency."""

    needs = Permission.REFER
    purpose = "ask to share without agreement"
    heading, button = "Share without their agreement", "Ask a second person"
    done = "A second person is asked. Nothing is shared until they have answered."
    form_class = AskForm
    fields_of = {"receiving_agency": "service"}
    opens = (Compartment.RISK,)

    def get_form_kwargs(self) -> dict[str, Any]:
        services = fitting(self.referral, [], employers_in(self.case.records))
        return {**super().get_form_kwargs(), "parts": list(FIELDS), "services": services}

    def make(self, form: Any) -> HttpResponse:
        given = dict(form.cleaned_data)
        service: Service = given.pop("service")
        actions.ask_to_share(
            self.reference, service.agency, ConsentDetails(**given), by=self.member
        )
        return self.finished()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = (
            "Where life is at risk now, refer at once on that ground: it may be approved within"
            " 12 hours afterwards.",
            "Everything else waits for a second person of your agency. Share as little as will do.",
        )
        return {"lines": lines, **super().get_context_data(**kwargs)}


class _AboutRequest(_OverridingPage):
    """A page about what was asked. ``agency`` is the code of the one it is to be shared with."""

    @cached_property
    def to(self) -> Agency:
        """With whom."""
        return Agency.objects.get(code=self.kwargs["agency"])

    @cached_property
    def asked(self) -> ConsentEntry | None:
        """What was asked."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = _rows(self.asked) if self.asked else []
        return {"rows": rows, **super().get_context_data(**kwargs)}


class Decide(_AboutRequest):
    """The second person: reads why, and answers for it."""

    needs = Permission.APPROVE
    purpose = "answer for sharing without agreement"
    heading, button, done = "Stand behind sharing without agreement?", "Save", "Answered."
    form_class = DecideForm

    def opened_besides(self) -> list[str]:
        """The agency's own notes, where the words why are."""
        return [notes_of(self.member.agency_id)]

    @cached_property
    def asked(self) -> ConsentEntry | None:
        found = ledger.waiting_request(self.referral.case_id, self.to.pk)
        if found is None and self.request.method == "GET":
            raise MoveNotAllowed("There is nothing to approve here, or its time has passed.")
        if found and found.taken_by_id == self.member.pk:
            raise PermissionDenied
        return found

    def make(self, form: Any) -> HttpResponse:
        yes = form.cleaned_data["answer"] == "yes"
        decide = actions.approve_sharing if yes else actions.turn_down_sharing
        decide(self.reference, self.to, by=self.member)
        return self.finished()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        why = [each for each in self.case.records if each.code == "override_reason"]
        if why and self.asked:
            context["rows"] = [*context["rows"], Row("Why", why[-1].document.get("text", ""))]
        return context


class Send(_AboutRequest):
    """What was approved is sent: those parts, that service, until that end."""

    needs = Permission.REFER
    purpose = "share what was approved"
    heading, button = "Send what was approved", "Send"
    done = "Sent. They can open it once they accept."
    form_class = EmptyForm

    @cached_property
    def asked(self) -> ConsentEntry | None:
        line = ledger.newest_line(self.referral.case_id, self.to.pk)
        stands = line and line.approved_by_id and ledger.allows(line, at=timezone.now())
        if not stands and self.request.method == "GET":
            raise MoveNotAllowed("Nobody has stood behind this yet, or its time has passed.")
        return line

    def make(self, form: Any) -> HttpResponse:
        services = [each for each in fitting(self.referral, []) if each.agency_id == self.to.pk]
        line = self.asked
        if not services or line is None:
            raise MoveNotAllowed("This service is not open to them any more.")
        parts = ConsentDetails(answer=line.answer, compartments=line.compartments)
        needs = [each for each in services[0].needs if each in self.referral.needs]
        onward = Onward(service=services[0].pk, needs=needs or services[0].needs[:1], consent=parts)
        actions.share_approved(self.reference, onward, by=self.member)
        return self.finished()


def _rows(line: ConsentEntry) -> list[Row]:
    now = timezone.now()
    return [
        Row("With", str(line.recipient.name)),
        Row("What", parts_said(line.compartments)),
        Row("Ground", str(OverrideGround(line.ground).label) if line.ground else ""),
        Row("Their answer", str(ConsentAnswer(line.answer).label)),
        Row("Basis", str(LawfulBasis(line.basis).label)),
        Row("Condition", str(SpecialCondition(line.condition).label)),
        Row("Safe to tell them?", str(SafeToTell(line.safe_to_tell).label)),
        Row(
            "Until", capitalised(day_and_time(line.expires_at, now=now)) if line.expires_at else ""
        ),
    ]
