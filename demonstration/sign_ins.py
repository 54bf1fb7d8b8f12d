"""``var/demo.json``: who can sign in and how, so that people and scripts can drive the product."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from demonstration.agencies import AGENCIES
from demonstration.staff import PASSWORD, STAFF, SYSTEMS
from directory.areas import LIVERPOOL

PRIVATE: Final = 0o600
_NAMES: Final = {new.code: new.name for new in AGENCIES}


def write_sign_ins(path: Path, *, url: str, at: datetime) -> None:
    """Write the file anew, for its owner's eyes only; whoever reads it meets a whole one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=PRIVATE)
    draft.write_text(json.dumps(sign_ins(url, at=at), ensure_ascii=False, indent=2) + "\n")
    draft.replace(path)


def sign_ins(url: str, *, at: datetime) -> dict[str, Any]:
    """What the file says."""
    return {
        "url": url,
        "accounts": [
            {
                "role": str(new.role),
                "agency": _NAMES[new.agency],
                "email": new.email,
                "password": PASSWORD,
                "totp_secret": new.totp_secret,
            }
            for new in STAFF
        ],
        "api_clients": [
            {
                "agency": _NAMES[system.agency],
                "client_id": system.client_id,
                "client_secret": system.secret,
                "scopes": list(system.scopes),
                "token_url": f"{url}/api/v1/token/",
            }
            for system in SYSTEMS
        ],
        "example_referral": example_referral(at),
    }


def example_referral(at: datetime) -> Mapping[str, Any]:
    """A body for ``POST /api/v1/referrals/``: the police left two hours ago."""
    weekdays = ("mon", "tue", "wed", "thu", "fri")
    return {
        "visit_ended_at": (at - timedelta(hours=2)).isoformat(timespec="seconds"),
        "area_code": LIVERPOOL.code,
        "harm_strands": ["domestic_abuse", "stalking"],
        "risk_band": "high",
        "children": True,
        "needs": ["idva", "home_security"],
        "contact": {
            "direct": "allowed",
            "safe_windows": [{"day": day, "from": "09:00", "to": "12:00"} for day in weekdays],
        },
        "consent": {"answer": "given", "method": "in_person", "wording_version": "2026-1"},
        "case": _EXAMPLE_CASE,
        "parties": [
            {
                "kind": "alleged_perpetrator",
                "relationship": "former_partner",
                "details": {"given_name": "Corin", "family_name": "Blackthorn-Example"},
            }
        ],
    }


_EXAMPLE_CASE: Final = {
    "identity": {
        "given_name": "Zoë",
        "family_name": "O’Example",
        "born_on": "1991-04-23",
        "language": "English",
        "children": "Two, aged 4 and 7",
    },
    "contact": {
        "phone": "07700 900123",
        "channel": "phone_call",
        "what_to_say": "Say it is about the library book.",
        "leave_message": "no",
    },
    "address": {"staying_at": "With her sister", "police_known": "1 Invented Street, Liverpool"},
    "incident": {
        "summary": "He came to the house at night and would not leave; a door was broken.",
        "crime_reference": "05E1/00042/26",
        "officer": "Constable O’Dell-Ashby",
    },
    "risk": {"grounds": "Separated last month; threats to kill; he has a key."},
    "needs": {"wanted": "New locks, and somebody to come to court with her."},
}
