"""An opened case, part by part, with the labels of its compartments."""

from datetime import date
from typing import Final, NamedTuple

from directory.contact import ContactChannel
from portal.components import Row
from portal.referrals.checking import party_of
from portal.spoken_time import day
from referrals.compartments import FIELDS, LABELS, Compartment, Field
from referrals.models import RecordKind, Referral
from referrals.reading import OpenedCase

BEHIND_A_BUTTON: Final = "phone"


class Part(NamedTuple):
    """A compartment's title and what it says."""

    title: str
    rows: list[Row]


def parts_of(case: OpenedCase) -> list[Part]:
    """Every part that says something. The number stays behind its button."""
    found = [Part(LABELS[part], _rows(case, part)) for part in Compartment if part in FIELDS]
    return [part for part in found if part.rows]


def parts_withheld(referral: Referral) -> list[str]:
    """What the sender was not allowed to pass on, by name."""
    return [
        LABELS[part] for part in Compartment if part in FIELDS and str(part) not in referral.offered
    ]


def _rows(case: OpenedCase, part: Compartment) -> list[Row]:
    said = case.document(part)
    rows = [
        Row(field.label, _spoken(name, field, said[name]))
        for name, field in FIELDS[part].items()
        if said.get(name)
    ]
    parties = [
        record
        for record in case.records
        if record.kind == RecordKind.PARTY and record.compartment == part
    ]
    return rows + [Row(*party_of(record.code, record.document)) for record in parties]


def _spoken(name: str, field: Field, said: str) -> str:
    """A field as people say it; the number is left to its button."""
    if name == BEHIND_A_BUTTON:
        return "Behind “Show number”"
    if name == "channel" and said in ContactChannel.values:
        return str(ContactChannel(said).label)
    return day(date.fromisoformat(said)) if field.is_day else said
