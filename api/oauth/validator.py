"""What the toolkit asks us: is this the system, may it have these scopes, keep this token."""

import hashlib
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now
from oauth2_provider.models import set_token_value
from oauth2_provider.oauth2_validators import OAuth2Validator

from accounts.models import AccessToken, Application
from audit import recording
from tenancy.work import enter


def checksum_of(token: str) -> str:
    """What a token is found by; the token itself is kept nowhere."""
    return hashlib.sha256(token.encode()).hexdigest()


class ClientValidator(OAuth2Validator):  # type: ignore[misc]
    """Systems with a secret, asking for themselves."""

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Always: there are no public clients."""
        return True

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Check the secret; a refusal is recorded against the system, if there is such a one."""
        if super().authenticate_client(request, *args, **kwargs):
            enter(request.client.membership.context)
            return True
        self._record_refusal(request)
        return False

    def _load_application(self, client_id: str, request: Any) -> Application | None:
        """The system with a client_id; what PostgreSQL could not hold is nobody's."""
        if "\0" in (client_id or ""):
            return None
        found: Application | None = super()._load_application(client_id, request)
        request.tried = found or getattr(request, "tried", None)
        return found

    def authenticate_client_id(
        self, client_id: str, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Never: knowing a client_id proves nothing."""
        return False

    def validate_scopes(
        self,
        client_id: str,
        scopes: list[str],
        client: Application,
        request: Any,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """At least one scope, and none that the system was not given."""
        asked = set(scopes or [])
        return bool(asked) and asked <= client.scopes

    def revoke_token(
        self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any
    ) -> None:
        """Forget a token of the system that asks; another's is treated like none."""
        mine = AccessToken.objects.filter(application=request.client)
        mine.filter(token_checksum=checksum_of(token)).delete()
        recording.record("revoke_token", about=("membership", request.client.membership_id))

    def _save_bearer_token(
        self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any
    ) -> None:
        """Keep the token's checksum, by the database's clock; forget those that have expired."""
        AccessToken.objects.filter(application=request.client, expires__lt=Now()).delete()
        issued = AccessToken(
            application=request.client,
            scope=token["scope"],
            expires=Now() + timedelta(seconds=token["expires_in"]),
        )
        set_token_value(issued, token["access_token"])
        issued.save()
        about = ("membership", request.client.membership_id)
        recording.record("issue_token", about=about, reason=token["scope"])

    def _record_refusal(self, request: Any) -> None:
        tried = getattr(request, "tried", None)
        about = ("membership", tried.membership_id if tried else "")
        recording.record_refusal("issue_token", about=about, reason="invalid_client")
