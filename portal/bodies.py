"""How much a request to a page may bring: a form's worth, and a file only where files are added."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse

from portal.error_pages import error_page

MOST_OF_A_FORM: Final = 1024 * 1024
MOST_WITH_A_FILE: Final = 20 * 1024 * 1024 + 64 * 1024
_FILES: Final = re.compile(r"/cases/[^/]+/documents/add/")


class NothingTooLarge:
    """Refuses what is too large before any of it is read. The JSON door says its own limits."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        most = MOST_WITH_A_FILE if _FILES.fullmatch(request.path) else MOST_OF_A_FORM
        is_page = not request.path.startswith("/api/")
        if is_page and length.isdecimal() and int(length) > most:
            return error_page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.get_response(request)
