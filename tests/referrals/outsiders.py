"""Everybody who has no business with a case, and everything they could try with its reference."""

from collections.abc import Callable, Mapping
from typing import Final

from accounts.models import Membership
from directory.models import Service
from referrals import actions
from referrals.actions.referring_on import Onward
from referrals.models import Referral
from referrals.reading import open_case, see
from tenancy.work import unit_of_work
from tests import given

OUTSIDERS: Final = (
    "cheshire_officer",
    "wirral_adviser",
    "other_caseworker",
    "coordinator",
    "unsigned_worker",
)
"""Another force, another IDVA service, another service, the coordinators, a newcomer."""


def _refer_on(reference: str, by: Membership) -> Referral:
    with unit_of_work(by.context):
        service = Service.objects.filter(agency__code="rowan").get()
    onward = Onward(service=service.pk, needs=["counselling"], consent=given.consent())
    return actions.refer_on(reference, onward, by=by)


def _replace(reference: str, by: Membership) -> Referral:
    return actions.replace_draft(
        reference, given.details(), given.consent(), given.route("linden"), by=by
    )


ACTS: Final[Mapping[str, Callable[[str, Membership], object]]] = {
    "see": lambda reference, by: see(reference, by=by),
    "open_case": lambda reference, by: open_case(reference, by=by),
    "send": lambda reference, by: actions.send(reference, by=by),
    "discard": lambda reference, by: actions.discard(reference, by=by),
    "replace_draft": _replace,
    "accept": lambda reference, by: actions.accept(reference, by=by),
    "decline": lambda reference, by: actions.decline(reference, by=by, reason="no_capacity"),
    "ask": lambda reference, by: actions.ask(reference, by=by, question="risk"),
    "answer": lambda reference, by: actions.answer(reference, by=by, note="x"),
    "withdraw": lambda reference, by: actions.withdraw(reference, by=by, reason="duplicate"),
    "close": lambda reference, by: actions.close(reference, by=by, reason="planned"),
    "refer_on": _refer_on,
    "add_note": lambda reference, by: actions.add_note(reference, by=by, text="x"),
    "amend": lambda reference, by: actions.amend(reference, "needs", {"wanted": "x"}, by=by),
    "withdraw_consent": lambda reference, by: actions.withdraw_consent(reference, by=by),
    "approve_override": lambda reference, by: actions.approve_override(reference, by=by),
}
