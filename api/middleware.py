"""At the JSON door: what is too large stays outside, and every refusal is a problem document."""

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from api.problems import CONTENT_TYPE, plain_problem

DOOR: Final = "/api/"
MOST_BYTES: Final = 1024 * 1024
MOST_OF_A_FILE: Final = 20 * 1024 * 1024
_FILES: Final = re.compile(r"/api/v1/referrals/[^/]+/attachments/")
KEPT_HEADERS: Final = ("Allow", "Retry-After", "WWW-Authenticate")
_FHIR: Final = "application/fhir+json"  # an OperationOutcome
_OAUTH: Final = "application/json"  # the token's address answers in OAuth's own JSON (RFC 6749)


class JsonDoor:
    """Under ``/api/`` nothing is read that is too large, and nobody is sent a page.

    It stands outside the request transaction, so that it sees every answer there is. Browsers'
    cookies count for nothing here: they are dropped before anybody can look at them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(DOOR):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        refused = _why_not_read(request)
        return refused or _as_problem(self.get_response(request))


def _why_not_read(request: HttpRequest) -> HttpResponse | None:
    length = request.headers.get("Content-Length", "")
    if not length and "Transfer-Encoding" in request.headers:
        return plain_problem(411, "length-required", "Say how long the body is: Content-Length.")
    most = MOST_OF_A_FILE if _FILES.fullmatch(request.path) else MOST_BYTES
    if length.isdecimal() and int(length) > most:
        return plain_problem(413, "too-large", f"Send {most:,} bytes at the most.")
    return None


def _as_problem(response: HttpResponse) -> HttpResponse:
    """The answer, or a problem document in its place where it is a page or leads elsewhere."""
    kind = response.headers.get("Content-Type", "")
    if 300 <= response.status_code < 400 and response.status_code != 304:  # noqa: PLR2004
        return plain_problem(404, "not-found", "There is nothing here.")
    if response.status_code < 400 or kind.startswith((CONTENT_TYPE, _FHIR, _OAUTH)):  # noqa: PLR2004
        return response
    instead = plain_problem(response.status_code, *_WORDS.get(response.status_code, _BROKEN))
    for name in KEPT_HEADERS:
        if name in response.headers:
            instead.headers[name] = response.headers[name]
    return instead


_BROKEN: Final = ("broken", "Something went wrong on our side. Nothing was saved.")
_WORDS: Final = {
    400: ("bad-request", "This request cannot be read."),
    403: ("forbidden", "This is not yours to do."),
    404: ("not-found", "There is nothing here."),
    405: ("method-not-allowed", "That method is not allowed here."),
    413: ("too-large", "This is more than one request may bring."),
}
