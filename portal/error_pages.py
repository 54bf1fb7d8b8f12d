"""Pages for when there is no page.

They are rendered without the request: no context processor runs, so nothing here touches the
database, and a page that is absent looks the same as one this person may not know of.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def error_page(status: HTTPStatus, *, message: str = "") -> HttpResponse:
    """The page for `status`; `message` is one more sentence, fit to show."""
    return HttpResponse(
        render_to_string(f"{status.value}.html", {"message": message}), status=status
    )


def bad_request(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(HTTPStatus.BAD_REQUEST)


def forbidden(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(HTTPStatus.FORBIDDEN)


def not_found(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(HTTPStatus.NOT_FOUND)


def too_many(_request: HttpRequest) -> HttpResponse:
    """Called by allauth when somebody tries too often."""
    response = error_page(HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = "300"
    return response


def broken(_request: HttpRequest) -> HttpResponse:
    return error_page(HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failed(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token did not match the cookie: most often, signed out or left open for long."""
    return HttpResponse(render_to_string("403_csrf.html"), status=HTTPStatus.FORBIDDEN)
