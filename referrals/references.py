"""References people can read out: a prefix and eight characters, the last of them a check.

No vowels (no words appear) and no look-alikes. The check character finds any one wrong character
and any two neighbours swapped: a weighted sum over a prime (29 signs, weights 1 to 7).
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from django.db import IntegrityError

SIGNS: Final = "23456789BCDFGHJKLMNPQRSTVWXYZ"
LENGTH: Final = 8
REFERRAL: Final = "PH-"
CASE: Final = "PC-"
ATTEMPTS: Final = 3
UNIQUE: Final = frozenset({"referrals_referral_reference_key", "referrals_grant_reference_key"})

P = ParamSpec("P")
R = TypeVar("R")


def new_reference(prefix: str = REFERRAL) -> str:
    """A reference hardly anybody has: 29⁷ (17 thousand million) can be made."""
    body = "".join(secrets.choice(SIGNS) for _ in range(LENGTH - 1))
    return f"{prefix}{body}{check_sign(body)}"


def again_if_taken(action: Callable[P, R]) -> Callable[P, R]:
    """Do a whole action again when the reference it made up is somebody's already.

    Among a million referrals that happens to one new one in seventeen thousand. Asking first would
    not do: the other may be of an agency that the asker cannot see.
    """

    @wraps(action)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(ATTEMPTS - 1):
            try:
                return action(*args, **kwargs)
            except IntegrityError as error:
                if _constraint_of(error) not in UNIQUE:
                    raise
        return action(*args, **kwargs)

    return attempt


def check_sign(body: str) -> str:
    """The last character of the reference whose first seven are ``body``."""
    total = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(body, start=1))
    return SIGNS[total % len(SIGNS)]


def is_reference(text: str, prefix: str = REFERRAL) -> bool:
    """Whether a text could be a reference: right form and right check character."""
    body, last = text[len(prefix) : -1], text[-1:]
    return (
        text.startswith(prefix)
        and len(text) == len(prefix) + LENGTH
        and set(body) <= set(SIGNS)
        and check_sign(body) == last
    )


def _constraint_of(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
