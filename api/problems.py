"""Refusals as RFC 9457 problem documents, each with a stable type and a pointer where it can."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from referrals.attachments.scanning import CannotScan
from referrals.compartments import Compartment
from referrals.errors import (
    AccessEnded,
    AgreementMissing,
    ConsentMissing,
    MoveNotAllowed,
    NotWellFormed,
    ReasonMissing,
    ReferralError,
    ServiceUnsuitable,
)
from referrals.looking import HOUR, LookedTooMuch
from tenancy.middleware import mark_failed
from tenancy.request_id import current_request_id

TYPES: Final = "https://pierhead.invalid/problems/"
CONTENT_TYPE: Final = "application/problem+json"
MOST_ERRORS: Final = 25
LONGEST_NAME: Final = 60
_POINTED: Final[Mapping[type[ReferralError], str]] = {
    ConsentMissing: "/consent",
    ReasonMissing: "/reason",
    ServiceUnsuitable: "/service",
}
_CONFLICTS: Final = (MoveNotAllowed, AgreementMissing, AccessEnded)
_COMMITS: Final = (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)
_ELSEWHERE: Final[Mapping[str, str]] = {
    "note.text": "/note",
    "safe_windows": "/contact/safe_windows",
}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception; what was written is rolled back. None for a fault of ours."""
    problem = problem_of(error)
    if problem is None:
        return None
    if not isinstance(error, _COMMITS):
        mark_failed(context["request"]._request, error)  # noqa: SLF001 -- the transaction's request
    return problem


def problem(
    status: int, kind: str, detail: str, errors: list[dict[str, str]] | None = None
) -> Response:
    """A problem document; ``errors`` lists what is wrong where, by JSON pointer."""
    return Response(_body(status, kind, detail, errors), status=status, content_type=CONTENT_TYPE)


def plain_problem(status: int, kind: str, detail: str) -> HttpResponse:
    """A problem document for where the framework does not render."""
    body = json.dumps(_body(status, kind, detail, None), ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE)


def _body(
    status: int, kind: str, detail: str, errors: list[dict[str, str]] | None
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": TYPES + kind,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": current_request_id(),
    }
    return {**body, "errors": errors} if errors else body


def problem_of(error: Exception) -> Response | None:
    """The problem document of an exception; None for a fault of ours."""
    if isinstance(error, (ObjectDoesNotExist, Http404)):
        return problem(404, "not-found", "There is nothing here.")
    if isinstance(error, (PermissionDenied, exceptions.PermissionDenied)):
        return problem(403, "forbidden", "This is not yours to do.")
    if isinstance(error, ReferralError):
        return _refusal(error)
    if isinstance(error, exceptions.APIException):
        return _framework(error)
    return None


def _refusal(error: ReferralError) -> Response:
    kind = _kebab(type(error).__name__)
    if isinstance(error, LookedTooMuch):
        answer = problem(429, kind, str(error))
        answer.headers["Retry-After"] = str(int(HOUR.total_seconds()))
        return answer
    if isinstance(error, CannotScan):
        answer = problem(503, kind, str(error))
        answer.headers["Retry-After"] = "60"
        return answer
    if isinstance(error, _CONFLICTS):
        return problem(409, kind, str(error))
    where = pointer(error.field) if isinstance(error, NotWellFormed) else _POINTED.get(type(error))
    errors = [{"pointer": where, "detail": str(error)}] if where else None
    return problem(422, kind, str(error), errors)


def pointer(field: str) -> str:
    """Where in the body a refused field stands: ``identity.born_on`` → ``/case/identity/born_on``.

    ``needs`` alone is the coded list, ``needs.wanted`` a field of the case.
    """
    if field in _ELSEWHERE:
        return _ELSEWHERE[field]
    first, *rest = field.split(".")
    in_case = first in set(Compartment) and rest
    parts = ["case", first, *rest] if in_case else [first, *rest]
    return "".join(f"/{_escaped(part)}" for part in parts)


def _framework(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        errors = list(islice(_flattened(error.detail), MOST_ERRORS))
        return problem(400, "not-well-formed", "Some of what was sent cannot be read.", errors)
    answer = problem(error.status_code, _kebab(type(error).__name__), str(error.detail))
    if header := getattr(error, "auth_header", None):
        answer.headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        answer.headers["Retry-After"] = str(int(wait))
    return answer


def _flattened(detail: Any, at: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            where = at if name == "non_field_errors" else f"{at}/{_escaped(str(name))}"
            yield from _flattened(inner, where)
    elif isinstance(detail, list) and not all(isinstance(part, str) for part in detail):
        for index, inner in enumerate(detail):
            if inner:
                yield from _flattened(inner, f"{at}/{index}")
    else:
        texts = detail if isinstance(detail, list) else [detail]
        yield from ({"pointer": at, "detail": str(text)} for text in texts)


def _escaped(name: str) -> str:
    """A name as a step of a JSON pointer (RFC 6901), cut where somebody sent a novel."""
    return name[:LONGEST_NAME].replace("~", "~0").replace("/", "~1")


def _kebab(name: str) -> str:
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("-")
