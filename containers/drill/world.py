"""Three agencies, founded as an operator does it."""

import re
from dataclasses import dataclass

from drill.caller import Caller
from drill.stack import Stack

LIVERPOOL = "E08000012"
ADVISER = "ada@idva.example"
SINCE = "2026-01-01"
AGENCIES = {
    "police": ("--kind", "police", "--force-code", "05"),
    "idva": ("--kind", "idva", "--area", LIVERPOOL),
    "counselling": ("--kind", "service", "--area", LIVERPOOL),
}
SCOPES = {
    "police": "referral:create referral:read case:read",
    "idva": "referral:create referral:read referral:decide case:read "
    "followup:read followup:write service:read",
    "counselling": "referral:read referral:decide case:read",
}


@dataclass(frozen=True)
class World:
    """The agencies' own systems."""

    police: Caller
    idva: Caller
    counselling: Caller


def found(stack: Stack, port: int) -> World:
    """Add the agencies, an adviser, and a client for each."""
    for code, facts in AGENCIES.items():
        stack.manage(
            "agency", "add", code, "--name", code.title(), *facts, "--agreement-from", SINCE,
            "--administrator", f"admin@{code}.example", "--administrator-name", "Sam Admin",
        )  # fmt: skip
    stack.manage("agency", "member", "idva", ADVISER, "--name", "Ada", "--role", "adviser")
    stack.manage("desk", "set", LIVERPOOL, "idva", "--from", SINCE)
    stack.manage(
        "service", "add", "counselling", "--name", "Counselling", "--need", "counselling",
        "--area", LIVERPOOL, "--from", SINCE,
    )  # fmt: skip
    return World(**{code: _client(stack, code, port) for code in AGENCIES})


def _client(stack: Stack, code: str, port: int) -> Caller:
    scopes = SCOPES[code].split()
    said = stack.manage("agency", "client", code, "--title", "Records", "--scope", *scopes)
    told = dict(re.findall(r"^(client_id|client_secret): (\S+)$", said, re.MULTILINE))
    return Caller(port, scopes=SCOPES[code], **told)
