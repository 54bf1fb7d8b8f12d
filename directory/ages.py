"""Age bands: how old somebody is, said coarsely enough to stay in the clear."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db import models

OLDEST = 120
"""The age above which a date of birth is a slip of the pen (NPCC Minimum POLE Data Standards)."""


class AgeBand(models.TextChoices):
    """A span of ages. It parts at 13, 16 and 18, where services, consent and law change.

    Domestic abuse in law, and MARAC, begin at 16 (Domestic Abuse Act 2021, section 1); under 18
    with a protection concern, children's social care comes in; local aftercare begins at 13.
    """

    UNDER_13 = "under_13", "Under 13"
    FROM_13 = "13_15", "13 to 15"
    FROM_16 = "16_17", "16 to 17"
    FROM_18 = "18_24", "18 to 24"
    FROM_25 = "25_34", "25 to 34"
    FROM_35 = "35_44", "35 to 44"
    FROM_45 = "45_54", "45 to 54"
    FROM_55 = "55_64", "55 to 64"
    FROM_65 = "65_plus", "65 or over"
    NOT_KNOWN = "not_known", "Not known"

    @property
    def youngest(self) -> int:
        """The lowest age in the band; 0 when the age is not known."""
        return _SPANS[self.value][0]

    @property
    def oldest(self) -> int:
        """The highest age in the band; `OLDEST` where there is no upper end."""
        return _SPANS[self.value][1]


_SPANS: Final[Mapping[str, tuple[int, int]]] = {
    "under_13": (0, 12),
    "13_15": (13, 15),
    "16_17": (16, 17),
    "18_24": (18, 24),
    "25_34": (25, 34),
    "35_44": (35, 44),
    "45_54": (45, 54),
    "55_64": (55, 64),
    "65_plus": (65, OLDEST),
    "not_known": (0, OLDEST),
}


def age_on(born_on: date, on: date) -> int:
    """Completed years; somebody born on 29 February has a birthday on 1 March in a common year."""
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return on.year - born_on.year - (0 if had_birthday else 1)


def age_band_of(born_on: date | None, on: date) -> AgeBand:
    """The band of somebody born that day. Raises ValueError for a date of birth that cannot be."""
    if born_on is None:
        return AgeBand.NOT_KNOWN
    age = age_on(born_on, on)
    if born_on >= on or age > OLDEST:
        raise ValueError("Enter a date of birth in the past and not more than 120 years ago.")
    return next(band for band in AgeBand if band.youngest <= age <= band.oldest)
