"""Two pages: who is away, and who takes on what they have in hand."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from portal.handover.forms import HandOverForm
from portal.pages import FormPage, Page, see_other
from portal.words import area
from referrals.conflicts import kept_out_of
from visits import actions
from visits.handing import InHand, count, in_hand, loads


class _Team:
    """The people of the member's agency who work on cases, and those who have left."""

    request: HttpRequest
    member: Membership

    @cached_property
    def team(self) -> dict[str, Membership]:
        """Everybody who has been one of the team, by address; who has left included."""
        ours = Membership.objects.filter(agency=self.member.agency_id).exclude(user=None)
        people = ours.select_related("user", "agency").order_by("user__name", "pk")
        return {each.user.email: each for each in people if each.user}

    @cached_property
    def colleagues(self) -> dict[str, Membership]:
        """Those of them who may take something on."""
        able = set(
            Membership.objects.holding(Permission.OPEN)
            .filter(agency=self.member.agency_id)
            .values_list("pk", flat=True)
        )
        return {key: each for key, each in self.team.items() if each.pk in able}


class Whose(_Team, Page):
    """Everybody who has something in hand."""

    needs = Permission.MANAGE
    template_name = "portal/handover/whose.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.in_hand")
        return {"rows": self._rows(), **super().get_context_data(**kwargs)}

    def _rows(self) -> list[dict[str, Any]]:
        found = loads(self.member.agency_id, at=timezone.now())
        return [
            {
                "name": each.display_name,
                "cases": found[each.pk][0],
                "visits": found[each.pk][1],
                "url": f"{reverse('portal:hand_over_to')}?{urlencode({'from': key})}",
            }
            for key, each in self.team.items()
            if each.pk in found
        ]


class HandOver(_Team, FormPage):
    """To whom: one answer for everything, another for single cases."""

    needs = Permission.MANAGE
    form_class = HandOverForm
    template_name = "portal/handover/to.html"

    @cached_property
    def away(self) -> Membership:
        """Who is away."""
        found = self.team.get(self.request.GET.get("from", ""))
        if found is None:
            raise Http404
        return found

    @cached_property
    def held(self) -> list[InHand]:
        """What they have in hand."""
        return in_hand(self.away, at=timezone.now())

    def get_form_kwargs(self) -> dict[str, Any]:
        others = {key: each for key, each in self.colleagues.items() if each != self.away}
        cases = [each.referral.case_id for each in self.held]
        given = {"colleagues": others, "kept_out": kept_out_of(cases, self.member.agency_id)}
        return {**super().get_form_kwargs(), "held": self.held, **given}

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        handed = actions.hand_over(
            self.away,
            form.shares(),
            by=self.member,
            reason=given["reason"],
            off_shift_reason=given["off_shift_reason"],
        )
        cases, visits = count(handed)
        messages.success(
            self.request,
            f"Handed over from {self.away.display_name}: cases {cases}, booked visits {visits}.",
        )
        return see_other(reverse("portal:hand_over"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = zip(self.held, context["form"].cases(), strict=True)
        cases, visits = count(self.held)
        return {
            "away": self.away,
            "rows": [{"held": held, "area": area(held.referral), "field": f} for held, f in rows],
            "cases": cases,
            "visits": visits,
            **context,
        }
