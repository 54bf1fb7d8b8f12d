"""How the codes of a referral are said on screens. Nothing here names anybody."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from django.db.models import TextChoices

from directory.ages import AgeBand
from directory.areas import AREAS
from directory.contact import DirectContact
from directory.harm import HarmStrand, Need, RiskBand
from directory.models import Service
from directory.reasons import ClosureReason, DeclineReason, ReferralSource, WithdrawalReason
from directory.routes import Route
from directory.safe_times import in_words, windows_from_json
from portal.components import SafeContact
from portal.spoken_time import day
from referrals.lifecycle import Move, Status
from referrals.models import Referral
from referrals.models.referral import Feedback, Question

OUTSIDE: Final = "Outside the region"
CHILDREN: Final[Mapping[bool | None, str]] = {
    True: "Children in the household",
    False: "No children in the household",
}


class Standing(NamedTuple):
    """How a referral stands, in plain words, with the colour of its tag."""

    words: str
    colour: str


def standing(referral: Referral) -> Standing:
    """What the sender is told: the status, or what the receiver said came of it."""
    if referral.status in {Status.ACCEPTED, Status.CLOSED} and referral.feedback:
        words = _FED_BACK.get(referral.feedback, Feedback(referral.feedback).label)
        return Standing(words, "green" if referral.feedback in _REACHED else "grey")
    if referral.status == Status.SENT and referral.expected_on:
        return Standing(f"On the waiting list until {day(referral.expected_on)}", "yellow")
    return _STANDING[Status(referral.status)]


_REACHED: Final = frozenset({Feedback.CONTACTED, Feedback.VISITED})
_FED_BACK: Final[Mapping[str, str]] = {Feedback.CHOSE_NOT_TO: "They chose not to go ahead"}
_STANDING: Final = {
    Status.DRAFT: Standing("Not sent yet", "grey"),
    Status.SENT: Standing("Waiting for an answer", "yellow"),
    Status.MORE_INFORMATION_ASKED: Standing("They asked you something", "orange"),
    Status.ACCEPTED: Standing("Taken on", "teal"),
    Status.DECLINED: Standing("Declined", "red"),
    Status.WITHDRAWN: Standing("Withdrawn", "grey"),
    Status.CLOSED: Standing("Closed", "grey"),
    Status.SUPERSEDED: Standing("Replaced", "grey"),
    Status.EXPIRED: Standing("Draft deleted", "grey"),
}


def area(referral: Referral) -> str:
    """The authority's name."""
    if referral.is_forgotten:
        return "Not shown any more"
    return AREAS[referral.area_code].name if referral.area_code in AREAS else OUTSIDE


def route(referral: Referral) -> Route:
    """How its area takes what the police refer."""
    return Route(referral.route or Route.JOINED)


def harm(referral: Referral) -> str:
    """The kinds of harm, in one line."""
    return labels(HarmStrand, referral.harm_strands)


def needs(referral: Referral) -> str:
    """The kinds of help wanted, in one line."""
    return labels(Need, referral.needs)


def labels(codes: type[TextChoices], values: Iterable[str]) -> str:
    """Labels one after the other, the first as it stands, the others in the middle of a line."""
    said = [str(codes(value).label) for value in values]
    return ", ".join([*said[:1], *(_mid_line(words) for words in said[1:])])


def wait(service: Service) -> str:
    """How long people wait; nothing where they do not."""
    if service.wait_weeks is None:
        return ""
    return f"People wait about {counted(service.wait_weeks, 'week', 'weeks')}."


def counted(number: int, one: str, many: str) -> str:
    """`1 follow-up`, `3 follow-ups`."""
    return f"{number} {one if number == 1 else many}"


def _mid_line(words: str) -> str:
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def age(referral: Referral) -> str:
    """`25 to 34`; what is not known says so."""
    band = AgeBand(referral.age_band)
    return "Age not known" if band is AgeBand.NOT_KNOWN else f"Aged {_mid_line(str(band.label))}"


def risk(referral: Referral) -> str:
    """`High`."""
    return str(RiskBand(referral.risk_band).label)


def children(referral: Referral) -> str:
    """Whether there are children; nobody is counted."""
    return CHILDREN.get(referral.children, "Children: not known")


def source(referral: Referral) -> str:
    """Who brought it."""
    return str(ReferralSource(referral.source).label)


def safe_contact(referral: Referral) -> SafeContact:
    """The two clear facts of a preview."""
    windows = windows_from_json(referral.safe_windows)
    return SafeContact(
        is_allowed=referral.contact == DirectContact.ALLOWED,
        windows=[in_words(windows)] if windows else [],
    )


def reason(move: str, code: str) -> str:
    """The coded reason of a move, as it is said; empty for none."""
    if move == Move.WAIT:
        return f"Until {day(date.fromisoformat(code))}"
    codes = _REASONS.get(move)
    return str(codes(code).label) if codes and code in codes.values else ""


_REASONS: Final[Mapping[str, type[TextChoices]]] = {
    Move.DECLINE: DeclineReason,
    Move.CLOSE: ClosureReason,
    Move.WITHDRAW: WithdrawalReason,
    Move.ASK: Question,
}
