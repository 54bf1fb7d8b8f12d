"""After the meeting: what came of a case, and what was agreed."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import Agency
from marac import actions
from marac.models import Listing, MaracAction
from marac.reading import see_marac
from marac.sealed import ACTION, JUDGEMENT, LABELS, RESULT, SAFE_PEOPLE, UNSAFE_PEOPLE, words_of
from portal.components import Row
from portal.marac.coordinating import CoordinatorMixin, url_of
from portal.marac.forms import ResultForm
from portal.pages import FormPage, see_other
from referrals.errors import MoveNotAllowed
from referrals.reading import OpenedCase, open_case


class Result(CoordinatorMixin, FormPage):
    """What was said before, what was decided, and one more action at a time."""

    template_name = "portal/marac/result.html"
    form_class = ResultForm

    @cached_property
    def listing(self) -> Listing:
        """Its place on the list.

        :raises MoveNotAllowed: if it has none, or its meeting lies ahead.
        """
        marac = see_marac(self.reference, by=self.member)
        if marac.agency_id != self.member.agency_id:
            raise PermissionDenied
        places = marac.listings.select_related("meeting").filter(left_at=None)
        listing = places.first()
        if listing is None or listing.meeting.held_at > timezone.now():
            raise MoveNotAllowed("This case has not been heard yet.")
        return listing

    @cached_property
    def case(self) -> OpenedCase:
        """What is sealed with the risk, opened and on record."""
        return open_case(self.reference, by=self.member, only=["risk"], purpose="MARAC result")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "agencies": doers()}

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        agreed = []
        if given["code"]:
            agency = form.agencies[given["agency"]]
            said = {"code": given["code"], "due_on": given["due_on"]}
            agreed.append(actions.Agreed(agency=agency, words=given["action_words"], **said))
        actions.record_result(self.reference, agreed, by=self.member, words=given["words"])
        messages.success(self.request, "Saved. The referrer is told that there is a result.")
        return see_other(url_of(self.listing.meeting))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listing = self.listing
        rows = [
            Row(LABELS[code], words_of(self.case.records, owner, code))
            for code, owner in (
                (JUDGEMENT, listing.marac_id),
                (SAFE_PEOPLE, listing.marac_id),
                (UNSAFE_PEOPLE, listing.marac_id),
                (RESULT, listing.pk),
            )
        ]
        context = {
            "referral": self.case.referral,
            "meeting_url": url_of(listing.meeting),
            "said": [row for row in rows if row.value],
            "agreed": agreed_of(listing, self.case),
        }
        return {**context, **super().get_context_data(**kwargs)}


def agreed_of(listing: Listing, case: OpenedCase) -> list[tuple[MaracAction, str]]:
    """What was agreed, each with its words as far as the agency can open them."""
    actions_of = listing.actions.select_related("agency")
    return [(each, words_of(case.records, each.pk, ACTION)) for each in actions_of]


def doers() -> list[Agency]:
    """Every agency that shares may agree to something, the coordinators too."""
    return list(Agency.objects.sharing(timezone.localdate()).order_by("name"))
