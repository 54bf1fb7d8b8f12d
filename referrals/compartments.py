"""What a case holds under which key, and what each part may contain.

A compartment has a key of its own in every epoch; what an agency was not granted, it cannot
open. Immigration status has no place in any of them (``docs/adr``), and a test keeps it so.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from referrals.errors import NotWellFormed


class Compartment(StrEnum):
    """The parts of a case that are shared, or not, one by one."""

    IDENTITY = "identity"
    CONTACT = "contact"
    ADDRESS = "address"
    INCIDENT = "incident"
    RISK = "risk"
    NEEDS = "needs"
    ATTACHMENTS = "attachments"


LABELS: Final[Mapping[Compartment, str]] = {
    Compartment.IDENTITY: "Name, date of birth and children",
    Compartment.CONTACT: "How to be in touch safely",
    Compartment.ADDRESS: "Where they are staying",
    Compartment.INCIDENT: "What happened",
    Compartment.RISK: "Risk and who the risk is from",
    Compartment.NEEDS: "What help is wanted",
    Compartment.ATTACHMENTS: "Documents",
}


def notes_of(agency_id: int) -> str:
    """The compartment of an agency's own notes, which it never shares."""
    return f"notes:{agency_id}"


class Field(NamedTuple):
    """One thing a document may say: its label and its greatest length in characters."""

    label: str
    most: int = 200
    is_day: bool = False


LONG: Final = 10_000
UNKEEPABLE: Final = frozenset({"Cc", "Cs"})
"""Control characters, and halves of characters that no encoding has."""
Document = Mapping[str, str]

FIELDS: Final[Mapping[str, Mapping[str, Field]]] = {
    Compartment.IDENTITY: {
        "given_name": Field("Given name", 100),
        "family_name": Field("Family name", 100),
        "known_as": Field("Known as", 100),
        "born_on": Field("Date of birth", is_day=True),
        "language": Field("Language", 60),
        "interpreter": Field("Interpreter needed", 200),
        "children": Field("Children in the household", 1000),
    },
    Compartment.CONTACT: {
        "phone": Field("Phone number", 40),
        "channel": Field("How", 40),
        "who_may_answer": Field("Who may answer"),
        "leave_message": Field("May a message be left", 10),
        "what_to_say": Field("What to say", 500),
        "code_word": Field("Code word", 60),
        "safe_person": Field("Somebody safe to go through", 300),
        "email": Field("E-mail address", 254),
    },
    Compartment.ADDRESS: {
        "staying_at": Field("Where they are staying", 500),
        "postcode": Field("Postcode", 10),
        "police_known": Field("Address the police were called to", 500),
        "access": Field("Getting in", 500),
    },
    Compartment.INCIDENT: {
        "summary": Field("What happened", LONG),
        "crime_reference": Field("Crime or incident reference", 60),
        "officer": Field("Officer in the case", 100),
        "override_reason": Field("Why it is shared without agreement", LONG),
    },
    Compartment.RISK: {
        "grounds": Field("Why this risk level", LONG),
        "tool": Field("Risk tool and score", 200),
        "feared": Field("Who and what they fear", 2000),
        "hazards": Field("Hazards to visitors", 2000),
    },
    Compartment.NEEDS: {
        "wanted": Field("Help that is wanted", LONG),
        "access_needs": Field("Access needs", 1000),
    },
}
PARTY: Final[Mapping[str, Field]] = {
    "given_name": Field("Given name", 100),
    "family_name": Field("Family name", 100),
    "born_on": Field("Date of birth", is_day=True),
    "works_for": Field("Works for", 60),
    "whereabouts": Field("Where they are", 500),
    "details": Field("Details", 2000),
}
WAY: Final[Mapping[str, Field]] = {
    "phone": Field("Phone number", 40),
    "email": Field("E-mail address", 254),
    "safe_person": Field("Somebody safe to go through", 300),
    "who_may_answer": Field("Who may answer"),
    "leave_message": Field("May a message be left", 10),
    "withheld_only": Field("Only from a withheld number", 10),
    "anonymous": Field("Do not say who we are", 10),
    "what_to_say": Field("What to say", 500),
    "if_not_them": Field("What to say if somebody else answers", 500),
    "code_word": Field("Code word", 60),
}
"""What is agreed about one way to be in touch. The code word is said at the calling step alone."""
NOTE: Final[Mapping[str, Field]] = {"text": Field("Note", LONG)}
TITLE: Final[Mapping[str, Field]] = {"title": Field("What it is", 120)}


def cleaned(compartment: str, document: Document) -> dict[str, str]:
    """A document fit to be sealed: known fields, NFC, no control characters, nothing too long.

    :raises NotWellFormed: naming the field, never repeating what was typed.
    """
    if compartment not in FIELDS:
        raise NotWellFormed(compartment, "There is no part of a case of that name to write in.")
    return _cleaned(compartment, FIELDS[compartment], document)


def cleaned_party(document: Document) -> dict[str, str]:
    """What is known of another person in the case, fit to be sealed."""
    return _cleaned("party", PARTY, document)


def cleaned_way(document: Document) -> dict[str, str]:
    """The words of one way to be in touch, fit to be sealed."""
    return _cleaned("way", WAY, document)


def cleaned_note(text: str) -> dict[str, str]:
    """A note of an agency's own, fit to be sealed."""
    return _cleaned("note", NOTE, {"text": text})


def cleaned_title(text: str) -> dict[str, str]:
    """What a file is, in somebody's words, fit to be sealed."""
    return {
        name: " ".join(said.split()) for name, said in _cleaned("", TITLE, {"title": text}).items()
    }


def _cleaned(part: str, fields: Mapping[str, Field], document: Document) -> dict[str, str]:
    for unknown in document.keys() - fields.keys():
        raise NotWellFormed(f"{part}.{unknown}", "There is no field of that name.")
    texts = {
        name: _clean_text(f"{part}.{name}", field, document[name])
        for name, field in fields.items()
        if document.get(name)
    }
    return {name: text for name, text in texts.items() if text}


def _clean_text(pointer: str, field: Field, given: object) -> str:
    if not isinstance(given, str):
        raise NotWellFormed(pointer, f"{field.label} must be text.")
    text = unicodedata.normalize("NFC", given).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > field.most:
        raise NotWellFormed(pointer, f"{field.label} must be {field.most:,} characters or fewer.")
    if any(unicodedata.category(sign) in UNKEEPABLE and sign not in "\n\t" for sign in text):
        raise NotWellFormed(pointer, f"{field.label} holds a character that cannot be kept.")
    if field.is_day and text:
        _check_day(pointer, field, text)
    return text


def _check_day(pointer: str, field: Field, text: str) -> None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise NotWellFormed(pointer, f"{field.label} must be a real date, like 1991-04-23.")
