"""The tabs of a case, and the number that is shown only when somebody asks for it."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.models import AuditEntry
from directory.contact import CALLS, ContactChannel
from portal import words
from portal.cases.acts import deed_of
from portal.cases.happenings import happenings
from portal.cases.opening import CasePage
from portal.cases.parts import agreement_of, facts_of, parts_of, parts_withheld
from portal.components import Happening
from portal.pages import Page
from referrals.actions.joining import joined_referrals
from referrals.compartments import Compartment, notes_of
from referrals.consent import newest_line
from referrals.leading import leads
from referrals.models import CaseLink, Referral
from referrals.safe_contact import ContactRefused, judged, judged_any
from visits.views_on_prosecution import views_of

LOOKED: Final = 50
NUMBERS: Final = (*CALLS, ContactChannel.TEXT, ContactChannel.VOICEMAIL)


class _Onward(CasePage):
    """A tab that shows what was referred on."""

    @cached_property
    def onward(self) -> list[Referral]:
        """What the member's agency made of this case, newest first."""
        return list(onward_of(self.referral, self.member))


def onward_of(referral: Referral, member: Membership) -> QuerySet[Referral]:
    """The referrals that a member's agency made from a referral, newest first."""
    made = Referral.objects.made_by(member).filter(parent=referral)
    related = made.select_related("receiving_agency", "service", "sent_by__user", "sent_by__agency")
    return related.order_by("-sent_at", "-id")


class Timeline(_Onward, Page):
    """What happened, newest first, and whether the person was known before."""

    template_name = "portal/cases/timeline.html"
    purpose = "timeline"

    def opened_besides(self) -> Iterable[str]:
        """The agency's own notes, and what the referrer answered."""
        return (notes_of(self.member.agency_id), Compartment.INCIDENT)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        done = happenings(self.case, self.follow_up, self.onward, to=self.member)
        leading = leads(self.member, self.referral)
        known = {
            "known": list(earlier_of(self.referral, self.member)),
            "joined": joined_referrals(self.referral.case_id, self.member) if leading else [],
            "may_join": leading and self.member.has(Permission.MANAGE),
        }
        return {"happenings": done, **known, **super().get_context_data(**kwargs)}


def earlier_of(referral: Referral, member: Membership) -> QuerySet[Referral]:
    """Earlier referrals to the member's agency about the same person."""
    links = CaseLink.objects.filter(agency=member.agency_id, case=referral.case_id)
    earlier = links.values("earlier_case")
    known = Referral.objects.received_by(member).filter(case__in=earlier)
    return known.order_by("-sent_at", "-id")[:5]


class Details(CasePage, Page):
    """Everything the agency may open of it, and what was not shared."""

    template_name = "portal/cases/details.html"
    current, opens, purpose = "case_details", ("all",), "details"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        referral = self.referral
        line = newest_line(referral.case_id, referral.receiving_agency_id)
        parts = [facts_of(referral), *parts_of(self.case), agreement_of(line)]
        withheld = parts_withheld(referral)
        context = {
            "parts": [part for part in parts if part.rows],
            "withheld": withheld,
            "visits": self.member.has(Permission.VISIT),
            "newest_view": next(iter(views_of(referral)), None),
        }
        return {**context, **super().get_context_data(**kwargs)}


class Services(_Onward, Page):
    """Who else was asked to help, and what they answered."""

    template_name = "portal/cases/services.html"
    current, purpose = "case_services", "services"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [(each, words.standing(each), words.needs(each)) for each in self.onward]
        return {"rows": rows, **super().get_context_data(**kwargs)}


class Looked(CasePage, Page):
    """Who of the agency looked at or changed it, from the agency's own evidence."""

    template_name = "portal/cases/looked.html"
    current, purpose = "case_looked", "who has looked"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        leading = leads(self.member, self.referral)
        return {"looks": self._looks(), "leads": leading, **super().get_context_data(**kwargs)}

    def _looks(self) -> list[Happening]:
        entries = AuditEntry.objects.filter(
            agency_id=self.member.agency_id, object_type="referral", object_id=self.reference
        )
        newest = list(entries.order_by("-seq")[:LOOKED])
        actors = [int(entry.actor) for entry in newest if entry.actor.isdigit()]
        people = Membership.objects.select_related("user", "agency").in_bulk(actors)
        return [_look(entry, people.get(int(entry.actor or 0)), self.member) for entry in newest]


class Number(CasePage, Page):
    """The number, asked for with a button. The evidence has a line of its own for it."""

    template_name = "portal/cases/number.html"
    purpose = "show number"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        phone = self._phone(timezone.now())
        return self.render_to_response(self.get_context_data(phone=phone))

    def _phone(self, at: datetime) -> str:
        """The number of the plainest way that may be used now.

        :raises ContactRefused: if there is none.
        """
        words = self.words_of_ways
        with_number = [each for each in NUMBERS if words.get(each, {}).get("phone")]
        for channel in with_number:
            if judged(self.ways, channel, at).allowed:
                return words[channel]["phone"]
        raise ContactRefused(judged_any(self.ways, with_number or NUMBERS, at))


def _look(entry: AuditEntry, who: Membership | None, to: Membership) -> Happening:
    refused = " (refused)" if entry.decision != "allowed" else ""
    deed = deed_of(entry.action)
    ours = who is not None and who.agency_id == to.agency_id
    name = who.display_name if who and ours else "another agency"
    about = f"For: {entry.purpose}" if entry.purpose else ""
    return Happening(title=f"{deed}{refused}", at=entry.at, by=name, note=about)
