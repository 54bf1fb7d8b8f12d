"""A word of its own in every place that is sealed, and in what is refused."""

import json
import secrets
import string
from datetime import date, timedelta
from typing import Any

from directory.contact import ContactChannel
from referrals.compartments import FIELDS, PARTY
from referrals.employers import FIELD

ENOUGH = 24
_LETTERS = "bcdfghjkmnpqrstvwxz"


class Words:
    """Words that hold one mark. Where a mark does not fit, a short word is kept as well."""

    def __init__(self) -> None:
        self.mark = "".join(secrets.choice(_LETTERS) for _ in range(16))
        self.short: list[str] = []
        self.said: list[str] = []

    def next(self, most: int = 100) -> str:
        """A word nobody used yet."""
        if most < ENOUGH:
            word = "".join(secrets.choice(_LETTERS) for _ in range(most))
            self.short.append(word)
        else:
            word = f"{self.mark}{len(self.said):04d}"
        self.said.append(word)
        return word

    def day(self) -> str:
        """A date of birth nobody in the world has."""
        day = str(date(1920, 1, 1) + timedelta(days=secrets.randbelow(3650)))
        self.short.append(day)
        self.said.append(day)
        return day

    def number(self) -> str:
        """A telephone number nobody in the world has."""
        number = "07" + "".join(secrets.choice(string.digits) for _ in range(9))
        self.short.append(number)
        self.said.append(number)
        return number

    def document(self, fields: Any) -> dict[str, str]:
        """A document with a word in every field."""
        return {name: self._for(name, field) for name, field in fields.items()}

    def _for(self, name: str, field: Any) -> str:
        if field.is_day:
            return self.day()
        if name == "phone":
            return self.number()
        if name == "channel":
            return str(ContactChannel.TEXT)
        return f"{self.next()}@example.org" if name == "email" else self.next(field.most)

    @property
    def all(self) -> list[bytes]:
        """What to look for."""
        return [word.encode() for word in (self.mark, *self.short)]


def whole_case(words: Words) -> dict[str, Any]:
    """A case with a word in every field there is."""
    parts = {str(part): words.document(fields) for part, fields in FIELDS.items()}
    return {"case": parts, "parties": [party(words)]}


def unreadable(words: Words, case: dict[str, Any]) -> dict[str, Any]:
    """The case without its code word, where nobody comes to the step at which it is shown."""
    words.said.remove(case["case"]["contact"].pop("code_word"))
    return case


def party(words: Words) -> dict[str, Any]:
    """Another person, with a word in every field but the agency they work for: it is a code."""
    fields = {name: field for name, field in PARTY.items() if name != FIELD}
    return {
        "kind": "alleged_perpetrator",
        "relationship": "partner",
        "details": {**words.document(fields), FIELD: "rowan"},
    }


def override(words: Words) -> dict[str, Any]:
    """Shared without agreement, and why."""
    return {
        "answer": "not_asked_unsafe",
        "basis": "vital_interests",
        "condition": "vital_interests",
        "ground": "life_at_risk",
        "safe_to_tell": "not_safe",
        "reason": f"Life is at risk: {words.next()}",
    }


def refused(good: dict[str, Any], words: Words) -> list[bytes]:
    """Bodies that are refused, each with a word where it is wrong."""
    identity = {"given_name": words.next(), "family_name": words.next()}
    wrong: list[dict[str, Any]] = [
        {"risk_band": words.next()},
        {"area_code": words.next()},
        {"postcode": words.next(10), "area_code": ""},
        {"visit_ended_at": words.next()},
        {"harm_strands": [words.next()]},
        {"consent": {"answer": words.next()}},
        {"consent": {"answer": "refused", "reason": words.next()}},
        {"contact": {"direct": words.next()}},
        {"case": {"identity": {**identity, "born_on": words.next()}}},
        {"case": {"identity": {**identity, "given_name": words.next() * 30}}},
        {"case": {"identity": {**identity, "known_as": f"{words.next()}\x07"}}},
        {"case": {"identity": {**identity, "shoe_size": words.next()}}},
        {"case": {words.next(): identity}},
        {"case": words.next()},
        {"parties": [{"kind": words.next(), "relationship": "partner"}]},
        {"case": {"identity": identity}, "visit_ended_at": "2020-01-01T00:00:00Z"},
        {words.next(): words.next()},
    ]
    bodies = [json.dumps({**good, **change}).encode() for change in wrong]
    broken = json.dumps({**good, "case": {"identity": identity}}).encode()
    return [*bodies, broken[:-2], broken.replace(b"{", b"[", 1), broken + b"\xff"]
