"""The tables of the MARAC: codes, instants and ids. What tells is sealed with the case."""

from marac.models.hearing import MaracAction, Telling
from marac.models.meeting import Invitation, Meeting
from marac.models.referral import Listing, MaracReferral, RepeatFound

__all__ = [
    "Invitation",
    "Listing",
    "MaracAction",
    "MaracReferral",
    "Meeting",
    "RepeatFound",
    "Telling",
]
