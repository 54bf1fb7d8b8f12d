"""References people can read out: a prefix and eight characters, the last of them a check.

No vowels (no words appear) and no look-alikes. The check character finds any one wrong character
and any two neighbours swapped: a weighted sum over a prime (29 signs, weights 1 to 7).
"""

import secrets
from typing import Final

SIGNS: Final = "23456789BCDFGHJKLMNPQRSTVWXYZ"
LENGTH: Final = 8
REFERRAL: Final = "PH-"
CASE: Final = "PC-"


def new_reference(prefix: str = REFERRAL) -> str:
    """A reference nobody has: 29⁷ (17 thousand million) can be made."""
    body = "".join(secrets.choice(SIGNS) for _ in range(LENGTH - 1))
    return f"{prefix}{body}{check_sign(body)}"


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
