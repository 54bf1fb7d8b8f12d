"""The tables of who acts for whom, and of how they sign in."""

from accounts.models.agencies import Agency, AgencyKind, SharingAgreement
from accounts.models.client_keys import ClientKey, UsedAssertion
from accounts.models.clients import (
    AccessToken,
    Application,
    AuthorizationGrant,
    DeviceGrant,
    IdentityToken,
    RefreshToken,
)
from accounts.models.people import Membership, User

__all__ = [
    "AccessToken",
    "Agency",
    "AgencyKind",
    "Application",
    "AuthorizationGrant",
    "ClientKey",
    "DeviceGrant",
    "IdentityToken",
    "Membership",
    "RefreshToken",
    "SharingAgreement",
    "UsedAssertion",
    "User",
]
