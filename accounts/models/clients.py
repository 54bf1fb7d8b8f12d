"""Systems that ask for tokens, and the tokens they hold.

Every table of the OAuth toolkit is swapped for one of ours before its own are ever made. Two of
the six are used; the others exist because the toolkit names them, and no role may touch them.
"""

from django.db import models
from django.db.models import Q
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractApplication,
    AbstractDeviceGrant,
    AbstractGrant,
    AbstractIDToken,
    AbstractRefreshToken,
    ApplicationManager,
)

from accounts.models.people import Membership


class Application(AbstractApplication):  # type: ignore[misc]
    """One system of one agency, with the scopes it may ask for; never a person's."""

    user = None
    membership = models.OneToOneField(
        Membership, on_delete=models.PROTECT, related_name="application"
    )
    scope = models.TextField()
    addresses = models.TextField(blank=True, db_default="", default="")
    """Networks it may come from, by spaces; empty: from anywhere."""

    objects = ApplicationManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_application_keeps_no_secret",
                condition=Q(hash_client_secret=True, algorithm=""),
            ),
            models.CheckConstraint(
                name="accounts_application_asks_for_itself",
                condition=Q(
                    authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                    client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def scopes(self) -> frozenset[str]:
        """What the system may ask for."""
        return frozenset(self.scope.split())

    def is_usable(self, request: object) -> bool:
        """Whether its membership is current: not ended, of an active agency."""
        return Membership.objects.current().filter(pk=self.membership_id).exists()


class AccessToken(AbstractAccessToken):  # type: ignore[misc]
    """A token that was issued: its checksum and what it is good for, never the token."""

    user = None
    source_refresh_token = None
    id_token = None
    bound_to = models.CharField(max_length=43, blank=True, db_default="", default="")
    """The thumbprint of the one key it is good with (DPoP); empty: with any."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_accesstoken_is_kept_only_hashed", condition=Q(token="")
            )
        ]

    def __str__(self) -> str:
        return f"Token {self.pk} of {self.application_id}"


class RefreshToken(AbstractRefreshToken):  # type: ignore[misc]
    """Never issued: a system asks anew."""

    user = None
    access_token = None

    def __str__(self) -> str:
        return f"Refresh token {self.pk}"


class AuthorizationGrant(AbstractGrant):  # type: ignore[misc]
    """Never given: nobody authorises a system in a browser."""

    user = None

    def __str__(self) -> str:
        return f"Grant {self.pk}"


class IdentityToken(AbstractIDToken):  # type: ignore[misc]
    """Never issued: Pierhead vouches for nobody elsewhere."""

    user = None

    def __str__(self) -> str:
        return f"Identity token {self.pk}"


class DeviceGrant(AbstractDeviceGrant):  # type: ignore[misc]
    """Never given: no device signs in by code."""

    user = None

    def __str__(self) -> str:
        return f"Device grant {self.pk}"
