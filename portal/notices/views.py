"""Looking at what one was told. It is a POST, because it leaves a mark."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import Membership
from notices.inbox import mark_seen
from portal.addresses import is_reference
from portal.pages import MemberView, see_other
from referrals.lifecycle import Side
from referrals.models import Referral
from referrals.policy import may_open


class OpenNotice(MemberView):
    """Mark what one was told about a referral as seen, and go to where it is dealt with."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        reference = request.POST.get("reference", "")
        if not is_reference(reference):
            raise Http404
        referral = Referral.objects.visible_to(self.member).filter(reference=reference).first()
        mark_seen(self.member, reference=reference)
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
