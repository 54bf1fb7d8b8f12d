"""Which system asks, by its token, and what the token lets it do."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Func, TextField
from django.db.models.functions import Now
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import AccessToken, Membership
from api.oauth.validator import checksum_of
from audit import recording
from tenancy.work import enter

CHALLENGE: Final = 'Bearer realm="Pierhead"'
_BACKEND: Final = Func(function="tenancy_backend", output_field=TextField())  # one trip saved


@dataclass(frozen=True)
class System:
    """Who asks, as far as the framework wants to know."""

    pk: int
    is_authenticated: bool = True
    is_anonymous: bool = False
    is_active: bool = True


class ClientAuthentication(BaseAuthentication):
    """A bearer token, looked up in one query; ``request.auth`` is the system's membership.

    The membership carries the token's ``scopes``. Browsers' sessions count for nothing here.
    """

    def authenticate(self, request: Request) -> tuple[System, Membership] | None:
        """The system and its membership; None without a token.

        :raises AuthenticationFailed: for any token that is not good now, with one answer for all.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        membership = membership_of(token.strip())
        enter(membership.context, backend=membership.backend)  # type: ignore[attr-defined]
        asked = request._request  # noqa: SLF001 -- where the portal keeps it too
        asked.membership = membership  # type: ignore[attr-defined]
        return System(membership.pk), membership

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return CHALLENGE


class RequiresScope(BasePermission):
    """Have a view want one scope: ``permission_classes = [requires("referral:read")]``."""

    scope = ""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the token holds the scope; the answer does not say which was wanted."""
        return isinstance(request.auth, Membership) and self.scope in request.auth.scopes


def requires(scope: str) -> type[RequiresScope]:
    """The permission class that wants a scope."""
    return type("RequiresScope", (RequiresScope,), {"scope": scope})


def membership_of(token: str) -> Membership:
    """Whose a token is.

    :raises AuthenticationFailed: for any token that is not good now.
    """
    found = (
        AccessToken.objects.filter(token_checksum=checksum_of(token))
        .select_related("application__membership__agency")
        .annotate(
            asked_at=Now(), backend=Func(function="tenancy_backend", output_field=TextField())
        )
        .first()
    )
    if reason := _fault_of(found):
        about = ("membership", found.application.membership_id if found else "")
        recording.record_refusal("use_token", about=about, reason=reason)
        raise AuthenticationFailed("The token is not valid.")
    assert found is not None  # noqa: S101 -- a missing one has a fault
    membership: Membership = found.application.membership
    membership.scopes = frozenset(found.scope.split())
    membership.backend = found.backend  # type: ignore[attr-defined]
    return membership


def _fault_of(token: Any) -> str:
    if token is None:
        return "unknown"
    membership = token.application.membership
    if token.expires <= token.asked_at:
        return "expired"
    if membership.ended_at is not None:
        return "ended"
    return "" if membership.agency.is_active else "suspended"
