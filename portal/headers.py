"""Response headers that neither Django nor django-csp set, for every page the house renders.

Static files are answered further out, by WhiteNoise, and stay cacheable.
"""

from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse

ALWAYS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store, max-age=0",
    "Pragma": "no-cache",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "autoplay",
            "browsing-topics",
            "camera",
            "display-capture",
            "encrypted-media",
            "fullscreen",
            "geolocation",
            "gyroscope",
            "hid",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "picture-in-picture",
            "screen-wake-lock",
            "serial",
            "usb",
            "xr-spatial-tracking",
        )
    ),
    "X-Robots-Tag": "noindex, noarchive",
}

# They would let a shared computer's cache ask "has this page changed?" and so say it was there.
NEVER_ON_PAGES: Final = ("ETag", "Last-Modified")


class HeadersMiddleware:
    """No copy kept, no other site let in, no device reached, nothing indexed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response[name] = value
        if response.get("Content-Type", "").startswith("text/html"):
            for name in NEVER_ON_PAGES:
                del response[name]
        return response
