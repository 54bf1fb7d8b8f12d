"""Invented lives: who the person is, what happened to her, and what she agreed to."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from demonstration import words
from demonstration.names import Name, man, woman
from directory.areas import AREAS, HALTON, KNOWSLEY, LIVERPOOL, SEFTON, ST_HELENS, WIRRAL
from directory.contact import DirectContact
from directory.harm import HarmStrand, Need, RiskBand
from directory.safe_times import SafeTime, windows_of
from directory.sharing import PartyKind, Relationship
from referrals.details import CaseDetails, PartyDetails

AREA_SHARES: Final = {
    LIVERPOOL.code: 32,
    WIRRAL.code: 21,
    SEFTON.code: 17,
    ST_HELENS.code: 11,
    KNOWSLEY.code: 10,
    HALTON.code: 8,
    "": 1,
}
"""Per hundred cases, by population; some live outside the region."""
_H, _N, _R = HarmStrand, Need, RiskBand
STRANDS: Final = (
    (56, (_H.DOMESTIC_ABUSE,)),
    (11, (_H.DOMESTIC_ABUSE, _H.STALKING)),
    (9, (_H.DOMESTIC_ABUSE, _H.SEXUAL_VIOLENCE)),
    (4, (_H.DOMESTIC_ABUSE, _H.HARASSMENT)),
    (8, (_H.SEXUAL_VIOLENCE,)),
    (4, (_H.STALKING,)),
    (2, (_H.HONOUR_BASED_ABUSE, _H.DOMESTIC_ABUSE)),
    (1, (_H.FORCED_MARRIAGE, _H.HONOUR_BASED_ABUSE)),
    (1, (_H.FGM,)),
    (1, (_H.SEXUAL_EXPLOITATION,)),
    (1, (_H.SEX_WORK,)),
    (1, (_H.CHILD_SEXUAL_EXPLOITATION,)),
    (1, (_H.NOT_KNOWN,)),
)
RISKS: Final = ((36, _R.HIGH), (34, _R.MEDIUM), (25, _R.STANDARD), (5, _R.NOT_ASSESSED))
AGES: Final = ((1, 13, 15), (2, 16, 17), (20, 18, 24), (33, 25, 34), (24, 35, 44), (12, 45, 54))
OLDER: Final = ((5, 55, 64), (3, 65, 88))
PHONES: Final = 800
"""Drama numbers left for the persons (07700 900200 to 900999); no two of them share one."""
MEN_IN_A_THOUSAND: Final = 64
HELD_IN_A_HUNDRED: Final = 9


@dataclass(frozen=True)
class Person:
    """Somebody invented, who may come back with another case."""

    name: Name
    born_on: date
    phone: str
    is_man: bool
    area_code: str
    children: int


def person(dice: Random, number: int, on: date, area_code: str | None = None) -> Person:
    """Somebody as of a day. The first few hundred have telephones."""
    is_man = dice.randrange(1000) < MEN_IN_A_THOUSAND
    area = dice.choices(list(AREA_SHARES), list(AREA_SHARES.values()))[0]
    _, youngest, oldest = _drawn(dice, AGES + OLDER)
    age_in_days = dice.randint(youngest * 366, oldest * 365)
    return Person(
        name=man(dice) if is_man else woman(dice),
        born_on=on - timedelta(days=age_in_days),
        phone=f"07700 9{200 + number:05}" if number < PHONES else "",
        is_man=is_man,
        area_code=area if area_code is None else area_code,
        children=max(0, dice.randint(-3, 3)),
    )


def details(dice: Random, who: Person, crime: str, **changes: Any) -> CaseDetails:
    """What the police write down after they were with her."""
    strands = changes.get("harm_strands") or _drawn(dice, STRANDS)[1]
    held = dice.randrange(100) < HELD_IN_A_HUNDRED
    windows = () if held else windows_of([dice.choice(list(SafeTime))])
    facts: dict[str, Any] = {
        "area_code": who.area_code,
        "harm_strands": strands,
        "risk_band": _drawn(dice, RISKS)[1],
        "children": who.children > 0 if dice.randrange(10) else None,
        "needs": needs_of(dice, strands),
        "contact": DirectContact.HELD if held else DirectContact.ALLOWED,
        "safe_windows": windows,
        "parties": _parties(dice, who),
    }
    facts |= changes
    documents = _documents(dice, who, crime, strands[0])
    return CaseDetails(**facts, documents=documents)


def needs_of(dice: Random, strands: tuple[HarmStrand, ...]) -> list[Need]:
    """What help goes with what happened."""
    found = {_H.SEXUAL_VIOLENCE: _N.ISVA, _H.STALKING: _N.STALKING_ADVOCACY}
    found |= {_H.FORCED_MARRIAGE: _N.HARMFUL_PRACTICES, _H.SEX_WORK: _N.SEX_WORKER_SUPPORT}
    needs = {found.get(strand, _N.IDVA) for strand in strands}
    needs |= {dice.choice([_N.COUNSELLING, _N.HOUSING, _N.HOME_SECURITY, _N.LEGAL, _N.COURT])}
    return sorted(needs)


def area_name(area_code: str) -> str:
    """Where that is, for a sentence."""
    return AREAS[area_code].name if area_code else "outside the region"


def _documents(
    dice: Random, who: Person, crime: str, strand: HarmStrand
) -> dict[str, dict[str, str]]:
    identity = {
        "given_name": who.name.given,
        "family_name": who.name.family,
        "born_on": who.born_on.isoformat() if dice.randrange(15) else "",
        "language": who.name.language,
        "interpreter": who.name.language if who.name.language != "English" else "",
        "children": f"{who.children} at home" if who.children else "",
    }
    contact = {
        "phone": who.phone,
        "channel": dice.choice(["phone_call", "withheld_call", "text"]),
        "what_to_say": dice.choice(words.SAY),
        "leave_message": "no",
    }
    street = f"{dice.randint(1, 98)} {dice.choice(_STREETS)}, {area_name(who.area_code)}"
    risk = {"grounds": dice.choice(words.RISK), "feared": dice.choice(words.FEARED)}
    return {
        "identity": identity,
        "contact": contact,
        "address": {"staying_at": dice.choice(words.STAYING), "police_known": street},
        "incident": {"summary": dice.choice(words.HAPPENED[strand]), "crime_reference": crime},
        "risk": risk | {"hazards": dice.choice(words.HAZARDS)},
        "needs": {"wanted": dice.choice(words.WANTED)},
    }


_RELATIONSHIPS: Final = (
    Relationship.PARTNER,
    Relationship.FORMER_PARTNER,
    Relationship.FORMER_PARTNER,
    Relationship.OTHER_FAMILY,
    Relationship.NOT_KNOWN,
)
_STREETS: Final = ("Invented Street", "Imaginary Road", "Nowhere Lane", "Madeup Avenue")


def _parties(dice: Random, who: Person) -> list[PartyDetails]:
    harms = woman(dice) if who.is_man else man(dice)
    relationship = dice.choice(_RELATIONSHIPS)
    given = {"given_name": harms.given, "family_name": harms.family}
    parties = [
        PartyDetails(kind=PartyKind.ALLEGED_PERPETRATOR, relationship=relationship, document=given)
    ]
    for _ in range(who.children):
        child = {"given_name": woman(dice).given, "family_name": who.name.family}
        parties.append(
            PartyDetails(kind=PartyKind.CHILD, relationship=Relationship.CHILD, document=child)
        )
    return parties


def _drawn(dice: Random, shares: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
    """One of the rows, by the share it begins with."""
    return dice.choices(shares, [share[0] for share in shares])[0]
