"""A page for while no key can be opened: nothing of a case leaves, what is clear still works."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tenancy.middleware import mark_failed
from vault.errors import KeyServiceAway

SECONDS_TO_RETRY: Final = 10


class KeysAway:
    """Answers 503 where a view needed a key and the service that holds the root was away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What was written is undone, and the attempt recorded, as for any failure."""
        if not isinstance(exception, KeyServiceAway):
            return None
        mark_failed(request, exception)
        if request.path.startswith("/api/"):
            body, kind = render_to_string("503.json"), "application/problem+json"
        else:
            body, kind = render_to_string("503_keys.html"), "text/html"
        headers = {"Retry-After": str(SECONDS_TO_RETRY)}
        return HttpResponse(body, status=503, content_type=kind, headers=headers)
