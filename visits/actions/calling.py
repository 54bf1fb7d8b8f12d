"""About to call: the last step before a number is dialled, and the only one with the code word."""

from collections.abc import Mapping
from typing import NamedTuple

from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from referrals.actions.keeping_notes import writing_to
from referrals.compartments import Compartment
from referrals.errors import NotWellFormed
from referrals.models import ContactRule
from referrals.safe_contact import ContactRefused, may_contact
from referrals.ways import REACHED_BY, words_of
from tenancy.work import unit_of_work
from visits.actions.booking import OutsideReason


class Script(NamedTuple):
    """What the caller has before them: where, what to ask, what to say, what never to say."""

    channel: str
    reach: str
    words: Mapping[str, str]
    rule: ContactRule

    @property
    def code_word(self) -> str:
        """The word she answers with. Shown here and nowhere else."""
        return self.words.get("code_word", "")


def about_to_call(
    reference: str, channel: str, *, by: Membership, outside_reason: str = ""
) -> Script:
    """Say that one is about to reach her in this way: on record, then the script is shown.

    :raises NotWellFormed: for a channel or a reason that is on no list.
    :raises PermissionDenied: if they may not work on the case.
    :raises ContactRefused: if the rules of safe contact say no.
    """
    if channel not in REACHED_BY:
        raise NotWellFormed("channel", "Choose how you are about to reach them.")
    if outside_reason not in {"", *OutsideReason.values}:
        raise NotWellFormed("outside_reason", "Choose one of the answers on the list.")
    with unit_of_work(by.context):
        record(
            "contact.about_to_call",
            about=("referral", reference),
            compartments=[Compartment.CONTACT],
            purpose=channel,
            reason=outside_reason,
        )
        if not by.has(Permission.OPEN):
            raise PermissionDenied
        with writing_to(reference, by=by) as (writing, referral):
            verdict = may_contact(referral, channel, writing.at, outside_reason=outside_reason)
            if not verdict.allowed:
                raise ContactRefused(verdict)
            words = words_of(writing.case.pk, by.agency_id).get(channel, {})
            rule = ContactRule.objects.get(case=writing.case, channel=channel)
            return Script(channel, words.get(REACHED_BY[channel], ""), words, rule)
