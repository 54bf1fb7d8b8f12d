"""The numbers staff are texted at: whose they are says yes, and nobody says it for them."""

from collections.abc import Mapping
from typing import Final

import phonenumbers
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.errors import NotDone
from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from notices.models import AlarmNumber
from tenancy.context import Context
from tenancy.work import unit_of_work

HOME: Final = "GB"
_LOOK_AFTER_PEOPLE: Final = (Permission.MANAGE, Permission.ADMINISTER)


def set_number(number: str, *, of: Membership, by: Membership) -> AlarmNumber:
    """Set at which number somebody is texted. By themselves, that is their yes; by those who look
    after people at their agency, they are asked for it first.

    :raises PermissionDenied: for somebody else's, without that task, or of another agency.
    :raises NotDone: for what is no telephone number.
    """
    with unit_of_work(by.context):
        record("alarm_number.set", about=("membership", of.pk))
        _refuse_strangers(of, by)
        return _set(number, of, by, agreed=by == of)


def remove_number(*, of: Membership, by: Membership) -> None:
    """Text somebody no more, and forget the number.

    :raises PermissionDenied: for somebody else's, as above.
    """
    with unit_of_work(by.context):
        record("alarm_number.remove", about=("membership", of.pk))
        _refuse_strangers(of, by)
        AlarmNumber.objects.filter(membership=of).delete()


def set_by_operator(number: str, *, of: Membership) -> AlarmNumber:
    """Set somebody's number from the operator's command line; they have not agreed to it yet.

    :raises NotDone: for what is no telephone number.
    """
    with unit_of_work(Context.migration()):
        record("alarm_number.set", about=("membership", of.pk), also=[of.agency_id])
        return _set(number, of, None, agreed=False)


def number_of(member: Membership) -> AlarmNumber | None:
    """A member's own number, if there is one."""
    return AlarmNumber.objects.filter(membership=member).first()


def numbers_at(agency_id: int) -> Mapping[int, AlarmNumber]:
    """The numbers of an agency's people, by membership, agreed to or not."""
    return {row.pk: row for row in AlarmNumber.objects.filter(agency=agency_id)}


def _refuse_strangers(of: Membership, by: Membership) -> None:
    theirs = of.agency_id == by.agency_id and any(by.has(task) for task in _LOOK_AFTER_PEOPLE)
    if by != of and not theirs:
        raise PermissionDenied


def _set(number: str, of: Membership, by: Membership | None, *, agreed: bool) -> AlarmNumber:
    at = timezone.now()
    row, _ = AlarmNumber.objects.update_or_create(
        membership=of,
        defaults={
            "agency_id": of.agency_id,
            "number": _e164(number),
            "agreed_at": at if agreed else None,
            "set_by": by,
            "set_at": at,
        },
    )
    return row


def _e164(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number, HOME)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise NotDone("Enter a telephone number, like 07700 900123.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
