"""An opened case, part by part, with the labels of its compartments."""

from datetime import date, datetime
from typing import Final, NamedTuple

from django.utils import timezone

from directory.contact import ContactChannel
from directory.sharing import ConsentAnswer, ConsentMethod, OverrideGround, SafeToTell
from portal import words
from portal.components import Row
from portal.referrals.checking import party_of
from portal.spoken_time import capitalised, day, day_and_time
from referrals.compartments import FIELDS, LABELS, Compartment, Field
from referrals.keeping import document_of
from referrals.models import ConsentEntry, RecordKind, Referral
from referrals.reading import OpenedCase

BEHIND_A_BUTTON: Final = "phone"
YES_OR_NO: Final = frozenset({"leave_message", "interpreter"})
SAID: Final = {"yes": "Yes", "no": "No", "not_known": "Not known"}


class Part(NamedTuple):
    """A compartment's title and what it says."""

    title: str
    rows: list[Row]


def facts_of(referral: Referral) -> Part:
    """The clear facts, which the preview showed as well."""
    ended_at = referral.visit_ended_at
    rows = [
        Row("Harm", words.harm(referral)),
        Row("Risk", words.risk(referral)),
        Row("Age", words.age(referral)),
        Row("Children", words.children(referral)),
        Row("Help wanted", words.needs(referral)),
        Row("Police visit ended", spoken_moment(ended_at) if ended_at else ""),
        Row("From", f"{referral.sent_by.display_name}, {referral.referring_agency.name}"),
    ]
    return Part("At a glance", [row for row in rows if row.value])


def agreement_of(line: ConsentEntry | None) -> Part:
    """What she answered, or on what ground it was shared without."""
    if line is None:
        return Part("Agreement", [])
    rows = [
        Row("Their answer", str(ConsentAnswer(line.answer).label)),
        _how(line),
        Row("Safe to tell them?", _safe(line.safe_to_tell)),
        Row("Taken", spoken_moment(line.taken_at)),
    ]
    return Part("Agreement", [row for row in rows if row.value])


def spoken_moment(at: datetime) -> str:
    """`Today at 7:42am`."""
    return capitalised(day_and_time(at, now=timezone.now()))


def _how(line: ConsentEntry) -> Row:
    if line.ground:
        return Row("Ground", str(OverrideGround(line.ground).label))
    method = str(ConsentMethod(line.method).label) if line.method else ""
    return Row("How", f"{method}, wording {line.wording_version}" if method else "")


def _safe(code: str) -> str:
    return str(SafeToTell(code).label) if code else ""


def parts_of(case: OpenedCase, *, with_number: bool = False) -> list[Part]:
    """Every part that says something. The number stays behind its button, unless there is none."""
    hidden = "" if with_number else BEHIND_A_BUTTON
    found = [
        Part(LABELS[part], _rows(case, part, hidden)) for part in Compartment if part in FIELDS
    ]
    return [part for part in found if part.rows]


def parts_withheld(referral: Referral) -> list[str]:
    """What the sender was not allowed to pass on, by name."""
    return [
        LABELS[part] for part in Compartment if part in FIELDS and str(part) not in referral.offered
    ]


def _rows(case: OpenedCase, part: Compartment, hidden: str) -> list[Row]:
    said = document_of(case.handed_out(), part)
    rows = [
        Row(field.label, _spoken(name, field, said[name], hidden))
        for name, field in FIELDS[part].items()
        if said.get(name)
    ]
    parties = [
        record
        for record in case.records
        if record.kind == RecordKind.PARTY and record.compartment == part
    ]
    return rows + [Row(*party_of(record.code, record.document)) for record in parties]


def _spoken(name: str, field: Field, said: str, hidden: str) -> str:
    """A field as people say it; the number is left to its button."""
    if name == hidden:
        return "Behind “Show number”"
    if name == "channel" and said in ContactChannel.values:
        return str(ContactChannel(said).label)
    if name in YES_OR_NO:
        return SAID.get(said, said)
    return day(date.fromisoformat(said)) if field.is_day else said
