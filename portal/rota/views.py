"""The week of the team, and one colleague's page."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.abilities import AdviserGender, Language, Specialism
from directory.areas import AREAS
from portal.components import Row
from portal.pages import MemberView, Page, see_other
from portal.rota import week, wording
from portal.rota.people import colleague_signed, colleagues, sign_of
from portal.visits.week import monday_of
from referrals.models import Referral
from referrals.policy import may_open
from rota.caseload import caseloads
from rota.duty import Abilities, abilities
from rota.models import ExceptionDay, Leave, OnCall, WorkingPattern
from rota.policy import may_keep, may_manage
from visits.cover import LeftWithoutWorker, left_without_worker

FARTHEST_WEEK = 3660


class Rota(Page):
    """The week of the team, for whoever keeps the rota; the others come to their own page."""

    needs = Permission.VISIT
    template_name = "portal/rota/week.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_manage(self.member):
            return see_other(reverse("portal:rota_person", args=[sign_of(self.member.pk)]))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.rota")
        agency_id, now = self.member.agency_id, timezone.now()
        monday = monday_of(self._asked_for())
        people = list(colleagues(agency_id))
        loads = caseloads(agency_id, now)
        return {
            "lines": week.lines(people, monday, now, agency_id),
            "days": [monday + timedelta(days=offset) for offset in range(week.DAYS)],
            "today": timezone.localdate(now),
            "monday": monday,
            "before": monday - timedelta(days=week.DAYS),
            "after": monday + timedelta(days=week.DAYS),
            "left": Left(left_without_worker(agency_id, now), self.member),
            "loads": [
                (person, loads[person.pk], wording.caseload(loads[person.pk]))
                for person in people
                if person.pk in loads
            ],
            **super().get_context_data(**kwargs),
        }

    def _asked_for(self) -> date:
        today = timezone.localdate()
        try:
            asked = date.fromisoformat(self.request.GET.get("week", ""))
        except ValueError:
            return today
        return asked if abs((asked - today).days) < FARTHEST_WEEK else today


class Left:
    """What needs somebody else, for the page: a sentence and the links."""

    def __init__(self, left: LeftWithoutWorker, member: Membership) -> None:
        self.sentence = wording.needing(len(left.visits), len(left.follow_ups))
        self.visits = [
            (visit, _case_url(visit.follow_up.referral, member), _who_goes(visit))
            for visit in left.visits
        ]
        self.follow_ups = [
            (each, _case_url(each.referral, member), each.referral.assigned_to)
            for each in left.follow_ups
        ]


def _case_url(referral: Referral, member: Membership) -> str:
    may = may_open(member, referral)
    return reverse("portal:case", args=[referral.reference]) if may else ""


def _who_goes(visit: Any) -> str:
    going = [visit.adviser, *([visit.second_worker] if visit.second_worker else [])]
    return " and ".join(person.display_name for person in going)


class ColleagueMixin(MemberView):
    """A page about one colleague, for whoever keeps the rota and for the colleague."""

    needs = Permission.VISIT
    own = True

    @cached_property
    def person(self) -> Membership:
        """Whom the address means.

        :raises Membership.DoesNotExist: if that is nobody of the agency's rota.
        """
        return colleague_signed(self.kwargs["colleague"], self.member.agency_id)

    @property
    def is_own(self) -> bool:
        """Whether it is the member's own."""
        return self.person.pk == self.member.pk

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Nobody there is 404; a colleague whose rota is not theirs to keep is 403."""
        if not may_keep(self.member, self.person.pk, own=self.own):
            raise PermissionDenied
        return super().answer(request, *args, **kwargs)

    def url(self, page: str, *more: object) -> str:
        """The address of one of the colleague's pages."""
        return reverse(f"portal:{page}", args=[sign_of(self.person.pk), *more])


class Colleague(ColleagueMixin, Page):
    """One colleague: this week, hours, leave, on call, what they bring, what they carry."""

    template_name = "portal/rota/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("rota.see", about=("membership", self.person.pk))
        agency_id, now = self.member.agency_id, timezone.now()
        monday = monday_of(timezone.localdate(now))
        (line,) = week.lines([self.person], monday, now, agency_id)
        load = caseloads(agency_id, now)[self.person.pk]
        return {
            "person": self.person,
            "line": line,
            "is_own": self.is_own,
            "manages": may_manage(self.member),
            "urls": {page: self.url(f"rota_{page}") for page in _PAGES},
            "brings": brings(abilities(agency_id)[self.person.pk]),
            "load": load,
            "load_words": wording.caseload(load),
            **self._hours(timezone.localdate(now)),
            **self._absences(now),
            **super().get_context_data(**kwargs),
        }

    def _hours(self, today: date) -> dict[str, Any]:
        """Patterns in force and to come, and days that differ."""
        ours = {"agency": self.member.agency_id, "membership": self.person}
        patterns = WorkingPattern.objects.filter(
            Q(period__upper_inf=True) | Q(period__endswith__gt=today), **ours
        )
        days = ExceptionDay.objects.filter(**ours, on__gte=today).order_by("on")
        standing = patterns.prefetch_related("shifts").order_by("period")
        return {
            "patterns": [(row, wording.week(row)) for row in standing],
            "exceptions": [
                (row, _hours_of(row), self.url("rota_usual_day", row.on)) for row in days
            ],
        }

    def _absences(self, now: datetime) -> dict[str, Any]:
        """Leave and on-call that run or are to come, each with the address that ends it."""
        ours = {"agency": self.member.agency_id, "membership": self.person}
        leave = Leave.objects.filter(
            Q(during__upper_inf=True) | Q(during__endswith__gt=now), **ours
        )
        calls = OnCall.objects.filter(**ours, during__endswith__gt=now).order_by("during")
        return {
            "leave": [
                (row, row.during.lower <= now, self.url("rota_end_leave", row.pk))
                for row in leave.order_by("during")
            ],
            "calls": [(row, self.url("rota_off_call", row.pk)) for row in calls],
        }


_PAGES = ("pattern", "day", "leave", "sick", "on_call", "abilities")


def _hours_of(row: ExceptionDay) -> str:
    if row.minutes is None:
        return "Not at work"
    said = wording.hours([(row.minutes.lower, row.minutes.upper)])
    return said if row.kind == ExceptionDay.Kind.INSTEAD else f"Also {said}"


def brings(known: Abilities) -> list[Row]:
    """What a colleague brings, as a summary list."""
    return [
        Row("Areas", _named(AREAS[code].name for code in known.areas if code in AREAS)),
        Row("Languages", _named(Language(code).label for code in known.languages)),
        Row("Can be asked for as", AdviserGender(known.gender).label),
        Row("Knows well", _named(Specialism(code).label for code in known.specialisms) or "–"),
        Row("Visits alone", "Yes" if known.may_visit_alone else "No, always with somebody"),
    ]


def _named(names: Any) -> str:
    said: Sequence[str] = sorted(str(name) for name in names)
    return ", ".join(said)
