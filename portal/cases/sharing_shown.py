"""Who may see the case and who has seen it, in words: for the worker, and on paper for her."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Agency, Membership
from directory.sharing import ConsentAnswer, LawfulBasis, OverrideGround, SafeToTell
from portal.cases.sharing_forms import named
from portal.components import Row
from portal.spoken_time import capitalised, day, day_and_time
from referrals import consent as ledger
from referrals.models import ConsentEntry, Referral
from referrals.sharings import Granted, Said, Sharings


@dataclass(frozen=True)
class Recipient:
    """An agency she can say something about here: what stands, by which referral."""

    reference: str
    name: str
    line: ConsentEntry | None
    stands: bool
    parts: str
    ends_at: datetime | None
    is_ours: bool

    @property
    def ground(self) -> str:
        """On what ground it is shared without her agreement, if it is."""
        code = self.line.ground if self.line else ""
        return str(OverrideGround(code).label) if code else ""


def recipient_of(referral: Referral, member: Membership, at: datetime) -> Recipient:
    """How her agreement to a referral's receiver stands."""
    line = ledger.newest_line(referral.case_id, referral.receiving_agency_id)
    stands = line is not None and ledger.allows(line, at=at)
    return Recipient(
        reference=referral.reference,
        name=str(referral.service or referral.receiving_agency),
        line=line,
        stands=stands,
        parts=parts_said(line.compartments) if line else "",
        ends_at=ledger.closes_at(line) if line and stands else None,
        is_ours=referral.receiving_agency_id == member.agency_id,
    )


def parts_said(parts: Iterable[str]) -> str:
    """Parts of a case by name."""
    return "; ".join(label for _, label in named(parts)) or "Nothing"


@dataclass(frozen=True)
class Shared:
    """One sharing: with whom, what, from when to when, and who of it has read it how often."""

    name: str
    rows: list[Row]
    is_live: bool


def shared_with(found: Sharings, at: datetime) -> list[Shared]:
    """Every access there is or was, with its readings; those that are open come first."""
    names = _names(found)
    shown = [_shared(found, grant, names, at) for grant in found.granted]
    return sorted(shown, key=lambda each: not each.is_live)


def lines_said(found: Sharings) -> list[tuple[datetime, str, str]]:
    """The ledger, newest first: when, with whom, and what was said on which footing."""
    names = _names(found)
    return [
        (said.taken_at, names.get(said.recipient_id, ""), _in_words(said, names))
        for said in reversed(found.said)
    ]


def for_her(found: Sharings, at: datetime) -> tuple[list[tuple[str, str, str, str]], int]:
    """Who may see what until when and how often they looked, and how many are left out, because
    it is recorded that it is not safe to tell her."""
    names, hidden = _names(found), _not_safe_to_tell(found)
    live = [grant for grant in found.granted if grant.is_live(at)]
    told = [
        (
            names.get(grant.agency_id, ""),
            parts_said(grant.compartments),
            day(grant.expires_at) if grant.expires_at else "",
            _times(len(found.read_by(grant.agency_id))),
        )
        for grant in live
        if grant.agency_id not in hidden
    ]
    return told, len(live) - len(told)


def _names(found: Sharings) -> Mapping[int, str]:
    ids = {grant.agency_id for grant in found.granted}
    ids |= {each for said in found.said for each in (said.recipient_id, said.taken_by_agency_id)}
    return dict(Agency.objects.filter(pk__in=ids).values_list("pk", "name"))


def _not_safe_to_tell(found: Sharings) -> set[int]:
    newest = {said.recipient_id: said for said in found.said}
    return {pk for pk, said in newest.items() if said.safe_to_tell == SafeToTell.NOT_SAFE}


def _shared(found: Sharings, grant: Granted, names: Mapping[int, str], at: datetime) -> Shared:
    over = grant.revoked_at or (grant.expires_at if not grant.is_live(at) else None)
    until = _moment(over, at) if over else "Open"
    if not over and grant.expires_at:
        until = f"Closes {day_and_time(grant.expires_at, now=at)}"
    elif not over and not grant.is_added_to:
        until = "Keeps what it had; gets nothing new"
    readings = [each for each in found.read_by(grant.agency_id) if _within(each.at, grant)]
    rows = [
        Row("What", parts_said(grant.compartments)),
        Row("From", _moment(grant.granted_at, at)),
        Row("Until", until),
        Row("Read", _read(readings[-1].at, len(readings), at) if readings else "Not yet"),
    ]
    return Shared(names.get(grant.agency_id, ""), rows, grant.is_live(at))


def _within(at: datetime, grant: Granted) -> bool:
    return at >= grant.granted_at and (grant.revoked_at is None or at <= grant.revoked_at)


def _read(last: datetime, count: int, at: datetime) -> str:
    return f"{_times(count)}, last {day_and_time(last, now=at)}"


def _times(count: int) -> str:
    return "Once" if count == 1 else f"{count} times" if count else "Not yet"


def _moment(at: datetime, now: datetime) -> str:
    return capitalised(day_and_time(at, now=now))


def _in_words(said: Said, names: Mapping[int, str]) -> str:
    by = names.get(said.taken_by_agency_id, "")
    if said.is_withdrawal:
        return f"Taken back, or turned down. Recorded by {by}."
    parts, basis = parts_said(said.compartments), LawfulBasis(said.basis).label
    if not said.ground:
        answer = ConsentAnswer(said.answer).label
        return f"{answer}: {parts}. Basis: {basis}. Recorded by {by}."
    ground = OverrideGround(said.ground).label
    second = "approved by a second person" if said.is_approved else "no second person yet"
    return f"Without agreement ({ground}, {second}): {parts}. Basis: {basis}. Recorded by {by}."
