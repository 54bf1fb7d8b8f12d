"""People: added to an agency, given a way in, and given it again when they lose it."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F
from django.utils import timezone

from accounts.actions._checking import checked
from accounts.errors import NotDone
from accounts.models import Agency, Membership, User
from accounts.roles import Role
from accounts.sign_in import second_factor
from audit.recording import record
from tenancy.context import Context
from tenancy.work import unit_of_work

GOOD_FOR: Final = timedelta(days=7)
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Joined:
    """A new membership, and the password to hand over once (empty if the person has their own)."""

    membership: Membership
    one_time_password: str


def join(agency: Agency, *, email: str, name: str, role: Role, password: str = "") -> Joined:
    """Let somebody act for an agency.

    A person new to the house gets a password that must be changed at the first sign-in, within a
    week; giving one here (for invented people) makes it their own.

    :raises NotDone: if the address is not one, the role is a system's, or they are a member.
    """
    with unit_of_work(Context.migration()):
        address = address_of(email)
        if role == Role.CLIENT:
            raise NotDone("A person cannot hold the role of a system.")
        user = User.objects.filter(email=address).first()
        one_time = ""
        if user is None:
            one_time = "" if password else passphrase()
            user = _add(address, name, password or one_time, is_own=bool(password))
        if Membership.objects.filter(user=user, agency=agency, ended_at=None).exists():
            raise NotDone(f"{address} is already a member of {agency.name}.")
        membership = Membership.objects.create(user=user, agency=agency, role=role)
        record("join", about=("membership", membership.pk), reason=role, also=[agency.pk])
    return Joined(membership, one_time)


def change_role(user: User, agency: Agency, *, role: Role) -> None:
    """Let somebody do other things for their agency; their sessions end, so that it holds at once.

    :raises NotDone: if they are no member, or the role is a system's.
    """
    with unit_of_work(Context.migration()):
        if role == Role.CLIENT:
            raise NotDone("A person cannot hold the role of a system.")
        current = Membership.objects.filter(user=user, agency=agency, ended_at=None)
        if not current.update(role=role):
            raise NotDone(f"{user.email} is no member of {agency.name}.")
        User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
        record("change_role", about=("user", user.pk), reason=role, also=[agency.pk])


def enrol_totp(user: User, secret: str = "") -> str:
    """Give somebody an authenticator with a known seed, which is returned (invented people)."""
    secret = secret or str(generate_totp_secret())
    sealed = second_factor.seal(user.pk, secret)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": sealed})
    return secret


def give_back(user: User) -> str:
    """Let somebody who lost their way in begin again; their sessions and second factor end.

    Returns the one-time password to hand over in person.
    """
    with unit_of_work(Context.migration()):
        one_time = passphrase()
        user.set_password(one_time)
        user.password_due_at = timezone.now() + GOOD_FOR
        user.session_epoch = F("session_epoch") + 1
        user.save(update_fields=["password", "password_due_at", "session_epoch"])
        Authenticator.objects.filter(user=user).delete()
        record("give_back_sign_in", about=("user", user.pk), also=_agencies_of(user))
    return one_time


def user_called(email: str) -> User:
    """The person with an address.

    :raises NotDone: if there is none.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise NotDone(f"Nobody signs in as {email}.")
    return user


def _add(address: str, name: str, password: str, *, is_own: bool) -> User:
    if not name.strip():
        raise NotDone("Say what the person is called.")
    due = None if is_own else timezone.now() + GOOD_FOR
    checked(User(email=address, name=name.strip(), password="unset"))  # noqa: S106 -- no password
    return User.objects.create_user(address, password, name=name.strip(), password_due_at=due)


def address_of(email: str) -> str:
    """An address as it is kept.

    :raises NotDone: if it is none.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise NotDone(f"{email} is not an e-mail address.") from None
    return address


def _agencies_of(user: User) -> list[int]:
    return list(Membership.objects.filter(user=user).values_list("agency_id", flat=True))


def passphrase() -> str:
    """Twenty letters without look-alikes, in fives: about 99 bits."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4)]
    return "-".join(groups)
