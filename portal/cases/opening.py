"""Opening a case for a page of it: what is opened is named, and is on record before it is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from directory.contact import BY_NUMBER
from marac.models import Telling
from portal import words
from portal.cases.deeds import Choice, Situation, choices_of
from portal.cases.reach import ShownWay, lines_of, shown_ways
from portal.clocks.shown import Panel, links_of, panel
from portal.components import Tab
from portal.contact.ladder import next_of
from portal.marac import standing as marac
from portal.pages import MemberView
from portal.referrals.checking import name_of
from referrals import glass
from referrals.lifecycle import Side
from referrals.models import Referral
from referrals.policy import may_work_on
from referrals.reading import OpenedCase, open_case
from referrals.safe_contact import Ways, ways_of
from visits.models import FollowUp, Visit

HEADING = ("identity", "contact")


@dataclass(frozen=True)
class Deed:
    """Something to do next on a case."""

    label: str
    url: str


class CaseMixin(MemberView):
    """A page of a case that the member's agency received and took on.

    ``opens`` names the compartments beyond the heading's that the page shows; ``all`` is every one
    the agency holds a key for.
    """

    needs = Permission.OPEN
    opens: ClassVar[Iterable[str]] = ()
    purpose: ClassVar[str] = ""

    @cached_property
    def case(self) -> OpenedCase:
        """The case, opened.

        :raises PermissionDenied: for the agency that sent it: it has a page of its own.
        """
        only = () if "all" in self.opens else (*HEADING, *self.opened_besides())
        case = open_case(self.reference, by=self.member, only=only, purpose=self.purpose)
        if case.referral.side_of(self.member.agency_id) is not Side.RECEIVING:
            raise PermissionDenied
        return case

    def opened_besides(self) -> Iterable[str]:
        """What the page opens beyond its heading."""
        return self.opens

    @property
    def referral(self) -> Referral:
        """The referral that brought the case."""
        return self.case.referral

    @cached_property
    def follow_up(self) -> FollowUp | None:
        """The duty to be in touch, where there is one."""
        known = FollowUp.objects.visible_to(self.member).select_related("referral", "programme")
        return known.filter(referral=self.referral).first()

    @cached_property
    def booked(self) -> Visit | None:
        """The visit that is booked."""
        if self.follow_up is None:
            return None
        standing = self.follow_up.visits.filter(status=Visit.Status.BOOKED)
        return standing.select_related("adviser__user", "second_worker__user").first()

    @cached_property
    def ways(self) -> Ways:
        """What was agreed about reaching them."""
        return ways_of(self.referral.case_id, self.referral.contact)

    @cached_property
    def words_of_ways(self) -> Mapping[str, Mapping[str, str]]:
        """The words that go with it, by channel."""
        return self.case.words_of_ways()

    @cached_property
    def shown_ways(self) -> list[ShownWay]:
        """Both, as they are shown."""
        return shown_ways(self.ways, self.words_of_ways, timezone.now())

    def stamp(self) -> str:
        """What a page of the case is made from: the status, and what is booked."""
        booked = self.booked.booked_at.isoformat() if self.booked else ""
        return f"{self.referral.status} {booked}".strip()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The heading: who it is, how she may be reached, and how much time is left."""
        referral, ways = self.referral, self.shown_ways
        clear = words.safe_contact(referral)
        return {
            "referral": referral,
            "own_reference": self.case.reference,
            "name": name_of(self.case),
            "area": words.area(referral),
            "due_at": self._due_at(),
            "contact": clear,
            "contact_lines": lines_of(ways) or ["No safe way is recorded"],
            "has_number": any(words.get("phone") for words in self.words_of_ways.values()),
            "may_show_number": any(way.may_now and way.channel in BY_NUMBER for way in ways),
            "booked": self.booked,
            **super().get_context_data(**kwargs),  # type: ignore[misc]
        }

    def _due_at(self) -> Any:
        follow_up = self.follow_up
        waits = follow_up and not (follow_up.contacted_at or follow_up.ended_at)
        return follow_up.due_at if follow_up and waits else None


class CasePage(CaseMixin):
    """A tab of the case, with what to do next beside it."""

    current: ClassVar[str] = "case"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The tabs and the deeds."""
        context = super().get_context_data(**kwargs)
        beside: dict[str, Any] = {
            "maracs": marac.standings(self.referral, self.member),
            "tellings": self.tellings,
            "clocks": self.clocks,
            "clock_links": self._clock_links(),
            "next_step": self._next_step(),
            "glasses": list(glass.standing(self.referral, at=timezone.now())),
        }
        return {"tabs": self._tabs(), **self._deeds(), **beside, **context}

    @cached_property
    def tellings(self) -> list[Telling]:
        """What came of a MARAC and is still to be told to them."""
        if not self.member.has(Permission.VISIT):
            return []
        return marac.tellings(self.referral, self.member)

    @cached_property
    def clocks(self) -> Panel | None:
        """The clocks, where there are any."""
        return panel(self.follow_up, self.referral, timezone.now()) if self.follow_up else None

    def _clock_links(self) -> list[Deed]:
        """What else can be done about the clocks."""
        if self.clocks is None or not may_work_on(self.member, self.referral):
            return []
        pages = links_of(self.clocks, self.follow_up, self.member)
        return [Deed(label, self.url(page)) for page, label in pages.items()]

    def _next_step(self) -> str:
        follow_up = self.follow_up
        if follow_up is None or not may_work_on(self.member, self.referral):
            return ""
        return next_of([follow_up], timezone.now()).get(follow_up.pk, "")

    def _tabs(self) -> list[Tab]:
        pages = {
            "case": "Timeline",
            "case_details": "Details",
            "case_risk": "Risk",
            "case_documents": "Documents",
            "case_services": "Services",
            "case_sharing": "What may be shared",
            "case_looked": "Who has looked?",
        }
        return [
            Tab(label, self.url(page), is_current=page == self.current)
            for page, label in pages.items()
        ]

    def _deeds(self) -> dict[str, Any]:
        """What can be done now: the one thing to do first, and the rest by heading."""
        if not may_work_on(self.member, self.referral):
            return {}
        situation = Situation(
            member=self.member,
            referral=self.referral,
            follow_up=self.follow_up,
            booked=self.booked,
            ways=self.ways,
            clocks=self.clocks,
            is_to_be_told=bool(self.tellings),
            now=timezone.now(),
        )
        first, groups = choices_of(situation)
        return {
            "first": first and self._deed(first),
            "deeds": {
                heading: [self._deed(each) for each in group] for heading, group in groups.items()
            },
        }

    def _deed(self, choice: Choice) -> Deed:
        return Deed(choice.label, self.url(choice.page))

    def url(self, page: str) -> str:
        """The address of one of the case's pages."""
        return reverse(f"portal:{page}", args=[self.reference])
