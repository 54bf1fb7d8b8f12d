"""What people are told once it runs."""

import json
from collections.abc import Sequence
from pathlib import Path

from config.embedded.progress import say

Account = dict[str, str]


def welcome(url: str, demonstration: Path) -> None:
    """The address, and who may sign in there."""
    say(f"\n  Pierhead runs at {url}")
    if demonstration.exists():
        accounts: list[Account] = json.loads(demonstration.read_text())["accounts"]
        _introduce(accounts, f"{demonstration.parent.name}/{demonstration.name}")
    say("  Logs are in var/log. Ctrl-C stops everything.\n")


def one_of_each_role(accounts: Sequence[Account]) -> list[Account]:
    """The first of each: enough to walk the whole way with, few enough to read."""
    first: dict[str, Account] = {}
    for each in accounts:
        first.setdefault(each["role"], each)
    return list(first.values())


def _introduce(accounts: Sequence[Account], where: str) -> None:
    shown = one_of_each_role(accounts)
    width = max((len(each["email"]) for each in shown), default=0)
    say("  Invented people who can sign in, with their passwords:\n")
    for each in shown:
        role = each["role"].replace("_", " ")
        say(f"    {each['email']:<{width}}  {each['password']}  ({role}, {each['agency']})")
    say(f"\n  Their six-digit codes of the moment: make codes (or make codes WHO={_part(shown)})")
    say(f"  All {len(accounts)} people, and the API clients: {where}")


def _part(shown: Sequence[Account]) -> str:
    """An example of what `make codes` can be asked for."""
    return shown[0]["email"].partition("@")[0] if shown else "officer"
