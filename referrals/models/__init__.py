"""The tables of the heart, by what they are about."""

from referrals.models.assignment import Assignment
from referrals.models.attachment import AttachmentFrame
from referrals.models.case import Case, CaseLink, SearchTag
from referrals.models.conflict import ConflictBlock, ConflictTag
from referrals.models.consent import ConsentEntry
from referrals.models.contact_rules import ContactHold, ContactRule, GivenContact
from referrals.models.glass import BreakGlass
from referrals.models.joined import JoinedCase
from referrals.models.keys import Bundle, ErasureKey, Grant
from referrals.models.looking import Look, LookKind
from referrals.models.referral import Referral, ReferralEvent
from referrals.models.sealed import RecordKind, SealedRecord

__all__ = [
    "Assignment",
    "AttachmentFrame",
    "BreakGlass",
    "Bundle",
    "Case",
    "CaseLink",
    "ConflictBlock",
    "ConflictTag",
    "ConsentEntry",
    "ContactHold",
    "ContactRule",
    "ErasureKey",
    "GivenContact",
    "Grant",
    "JoinedCase",
    "Look",
    "LookKind",
    "RecordKind",
    "Referral",
    "ReferralEvent",
    "SealedRecord",
    "SearchTag",
]
