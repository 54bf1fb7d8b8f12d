"""What people are told once it runs."""

import json
from pathlib import Path
from typing import Any

from config.embedded.progress import say


def welcome(url: str, demonstration: Path) -> None:
    """The address, and who may sign in there."""
    say()
    say(f"  Pierhead runs at {url}")
    if demonstration.exists():
        _introduce(json.loads(demonstration.read_text()), demonstration)
    say("  Logs are in var/log. Ctrl-C stops everything.")
    say()


def _introduce(world: dict[str, Any], demonstration: Path) -> None:
    accounts = world.get("accounts", [])
    width = max((len(each["email"]) for each in accounts), default=0)
    say("  Invented people who can sign in:")
    say()
    for each in accounts:
        who = f"{each['role']}, {each['agency']}"
        say(f"    {each['email']:<{width}}  {each['password']}  {who}")
    say()
    say("  Their six-digit codes of the moment: make codes")
    where = f"{demonstration.parent.name}/{demonstration.name}"
    say(f"  Secrets for an authenticator, and the API clients: {where}")
