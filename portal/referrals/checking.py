"""What a draft says, laid out to be checked: safe contact before everything else."""

from datetime import date
from typing import Final, NamedTuple

from django.utils import timezone

from accounts.models import Agency
from directory.safe_times import in_words, windows_from_json
from directory.sharing import ConsentMethod, Relationship
from portal import words
from portal.components import Row
from portal.referrals.forms import Contact
from portal.spoken_time import capitalised, day, day_and_time
from referrals.models import ConsentEntry, RecordKind, Referral
from referrals.reading import OpenedCase

PLACES: Final = {"Agreement": 1, "Person": 2, "Safe contact": 3, "What happened": 4}


class Card(NamedTuple):
    """A titled list of answers."""

    title: str
    rows: list[Row]


def cards(case: OpenedCase, consent: ConsentEntry | None, *, change_url: str) -> list[Card]:
    """Everything that will be sent, each part with the way back to change it."""
    made = [
        Card("Safe contact", _contact(case)),
        Card("Agreement", _agreement(case, consent)),
        Card("Person", _person(case)),
        Card("What happened", _happened(case)),
    ]
    return [
        Card(card.title, _with_change(card.rows, f"{change_url}#part-{PLACES[card.title]}"))
        for card in made
    ]


def _with_change(rows: list[Row], url: str) -> list[Row]:
    said = [row for row in rows if row.value]
    return [Row(row.key, row.value, url) for row in said]


def _contact(case: OpenedCase) -> list[Row]:
    contact, address = case.document("contact"), case.document("address")
    channel = contact.get("channel", "")
    windows = windows_from_json(case.referral.safe_windows)
    return [
        Row("How", str(Contact(channel).label if channel else Contact.NONE.label)),
        Row("When", in_words(windows)),
        Row("What to say", contact.get("what_to_say", "")),
        Row("Somebody safe", contact.get("safe_person", "")),
        Row("Area team", f"{words.area(case.referral)}: {case.referral.receiving_agency.name}"),
        Row("Postcode", address.get("postcode", "")),
        Row("Staying at", address.get("staying_at", "")),
    ]


def _agreement(case: OpenedCase, consent: ConsentEntry | None) -> list[Row]:
    if consent is None or consent.ground:
        reason = case.document("incident").get("override_reason", "")
        return [Row("Agreement", "None: shared because a life is at risk"), Row("Why", reason)]
    method = str(ConsentMethod(consent.method).label)
    return [Row("Agreement", f"Given. {method}, wording {consent.wording_version}")]


def _person(case: OpenedCase) -> list[Row]:
    person = case.document("identity")
    return [
        Row("Name", name_of(case)),
        Row("Date of birth", _day(person.get("born_on", ""))),
        Row("Language", person.get("language", "")),
        Row("Interpreter", person.get("interpreter", "")),
    ]


def _happened(case: OpenedCase) -> list[Row]:
    incident, referral = case.document("incident"), case.referral
    return [
        Row("Police visit ended", _when(referral)),
        Row("Harm", words.harm(referral)),
        Row("Risk", words.risk(referral)),
        Row("Children", words.children(referral)),
        Row("What happened", incident.get("summary", "")),
        Row("Crime reference", incident.get("crime_reference", "")),
        *_parties(case),
    ]


def _parties(case: OpenedCase) -> list[Row]:
    parties = [record for record in case.records if record.kind == RecordKind.PARTY]
    return [Row(*party_of(party.code, party.document)) for party in parties]


def party_of(code: str, document: object) -> tuple[str, str]:
    """What a party is, and who: `Alleged perpetrator`, `Alex Harte (partner)`."""
    kind, _, relationship = code.partition(":")
    facts = dict(document) if isinstance(document, dict) else {}
    name = f"{facts.get('given_name', '')} {facts.get('family_name', '')}".strip()
    said = _said_of(relationship)
    works = _works_for(facts.get("works_for", ""))
    return kind.replace("_", " ").capitalize(), f"{name or 'Name not given'} ({said}{works})"


def _works_for(code: str) -> str:
    agency = Agency.objects.filter(code=code).first() if code else None
    return f", works for {agency.name if agency else code}" if code else ""


def _said_of(relationship: str) -> str:
    if relationship not in Relationship.values or relationship == Relationship.NOT_KNOWN:
        return "relationship not known"
    return str(Relationship(relationship).label).lower()


def _day(text: str) -> str:
    return day(date.fromisoformat(text)) if text else ""


def _when(referral: Referral) -> str:
    ended_at = referral.visit_ended_at
    return capitalised(day_and_time(ended_at, now=timezone.now())) if ended_at else ""


def name_of(case: OpenedCase) -> str:
    """The person's name, or that none was given."""
    person = case.document("identity")
    return f"{person.get('given_name', '')} {person.get('family_name', '')}".strip() or (
        "Name not given"
    )
