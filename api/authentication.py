"""Which system asks, by its token, and what the token lets it do."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import Agency, Membership
from api.callers import caller_of, may_come_from
from api.oauth import possession
from api.oauth.assertions import Refused
from api.oauth.validator import checksum_of
from audit import recording
from tenancy.work import enter

CHALLENGE: Final = 'Bearer realm="Pierhead", DPoP realm="Pierhead", algs="ES256 EdDSA"'
_AGENCY: Final = ("id", "code", "name", "kind", "areas", "force_code", "phone", "is_active")
_MEMBERSHIP: Final = ("id", "user_id", "agency_id", "role", "title", "started_at", "ended_at")
_LOOKUP: Final = f"""
SELECT t.scope, t.expires <= now(), tenancy_backend(), s.addresses, t.bound_to, s.id,
    {", ".join(f"m.{column}" for column in _MEMBERSHIP)},
    {", ".join(f"a.{column}" for column in _AGENCY)}
FROM accounts_accesstoken t
JOIN accounts_application s ON s.id = t.application_id
JOIN accounts_membership m ON m.id = s.membership_id
JOIN accounts_agency a ON a.id = m.agency_id
WHERE t.token_checksum = %s
"""  # noqa: S608 -- of constants. Every request asks this; written out, it builds no query.


@dataclass(frozen=True)
class System:
    """Who asks, as far as the framework wants to know."""

    pk: int
    is_authenticated: bool = True
    is_anonymous: bool = False
    is_active: bool = True


@dataclass(frozen=True)
class _Token:
    """What a token is good for, and what the transaction that asked is called."""

    membership: Membership
    scopes: frozenset[str]
    has_expired: bool
    backend: str
    addresses: str
    bound_to: str
    application_id: int

    @property
    def fault(self) -> str:
        """Why it is not good now; empty if it is."""
        if self.has_expired:
            return "expired"
        if self.membership.ended_at is not None:
            return "ended"
        return "" if self.membership.agency.is_active else "suspended"


class ClientAuthentication(BaseAuthentication):
    """A bearer token, looked up in one query; ``request.auth`` is the system's membership.

    The membership carries the token's ``scopes``. Browsers' sessions count for nothing here.
    """

    def authenticate(self, request: Request) -> tuple[System, Membership] | None:
        """The system and its membership; None without a token.

        :raises AuthenticationFailed: for any token that is not good now, with one answer for all.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in {"bearer", "dpop"}:
            return None
        is_bound = scheme.lower() == "dpop"
        membership = _admitted(token.strip(), request._request, is_bound=is_bound)  # noqa: SLF001
        request._request.membership = membership  # type: ignore[attr-defined]  # noqa: SLF001
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


def _admitted(token: str, request: HttpRequest, *, is_bound: bool) -> Membership:
    """Whose a token is, if it comes from where and with the key it may; the database is told who
    asks.

    :raises AuthenticationFailed: for any token that is not good now.
    """
    found = _looked_up(checksum_of(token))
    fault = found.fault if found else "unknown"
    if found and not fault and not may_come_from(found.addresses, caller_of(request)):
        fault = "address"
    if found and not fault:
        fault = _fault_of_possession(found, token, request, is_bound=is_bound)
    if fault:
        about = ("membership", found.membership.pk if found else "")
        recording.record_refusal("use_token", about=about, reason=fault)
        raise AuthenticationFailed("The token is not valid.")
    assert found is not None  # noqa: S101 -- a missing one has a fault
    enter(found.membership.context, backend=found.backend)
    found.membership.scopes = found.scopes
    return found.membership


def _fault_of_possession(found: _Token, token: str, request: HttpRequest, *, is_bound: bool) -> str:
    """Why a token is not good with what the request proves; empty if it is."""
    if is_bound != bool(found.bound_to):
        return "dpop scheme"
    if not is_bound:
        return ""
    try:
        proven = possession.proven(request, found.application_id, token=token)
    except Refused as refused:
        return f"dpop {refused}"
    return "" if proven == found.bound_to else "dpop key"


def _looked_up(checksum: str) -> _Token | None:
    with connection.cursor() as cursor:
        cursor.execute(_LOOKUP, [checksum])
        row = cursor.fetchone()
    if row is None:
        return None
    scope, has_expired, backend, addresses, bound_to, application_id, *facts = row
    mine, agency = facts[: len(_MEMBERSHIP)], facts[len(_MEMBERSHIP) :]
    membership = Membership.from_db("default", _MEMBERSHIP, mine)
    membership.agency = Agency.from_db("default", _AGENCY, agency)
    scopes = frozenset(scope.split())
    return _Token(membership, scopes, has_expired, backend, addresses, bound_to, application_id)
