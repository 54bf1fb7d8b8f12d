"""Looking at what one was told. It is a POST, because it leaves a mark."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import Membership
from notices.inbox import mark_seen
from portal.addresses import is_reference
from portal.glass.views import place_of as glass_place_of
from portal.notices.told import all_told
from portal.pages import MemberView, Page, see_other
from portal.safety.alarm import alarm_page_of
from referrals.lifecycle import Side
from referrals.models import Referral
from referrals.policy import may_open


class News(Page):
    """Everything a member has not looked at yet, kind by kind, each with its place."""

    template_name = "portal/notices/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The lines, what cannot wait first."""
        return {"lines": all_told(self.member), **super().get_context_data(**kwargs)}


class OpenNotice(MemberView):
    """Mark what one was told about a referral as seen, and go to where it is dealt with."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        reference = request.POST.get("reference", "")
        if not is_reference(reference):
            raise Http404
        referral = Referral.objects.visible_to(self.member).filter(reference=reference).first()
        glass = glass_place_of(reference, self.member)
        mark_seen(self.member, reference=reference)
        if alarm := alarm_page_of(reference, self.member):
            return see_other(alarm)
        if glass:
            return see_other(glass)
        return see_other(place_of(referral, self.member) if referral else reverse("portal:home"))


class NoticesSeen(MemberView):
    """Mark everything as seen."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        mark_seen(self.member)
        return see_other(reverse("portal:home"))


def place_of(referral: Referral, member: Membership) -> str:
    """The page on which a member deals with a referral."""
    if referral.side_of(member.agency_id) is Side.REFERRING:
        return reverse("portal:referral", args=[referral.reference])
    page = "portal:case" if may_open(member, referral) else "portal:preview"
    return reverse(page, args=[referral.reference])
