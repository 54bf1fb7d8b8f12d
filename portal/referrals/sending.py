"""New referral, check, send, sent; and giving a draft up."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from accounts.models import Agency
from accounts.roles import Permission
from portal import words
from portal.govuk.forms import EmptyForm
from portal.pages import FormPage, Page, see_other
from portal.referrals.checking import cards
from portal.referrals.forms import Agreement, AgreementForm, ReferralForm
from portal.referrals.listing import may_begin
from portal.referrals.translating import FIELDS_OF, answers_of, case_details, consent_details
from portal.referrals.wording import OF_TODAY
from referrals import actions
from referrals.conflicts import is_about_to_lose
from referrals.consent import newest_line
from referrals.errors import MoveNotAllowed
from referrals.lifecycle import Status
from referrals.linking import known_cases
from referrals.models import Referral
from referrals.reading import OpenedCase, open_case, see
from visits import actions as visiting


class NewReferral(FormPage):
    """One page in four parts, agreement first. A no ends it before anything else is looked at."""

    needs = Permission.REFER
    template_name = "portal/referrals/new.html"
    form_class = ReferralForm
    fields_of = FIELDS_OF

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only whose referrals start the clock begin one here."""
        if not may_begin(self.member):
            raise PermissionDenied
        return super().answer(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Stop at a no; otherwise keep a sealed draft and show it."""
        if AgreementForm(request.POST).ends_here:
            self.forget()
            return see_other(reverse("portal:not_agreed"))
        return super().post(request, *args, **kwargs)

    def forget(self) -> None:
        """After a no: nothing was kept yet."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whom somebody feared could work for."""
        agencies = Agency.objects.filter(is_active=True).order_by("name")
        named = list(agencies.values_list("code", "name"))
        return {**super().get_form_kwargs(), "agencies": named}

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        referral = self.keep(
            case_details(given), consent_details(given), visit_ended_at=given["visit_ended_at"]
        )
        return see_other(reverse("portal:check", args=[referral.reference]))

    def keep(self, *details: Any, **when: Any) -> Referral:
        """Keep what was typed as a sealed draft."""
        return visiting.draft_after_visit(*details, by=self.member, **when)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"wording": OF_TODAY, "no": Agreement.NO, **super().get_context_data(**kwargs)}


class ChangeDraft(NewReferral):
    """The same page, filled in from a draft. What is changed takes the draft's place."""

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        draft_of(see(self.reference, by=self.member))
        return super().answer(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """The draft's own words; opened only to be shown."""
        if self.request.method == "POST":
            return {}
        case = open_case(self.reference, by=self.member, purpose="change draft")
        referral = case.referral
        return answers_of(case, newest_line(referral.case_id, referral.receiving_agency_id))

    def forget(self) -> None:
        """After a no the draft goes too."""
        actions.discard(self.reference, by=self.member)

    def keep(self, *details: Any, **when: Any) -> Referral:
        return visiting.redraft_after_visit(self.reference, *details, by=self.member, **when)


class NotAgreed(Page):
    """What to offer instead. Nothing was kept, so there is nothing to read."""

    needs = Permission.REFER
    template_name = "portal/referrals/not_agreed.html"


class Check(FormPage):
    """The draft read back, the number first; then sent. A second click finds it sent."""

    needs = Permission.REFER
    template_name = "portal/referrals/check.html"
    form_class = EmptyForm

    @cached_property
    def case(self) -> OpenedCase:
        """The draft, opened to be read back."""
        return open_case(self.reference, by=self.member, purpose="check before sending")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _is_sent(self.case.referral):
            return see_other(reverse("portal:sent", args=[self.reference]))
        draft_of(self.case.referral)
        return super().get(request, *args, **kwargs)

    def make(self, form: Any) -> HttpResponse:
        try:
            sent = visiting.send_after_visit(self.reference, by=self.member)
        except MoveNotAllowed:
            if not _is_sent(see(self.reference, by=self.member)):
                raise
        else:
            if is_about_to_lose(sent.case_id):
                messages.success(
                    self.request,
                    f"Referral sent: {self.reference}. You know somebody in it, so it is not shown"
                    " to you again.",
                )
                return see_other(reverse("portal:my_referrals"))
        return see_other(reverse("portal:sent", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.case
        referral = case.referral
        line = newest_line(referral.case_id, referral.receiving_agency_id)
        documents = {part: case.document(part) for part in ("identity", "contact", "incident")}
        known = known_cases(documents, self.member)
        return {
            "referral": referral,
            "phone": case.document("contact").get("phone", ""),
            "cards": cards(case, line, change_url=self._change_url()),
            "may_be_known": any(each != referral.case_id for each in known),
            "contact": words.safe_contact(referral),
            "route": words.route(referral),
            **super().get_context_data(**kwargs),
        }

    def _change_url(self) -> str:
        return reverse("portal:change_draft", args=[self.reference])


class Sent(Page):
    """It has gone: who has it, until when, and what happens next."""

    needs = Permission.REFER
    template_name = "portal/referrals/sent.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        referral = see(self.reference, by=self.member)
        if not _is_sent(referral):
            return see_other(reverse("portal:check", args=[self.reference]))
        context = self.get_context_data(
            referral=referral,
            area=words.area(referral),
            contact=words.safe_contact(referral),
            route=words.route(referral),
        )
        return self.render_to_response(context)


class Discard(FormPage):
    """Asks once more, because what a draft said is then gone."""

    needs = Permission.REFER
    template_name = "portal/referrals/discard.html"
    form_class = EmptyForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft_of(see(self.reference, by=self.member))
        return super().get(request, *args, **kwargs)

    def make(self, form: Any) -> HttpResponse:
        actions.discard(self.reference, by=self.member)
        return see_other(reverse("portal:my_referrals"))


def draft_of(referral: Referral) -> Referral:
    """The referral, if it is a draft still.

    :raises MoveNotAllowed: saying what became of it.
    """
    if referral.status != Status.DRAFT:
        became = "was deleted" if referral.status == Status.EXPIRED else "has been sent"
        raise MoveNotAllowed(f"There is no such draft any more: it {became}.")
    return referral


def _is_sent(referral: Referral) -> bool:
    return referral.sent_at is not None
