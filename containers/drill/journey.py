"""The journey over REST, from the police visit to the service's answer."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from drill.report import check
from drill.world import ADVISER, LIVERPOOL, World

REFERRALS = "/api/v1/referrals/"
CONSENT = {"answer": "given", "method": "in_person", "wording_version": "2026-1"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANY_TIME = [{"day": day, "from": "00:00", "to": "00:00"} for day in DAYS]
"""Safe at every hour, so that the drill may be run at any."""
PASSED_ON = {"identity", "contact", "needs"}


def referral(name: str, ended_at: datetime) -> dict[str, Any]:
    """What the police send."""
    return {
        "visit_ended_at": ended_at.isoformat(),
        "area_code": LIVERPOOL,
        "harm_strands": ["domestic_abuse"],
        "risk_band": "high",
        "needs": ["counselling"],
        "contact": {"direct": "allowed", "safe_windows": ANY_TIME},
        "consent": CONSENT,
        "case": {
            "identity": {"given_name": name, "family_name": "O’Nyström", "born_on": "1991-04-23"},
            "contact": {"phone": "07700 900461", "channel": "phone_call"},
            "incident": {"summary": "Threatened at home."},
            "needs": {"wanted": "Somebody to talk to"},
        },
    }


def walk(world: World) -> str:
    """Create, accept, open, book, outcome, refer on, accept, status; its first reference."""
    ended_at = datetime.now(UTC) - timedelta(hours=2)
    sent = world.police.post(REFERRALS, referral("Zoë", ended_at))
    reference = str(sent["reference"])
    check(sent["status"] == "sent", f"created, but {sent['status']}")
    world.idva.post(f"{REFERRALS}{reference}/accept/", {})
    check(name_in(world.idva.get(f"{REFERRALS}{reference}/case/")) == "Zoë", "not readable")
    check(is_on_the_clock(world, reference, ended_at), "not on the clock")
    _visit(world, reference)
    _refer_on(world, reference)
    seen = world.police.get(f"{REFERRALS}{reference}/")
    check(seen["status"] == "accepted", f"the police see {seen['status']}")
    check(seen["onward_answered_at"] is None, "the police see the onward referral")
    return reference


def _visit(world: World, reference: str) -> None:
    follow_up = f"/api/v1/follow-ups/{reference}/"
    starts_at = datetime.now(UTC) + timedelta(hours=1)
    booking = {
        "adviser": ADVISER,
        "starts_at": starts_at.isoformat(),
        "outside_reason": "she_asked",
    }
    world.idva.post(f"{follow_up}book/", booking)
    recorded = world.idva.post(f"{follow_up}outcome/", {"outcome": "done", "note": "Safe now."})
    check(recorded["ended_at"], "the follow-up did not end")


def _refer_on(world: World, reference: str) -> None:
    service = world.idva.get("/api/v1/services/?need=counselling")["results"][0]
    onward = world.idva.post(
        f"{REFERRALS}{reference}/refer-on/",
        {
            "service": service["id"],
            "needs": ["counselling"],
            "consent": CONSENT | {"compartments": sorted(PASSED_ON)},
        },
    )
    offered = str(onward["reference"])
    preview = world.counselling.get(f"{REFERRALS}{offered}/")
    check("Zoë" not in str(preview), "the preview tells the name")
    world.counselling.post(f"{REFERRALS}{offered}/accept/", {})
    opened = world.counselling.get(f"{REFERRALS}{offered}/case/")
    check(name_in(opened) == "Zoë", "the service cannot read what was agreed")
    parts = {record["compartment"] for record in opened["records"]}
    check(parts <= PASSED_ON, f"the service reads more than was agreed: {parts}")
    seen = world.idva.get(f"{REFERRALS}{offered}/")
    check(seen["status"] == "accepted", f"the desk sees {seen['status']}")


def name_in(case: dict[str, Any]) -> str:
    """The given name in an opened case."""
    documents = [record["document"] for record in case["records"]]
    return next((str(one["given_name"]) for one in documents if "given_name" in one), "")


def is_on_the_clock(world: World, reference: str, ended_at: datetime) -> bool:
    """Whether the visit is owed twenty-four hours after the police left."""
    owed = world.idva.get(f"/api/v1/follow-ups/{reference}/")
    return datetime.fromisoformat(owed["due_at"]) == ended_at + timedelta(hours=24)


def new_name() -> str:
    """A name that no other referral has."""
    return f"Nia {uuid.uuid4().hex[:8]}"
