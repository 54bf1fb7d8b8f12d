"""How a system proves itself without a secret that two houses know, and from where it may."""

from typing import Final

from django.db import models
from django.db.models.functions import Now

from accounts.models.clients import Application

ALGORITHMS: Final = ("ES256", "EdDSA")


class ClientKeyQuerySet(models.QuerySet["ClientKey"]):
    """Which keys there are."""

    def live(self) -> "ClientKeyQuerySet":
        """Keys that may be signed with now."""
        return self.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=Now()))


class ClientKey(models.Model):
    """A public key of a system, with which it signs that it is itself (RFC 7523).

    With one that is live, its secret counts for nothing. Two are live while one is being changed.
    """

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="keys", db_index=True
    )
    thumbprint = models.CharField(max_length=43)
    algorithm = models.CharField(max_length=5)
    jwk = models.JSONField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = ClientKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "thumbprint"], name="accounts_clientkey_once"
            ),
            models.CheckConstraint(
                name="accounts_clientkey_known_algorithm",
                condition=models.Q(algorithm__in=ALGORITHMS),
            ),
        ]

    def __str__(self) -> str:
        return f"Key {self.thumbprint} of {self.application_id}"


class UsedAssertion(models.Model):
    """An assertion that was used, until it would have expired: it is good once."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    jti = models.CharField(max_length=200)
    expires = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "jti"], name="accounts_usedassertion_once"
            )
        ]

    def __str__(self) -> str:
        return f"Assertion of {self.application_id}"
