"""Finding a case again, and going on after having looked at many.

What is searched for travels in the body of a POST and stays out of every address and every log.
"""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import TemplateView

from accounts.roles import Permission
from accounts.sign_in import step_up
from audit.recording import record
from portal import words
from portal.pages import FormPage, MemberView, see_other
from portal.search.forms import SearchForm
from referrals.lifecycle import Side
from referrals.looking import confirm
from referrals.lost import without_what_is_lost
from referrals.models import Referral
from referrals.policy import may_open
from referrals.searching import MOST_FOUND, search


class Search(FormPage):
    """One form; what it finds stands below it, without a name."""

    form_class = SearchForm
    needs = Permission.OPEN
    template_name = "portal/search/search.html"
    fields_of: ClassVar = {"why": "why"}

    def make(self, form: SearchForm) -> HttpResponse:
        found = search(form.terms, by=self.member, why=form.cleaned_data["why"])
        shown = without_what_is_lost(found.referrals, self.member)
        context = self.get_context_data(
            form=form,
            rows=[self._row(each) for each in shown],
            most=MOST_FOUND,
            has_searched=True,
            is_own=found.is_own,
        )
        return self.render_to_response(context)

    def _row(self, referral: Referral) -> dict[str, Any]:
        return {
            "referral": referral,
            "url": self._url(referral),
            "area": words.area(referral),
        }

    def _url(self, referral: Referral) -> str:
        """Where it stands for this member; the policy says there whether it opens."""
        if referral.side_of(self.member.agency_id) is Side.REFERRING:
            page = "portal:referral"
        else:
            page = "portal:case" if may_open(self.member, referral) else "portal:preview"
        return reverse(page, args=[referral.reference])


class GoOn(MemberView, TemplateView):
    """After many looks: a fresh second factor, and a further hour."""

    template_name = "portal/search/go_on.html"
    http_method_names = ["get", "post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        step_up.require(request)
        record("looking.confirm", about=("membership", self.member.pk))
        confirm(by=self.member, at=timezone.now())
        messages.success(request, "Thank you. You can go on for an hour.")
        return see_other(_back_to(request))


def _back_to(request: HttpRequest) -> str:
    """The page they came from; the front page for any address that is not ours."""
    url = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(
        url, {request.get_host()}, require_https=request.is_secure()
    ):
        return url
    return resolve_url("portal:home")
