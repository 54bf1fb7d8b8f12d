"""What may be shared: the conversation about it, who may see the case, and a sheet to keep."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from directory.sharing import ConsentAnswer
from portal.cases.opening import CaseMixin, CasePage
from portal.cases.sharing_forms import WORDING, AgreeForm, EndForm, NarrowForm, WithdrawForm
from portal.cases.sharing_shown import (
    Recipient,
    for_her,
    lines_said,
    recipient_of,
    shared_with,
)
from portal.cases.work import WorkPage
from portal.pages import Page, see_other
from referrals import actions
from referrals.details import ConsentDetails
from referrals.errors import MoveNotAllowed
from referrals.keeping import SHARED
from referrals.leading import leads
from referrals.models import ConsentEntry, Referral
from referrals.policy import may_work_on
from referrals.sharings import sharings_of
from visits.actions import withdraw_consent


class Sharing(CasePage, Page):
    """Who has what by her agreement, what can be said about it, and, for the lead, all of it."""

    template_name = "portal/cases/sharing.html"
    current, purpose = "case_sharing", "what may be shared"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, referral = timezone.now(), self.referral
        made = Referral.objects.made_by(self.member).filter(case=referral.case_id)
        onward = made.select_related("receiving_agency", "service").order_by("-sent_at", "-id")
        recipients = [recipient_of(each, self.member, at) for each in (referral, *onward)]
        context: dict[str, Any] = {
            "recipients": recipients,
            "works": may_work_on(self.member, referral),
            "may_ask": self.member.has(Permission.REFER),
            "requests": self._requests(),
        }
        if leads(self.member, referral):
            found = sharings_of(self.reference, by=self.member, purpose=self.purpose)
            context |= {"shared": shared_with(found, at), "lines": lines_said(found)}
        return {**context, **super().get_context_data(**kwargs)}

    def _requests(self) -> list[ConsentEntry]:
        """What somebody of the agency asked to share without agreement: open, or approved."""
        entries = ConsentEntry.objects.filter(
            case=self.referral.case_id, taken_by_agency=self.member.agency_id
        ).exclude(ground="")
        newest = entries.select_related("recipient", "taken_by").order_by(
            "recipient", "-taken_at", "-id"
        )
        mine = newest.distinct("recipient")
        return [each for each in mine if not each.approve_by and not each.withdraws_id]


class Sheet(CaseMixin, Page):
    """On paper for her: who may see what. It names neither her nor the house that made it."""

    template_name = "portal/cases/sheet.html"
    purpose = "print a sheet"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        found = sharings_of(self.reference, by=self.member, purpose=self.purpose)
        told, left_out = for_her(found, at)
        sheet = {"told": told, "left_out": left_out, "on": timezone.localdate(at)}
        return {**super().get_context_data(**kwargs), **sheet}


class _SayingPage(WorkPage):
    """Something she says about one recipient. ``of`` is the referral by which it was shared."""

    template_name = "portal/cases/sharing_form.html"
    lines: ClassVar[tuple[str, ...]] = ()

    @property
    def of(self) -> str:
        """The reference by which it was shared."""
        return str(self.kwargs["of"])

    @cached_property
    def shared(self) -> Referral:
        """The referral by which it was shared: the one that brought the case, or one of ours."""
        visible = Referral.objects.visible_to(self.member).filter(case=self.referral.case_id)
        return visible.select_related("receiving_agency", "service").get(reference=self.of)

    @cached_property
    def recipient(self) -> Recipient:
        """How her agreement stands.

        :raises MoveNotAllowed: if it has ended.
        """
        found = recipient_of(self.shared, self.member, timezone.now())
        if not found.stands and self.request.method == "GET":
            raise MoveNotAllowed("There is no agreement here any more, or it has ended.")
        return found

    def parts(self) -> list[str]:
        """What is shared now."""
        line = self.recipient.line
        return list(line.compartments) if line else []

    def finished(self) -> HttpResponse:
        messages.success(self.request, self.done)
        return see_other(reverse("portal:case_sharing", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        about = {"recipient": self.recipient, "lines": self.lines}
        return {**about, **super().get_context_data(**kwargs)}


class Narrow(_SayingPage):
    """They take some of it back."""

    purpose = "take back some"
    heading, button, done = "What do they take back?", "Take it back", "Taken back."
    form_class = NarrowForm
    lines = (
        "What you tick, this agency cannot open from now on. It keeps the rest.",
        "What it has read or printed cannot be unread.",
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "parts": self.parts()}

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        parts, method = given["compartments"], given["method"]
        actions.narrow_consent(self.of, parts, by=self.member, method=method)
        return self.finished()


class Withdraw(_SayingPage):
    """They take all of it back."""

    purpose = "withdraw agreement"
    heading, button = "Take everything back?", "Take everything back"
    done = "Taken back. They can open nothing of it from now on."
    form_class = WithdrawForm
    lines = (
        "From now on this agency cannot open the case: its keys are destroyed. What it booked is"
        " called off, and it is told that an agreement was withdrawn, nothing else.",
        "This cannot be undone. If they agree again, the agency is referred to anew.",
        "What it has read or printed cannot be unread.",
    )

    def make(self, form: Any) -> HttpResponse:
        withdraw_consent(self.of, by=self.member)
        if self.recipient.is_ours:
            messages.success(self.request, self.done)
            return see_other(reverse("portal:my_cases"))
        return self.finished()


class End(_SayingPage):
    """They say until when."""

    purpose = "end of an agreement"
    heading, button, done = "Until when do they agree?", "Save", "Saved."
    form_class = EndForm
    lines = ("At that moment it closes by itself. You can make it earlier or later until then.",)

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        ends_at, method = given["expires_at"], given["method"]
        actions.end_consent_at(self.of, ends_at, by=self.member, method=method)
        return self.finished()


class Agree(_SayingPage):
    """They agree: again, or after it had to be shared without."""

    purpose = "record agreement"
    heading, button, done = "What do they agree to?", "Record it", "Their agreement is recorded."
    form_class = AgreeForm
    lines = (
        "Say first who has what, and that they can say no. What is not ticked is taken back now.",
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        shared = SHARED if self._may_add() else self.parts()
        return {**super().get_form_kwargs(), "parts": shared, "initial": self.get_initial()}

    def get_initial(self) -> dict[str, Any]:
        return {"compartments": self.parts()}

    def _may_add(self) -> bool:
        return self.recipient.is_ours and leads(self.member, self.referral)

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        consent = ConsentDetails(
            answer=ConsentAnswer.GIVEN,
            method=given["method"],
            wording_version=WORDING,
            compartments=given["compartments"],
            expires_at=given["expires_at"],
        )
        actions.record_agreement(self.of, consent, by=self.member)
        return self.finished()
