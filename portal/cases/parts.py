"""An opened case, part by part, with the labels of its compartments."""

from typing import NamedTuple

from portal.components import Row
from portal.referrals.checking import party_of
from referrals.compartments import FIELDS, LABELS, Compartment
from referrals.models import RecordKind, Referral
from referrals.reading import OpenedCase

BEHIND_A_BUTTON = "phone"


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
        Row(field.label, said[name] if name != BEHIND_A_BUTTON else "Behind “Show number”")
        for name, field in FIELDS[part].items()
        if said.get(name)
    ]
    parties = [
        record
        for record in case.records
        if record.kind == RecordKind.PARTY and record.compartment == part
    ]
    return rows + [Row(*party_of(record.code, record.document)) for record in parties]
