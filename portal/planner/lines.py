"""The lines of a plan, each with its sentences. No line says whom it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.urls import reverse

from accounts.models import Membership
from portal import words
from portal.planner.forms import key_of
from portal.spoken_time import capitalised, day_and_time, time_of_day
from referrals.lifecycle import PENDING
from referrals.models import Referral
from referrals.policy import may_open, may_work_on
from visits.actions.booking import OutsideReason
from visits.models import FollowUp, NotPlaced, PlanRun, Proposal
from visits.planner.deciding import newest_plan
from visits.planner.facts import helps, sentences

COLOURS = {
    Proposal.State.CONFIRMED: "green",
    Proposal.State.CHANGED: "blue",
    Proposal.State.REFUSED: "grey",
    Proposal.State.OVERTAKEN: "orange",
}


@dataclass(frozen=True)
class Line:
    """A proposal: when, who goes, why, and what can be done with it."""

    reference: str
    area: str
    risk: str
    when: str
    who: str
    is_late: bool
    why: Sequence[str]
    url: str
    may_decide: bool
    may_refuse: bool
    standing: str
    colour: str


@dataclass(frozen=True)
class Left:
    """A visit without a place."""

    reference: str
    area: str
    risk: str
    url: str


@dataclass(frozen=True)
class Reason:
    """Why visits have no place, what would help, and which they are."""

    why: Sequence[str]
    help: Sequence[str]
    visits: list[Left]


def proposals_of(run: PlanRun, member: Membership) -> QuerySet[Proposal]:
    """What a plan proposes, in order of time."""
    ours = FollowUp.objects.visible_to(member).values("pk")
    rows = Proposal.objects.filter(run=run, follow_up__in=ours)
    related = ("follow_up__referral", "adviser__user", "second_worker__user")
    return rows.select_related(*related).order_by("during", "pk")


def not_placed_by(run: PlanRun, member: Membership) -> QuerySet[NotPlaced]:
    """What a plan could place nowhere, the gravest and most urgent first."""
    ours = FollowUp.objects.visible_to(member).values("pk")
    rows = NotPlaced.objects.filter(run=run, follow_up__in=ours)
    gravity = Case(
        *(
            When(follow_up__referral__risk_band=band, then=Value(n))
            for n, band in enumerate(_BANDS)
        ),
        default=Value(len(_BANDS)),
        output_field=IntegerField(),
    )
    ordered = rows.order_by(gravity, "follow_up__visit_by_at", "pk")
    return ordered.select_related("follow_up__referral")


_BANDS = ("high", "not_assessed", "medium", "standard")


def line(proposal: Proposal, member: Membership, now: datetime) -> Line:
    """One proposal as it is shown."""
    referral = proposal.follow_up.referral
    names = [proposal.adviser.display_name]
    if proposal.second_worker:
        names.append(proposal.second_worker.display_name)
    is_open = proposal.state == Proposal.State.PROPOSED
    begins, ends = proposal.during.lower, proposal.during.upper
    return Line(
        reference=referral.reference,
        area=words.area(referral),
        risk=referral.risk_band,
        when=f"{capitalised(day_and_time(begins, now=now))} to {time_of_day(ends)}",
        who=" and ".join(names),
        is_late=proposal.is_late,
        why=sentences(proposal.why, now=now),
        url=_url(referral, member),
        may_decide=is_open and may_work_on(member, referral),
        may_refuse=is_open,
        standing="" if is_open else proposal.get_state_display(),
        colour=COLOURS.get(Proposal.State(proposal.state), ""),
    )


def left_by_reason(
    rows: Iterable[NotPlaced], member: Membership, now: datetime
) -> Sequence[Reason]:
    """What has no place, those together that have none for the same reason; the gravest first."""
    found: dict[tuple[str, ...], Reason] = {}
    for row in rows:
        why, help_ = sentences(row.why, now=now), helps(row.why, now=now)
        reason = found.setdefault((*why, *help_), Reason(why, help_, []))
        reason.visits.append(_left(row.follow_up.referral, member))
    return list(found.values())


def _left(referral: Referral, member: Membership) -> Left:
    return Left(
        reference=referral.reference,
        area=words.area(referral),
        risk=referral.risk_band,
        url=_url(referral, member),
    )


def proposed_for(reference: str, member: Membership) -> dict[str, Any]:
    """What the newest plan proposes for a referral, as the booking form begins with it."""
    run = newest_plan(member)
    rows = proposals_of(run, member) if run else Proposal.objects.none()
    proposal = rows.filter(
        follow_up__referral__reference=reference, state=Proposal.State.PROPOSED
    ).first()
    if proposal is None:
        return {}
    begins, ends = proposal.during.lower, proposal.during.upper
    second = proposal.second_worker
    return {
        "starts_at": begins,
        "minutes": str(int((ends - begins).total_seconds() // 60)),
        "adviser": key_of(proposal.adviser),
        "second_worker": key_of(second) if second else "",
        "outside_reason": OutsideReason.NOBODY_FREE if proposal.is_late else "",
    }


def _url(referral: Referral, member: Membership) -> str:
    if referral.status in PENDING:
        return reverse("portal:preview", args=[referral.reference])
    if may_open(member, referral):
        return reverse("portal:case", args=[referral.reference])
    return ""
