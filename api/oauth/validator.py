"""What the toolkit asks us: is this the system, may it have these scopes, keep this token."""

import hashlib
from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.functions import Now
from oauth2_provider.models import set_token_value
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]

from accounts.models import AccessToken, Application, ClientKey
from api.callers import may_come_from
from api.oauth import assertions, possession
from api.oauth.assertions import Proof, Refused
from audit import recording
from notices.clock import database_now
from tenancy.work import enter

CALLER: Final = "pierhead.caller"
AUDIENCE: Final = "pierhead.audience"
REQUEST: Final = "pierhead.request"


class InvalidProof(OAuth2Error):  # type: ignore[misc]
    """A proof of possession that does not hold (RFC 9449, section 5)."""

    error = "invalid_dpop_proof"
    status_code = 400


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
        assertion = _asserted(request)
        if assertion is None:
            is_proven = super().authenticate_client(request, *args, **kwargs)
            is_proven = is_proven and not _keys_of(request.client).exists()  # then they count
        else:
            is_proven = self._is_proven_by(assertion, request)
        if is_proven and self._comes_from_its_place(request):
            self._bind(request)
            enter(request.client.membership.context)
            return True
        self._record_refusal(request)
        return False

    def _is_proven_by(self, assertion: str, request: Any) -> bool:
        """Whether a system's own key signed that it asks here, now, and for the first time."""
        try:
            request.client = self._proven(assertion, request)
        except Refused as refused:
            request.why_not = str(refused)
            return False
        return True

    def _proven(self, assertion: str, request: Any) -> Application:
        if "Authorization" in request.headers or "client_secret" in _body(request):
            raise Refused("two proofs")
        client = self._load_application(assertions.subject_of(assertion), request)
        if client is None or not client.is_usable(request):
            raise Refused("sub")
        now, audience = database_now(), request.headers[AUDIENCE]
        proofs = [Proof(key.algorithm, key.jwk) for key in _keys_of(client)]
        claims = assertions.check(
            assertion, proofs, client_id=client.client_id, audience=audience, now=now
        )
        if not possession.use_once(client.pk, claims.jti, claims.expires, now=now):
            raise Refused("jti")
        return client

    def _comes_from_its_place(self, request: Any) -> bool:
        if may_come_from(request.client.addresses, request.headers[CALLER]):
            return True
        request.why_not = "address"
        return False

    def _bind(self, request: Any) -> None:
        """To which key the token will be bound: none, unless the request proves one.

        :raises InvalidProof: for a proof that does not hold.
        """
        request.bound_to = ""
        asked = request.headers[REQUEST]()
        if possession.HEADER not in asked.headers:
            return
        try:
            request.bound_to = possession.proven(asked, request.client.pk)
        except Refused as refused:
            request.why_not = f"dpop {refused}"
            self._record_refusal(request)
            raise InvalidProof from None

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
            bound_to=request.bound_to,
        )
        if issued.bound_to:
            token["token_type"] = possession.HEADER
        set_token_value(issued, token["access_token"])
        issued.save()
        about = ("membership", request.client.membership_id)
        recording.record("issue_token", about=about, reason=token["scope"])

    def _record_refusal(self, request: Any) -> None:
        tried = getattr(request, "tried", None)
        about = ("membership", tried.membership_id if tried else "")
        why = f"invalid_client {getattr(request, 'why_not', '')}".strip()
        recording.record_refusal("issue_token", about=about, reason=why)


def _keys_of(client: Application) -> QuerySet[ClientKey]:
    return ClientKey.objects.live().filter(application=client)


def _asserted(request: Any) -> str | None:
    """The assertion that was sent; None if none was, and no text if it is of another kind."""
    body = _body(request)
    if not {"client_assertion", "client_assertion_type"} & body.keys():
        return None
    is_known = body.get("client_assertion_type") == assertions.KIND
    return body.get("client_assertion", "") if is_known else ""


def _body(request: Any) -> dict[str, str]:
    return dict(request.decoded_body or [])
