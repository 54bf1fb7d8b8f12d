"""What the tales of the demonstration are told with: a police visit, somebody's answer, onward."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from accounts.models import Membership
from accounts.roles import Permission, Role
from demonstration import lives, moves
from demonstration.casebook import Casebook, Sending, begin
from demonstration.following import Following, add_rungs, start_clock
from demonstration.lives import Person
from demonstration.words import WHY_WITHOUT
from directory.areas import BCUS
from directory.contact import DirectContact
from directory.harm import Need
from directory.reasons import ReferralSource
from directory.safe_times import next_safe_time
from directory.sharing import LawfulBasis, SpecialCondition
from referrals.details import CaseDetails, ConsentDetails
from referrals.models import Referral
from visits.clock import FOLLOW_UP

WORDING: Final = "2026-1"
AGREED: Final = ConsentDetails(answer="given", method="in_person", wording_version=WORDING)
EMERGENCY: Final = ConsentDetails(
    answer="unable",
    basis=LawfulBasis.VITAL_INTERESTS,
    condition=SpecialCondition.VITAL_INTERESTS,
    ground="life_at_risk",
    safe_to_tell="not_safe",
    reason=WHY_WITHOUT,
)
ONWARD_PARTS: Final[Sequence[Sequence[str]]] = (
    ("identity", "contact", "needs"),
    ("identity", "contact", "needs", "risk"),
    ("identity", "contact", "incident", "needs", "risk"),
)


@dataclass
class Tale:
    """One case being told: whose it is, and the hands it goes through."""

    book: Casebook
    number: int
    who: Person
    referral: Referral
    follow: Following | None = None

    @property
    def dice(self) -> Random:
        """The case's own dice."""
        return self.book.dice

    @property
    def desk(self) -> str:
        """The code of the agency that was asked first."""
        return self.referral.receiving_agency.code

    def worker(self, agency: str = "") -> Membership:
        """Somebody of the desk, or of another agency, who decides."""
        return self.book.world.worker(self.dice, agency or self.desk, Permission.DECIDE)

    def later(self, at: datetime, least: float, most: float) -> datetime:
        """Some hours on."""
        return at + timedelta(minutes=self.dice.randint(int(least * 60), int(most * 60)))

    def safe(self, at: datetime) -> datetime:
        """The first safe moment from then on; that moment itself when there is none."""
        is_allowed = self.referral.contact == DirectContact.ALLOWED
        return (next_safe_time(self.book.windows, at) if is_allowed else None) or at

    def end(self) -> None:
        """Put up the rungs, now that it is known which were needed."""
        if self.follow:
            add_rungs(self.follow, self.book.now)


def officer_for(book: Casebook, area_code: str) -> Membership:
    """Somebody of the force, and of the unit, that polices an area."""
    world = book.world
    if area_code == "E06000006":
        return world.who("cheshire-police", Role.OFFICER)[0]
    units = [f"{code} {bcu.name}" for code, bcu in BCUS.items() if bcu.area.code == area_code]
    officers = world.who("merseyside-police", Role.OFFICER)
    local = [each for each in officers if any(unit in each.title for unit in units)]
    return book.dice.choice(local or officers)


def after_visit(
    tale_of: tuple[Casebook, int, Person],
    ended_at: datetime,
    *,
    officer: Membership | None = None,
    consent: ConsentDetails = AGREED,
    sent_after: timedelta | None = None,
    **facts: Any,
) -> Tale:
    """The police were with her, and refer. Not sent yet."""
    book, number, who = tale_of
    by = officer or officer_for(book, who.area_code)
    unit = by.title.partition(", ")[2].partition(" ")[0] or "07"
    details = lives.details(book.dice, who, f"{unit}/{number:06}/{ended_at:%y}", **facts)
    sending = Sending(
        by=by,
        to=book.world.agencies[book.world.desk(who.area_code)],
        source=ReferralSource.POLICE,
        visit_ended_at=ended_at,
        answer_within=FOLLOW_UP,
        route=book.world.route(who.area_code),
    )
    at = ended_at + (sent_after or timedelta(minutes=book.dice.randint(12, 150)))
    return Tale(book, number, who, begin(book, details, consent, sending, at))


def from_partner(
    tale_of: tuple[Casebook, int, Person], source: ReferralSource, at: datetime
) -> Tale:
    """Another agency refers to the desk of her area: no police visit, so no clock."""
    book, number, who = tale_of
    council = "liverpool-council"
    if who.area_code:
        desk_area = book.world.desk(who.area_code).removesuffix("-idva")
        council = f"{desk_area}-council" if desk_area != "coordinators" else "st-helens-council"
    agency = {ReferralSource.HUB: "riverside-hub", ReferralSource.HEALTH: "estuary-health"}
    by = book.world.worker(book.dice, agency.get(source, council), Permission.REFER)
    details: CaseDetails = lives.details(book.dice, who, "")
    sending = Sending(
        by=by,
        to=book.world.agencies[book.world.desk(who.area_code)],
        source=source,
        answer_within=timedelta(hours=48),
    )
    return Tale(book, number, who, begin(book, details, AGREED, sending, at))


def send(tale: Tale, at: datetime | None = None) -> None:
    """It goes off, and the clock starts if the police were there."""
    moves.send(tale.book, tale.referral, at or tale.referral.created_at)
    if tale.referral.visit_ended_at:
        tale.follow = start_clock(tale.book, tale.referral)


def onward(tale: Tale, by: Membership, at: datetime, need: Need | None = None) -> Referral | None:
    """The desk refers her on to a service that could be asked that day, if there is one."""
    book, facts = tale.book, tale.book.case
    asked = {row.receiving_agency_id for row in book.rows[Referral]}
    asked.add(tale.referral.referring_agency_id)
    wanted = [need] if need else tale.dice.sample(list(Need), k=len(Need))
    for each in wanted:
        found = book.world.suitable(each, facts.area_code, facts.age_band, at.date())
        services = [service for service in found if service.agency_id not in asked]
        if services:
            parts = tale.dice.choice(ONWARD_PARTS)
            agreed = ConsentDetails(
                answer="given", method="phone", wording_version=WORDING, compartments=parts
            )
            service = services[0] if need else tale.dice.choice(services)
            chosen = moves.Onward(service, each, agreed)
            return moves.refer_on(book, tale.referral, chosen, by=by, at=at)
    return None
