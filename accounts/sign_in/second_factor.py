"""Codes from an authenticator app, and recovery codes: sealed at rest, each good for one use.

A code is checked against the steps beside the present one, because clocks drift, and the newest
step accepted is kept in PostgreSQL: a code, or an older one, is never accepted again, in whatever
process and whatever became of the cache.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User
from audit import recording
from vault.keyd import get_keyd

PURPOSE: Final = "totp"
_owner: ContextVar[int | None] = ContextVar("second_factor_owner", default=None)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's hooks: what it keeps is sealed to the person it belongs to."""

    def encrypt(self, text: str) -> str:
        """Seal a seed for whoever is signed in, or is signing in."""
        return seal(_whose(), text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a seed of whoever is signed in, or is signing in."""
        return unseal(_whose(), encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Nobody goes without a second factor."""
        return False


def seal(user_id: int, text: str) -> str:
    """A seed as it may lie in a table."""
    sealed = get_keyd().seal_secret(PURPOSE, str(user_id), text.encode())
    return base64.b64encode(sealed).decode()


def unseal(user_id: int, sealed: str) -> str:
    """A seed again; another person's does not open."""
    return get_keyd().open_secret(PURPOSE, str(user_id), base64.b64decode(sealed)).decode()


@contextmanager
def belonging_to(user_id: int) -> Iterator[None]:
    """Whose seeds are handled while nobody is signed in yet."""
    token = _owner.set(user_id)
    try:
        yield
    finally:
        _owner.reset(token)


def is_enrolled(user: AbstractBaseUser) -> bool:
    """Whether the person has an authenticator app."""
    totp = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP)
    return bool(totp.exists())


def enrolled(request: Any) -> None:
    """Count the first code from a new app as a second factor given, and record the app."""
    totp = Authenticator.objects.get(user_id=request.user.pk, type=Authenticator.Type.TOTP)
    record_authentication(request, request.user, "mfa", id=totp.pk, type=totp.type)
    recording.record("add_second_factor", about=("user", request.user.pk))


def made_recovery_codes(request: Any) -> None:
    """Record that the old recovery codes were replaced."""
    recording.record("make_recovery_codes", about=("user", request.user.pk))


def accept(user: AbstractBaseUser, code: str) -> Any | None:
    """The authenticator a code came from, which is then used up; None for any other code."""
    with belonging_to(user.pk):
        for authenticator in Authenticator.objects.filter(user_id=user.pk).order_by("-type"):
            if _accepts(authenticator, code):
                authenticator.user = user
                return authenticator
    return None


def use_up(user: AbstractBaseUser, secret: str, code: str) -> bool:
    """Whether a code is right for a seed and its step newer than any used before."""
    counter = step_of(secret, code)
    if counter is None:
        return False
    fresh = User.objects.filter(pk=user.pk, last_totp_counter__lt=counter)
    return fresh.update(last_totp_counter=counter) == 1


def step_of(secret: str, code: str) -> int | None:
    """The time-step a code belongs to, of those that are acceptable now."""
    found = None
    for counter in yield_hotp_counters_from_time():
        expected = format_hotp_value(hotp_value(secret, counter))
        if compare_user_code(actual=code, expected=expected):
            found = counter
    return found


def _accepts(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Authenticator.Type.TOTP:
        secret = unseal(authenticator.user_id, authenticator.data["secret"])
        return use_up(authenticator.user, secret, code)
    return bool(authenticator.wrap().validate_code(code))


def _whose() -> int:
    owner = _owner.get()
    return int(context.request.user.pk) if owner is None else owner
