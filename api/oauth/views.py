"""The two addresses of OAuth that exist here. They answer in OAuth's own JSON (RFC 6749, 7009)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider.views.mixins import OAuthLibMixin

from api.callers import caller_of
from api.oauth.validator import AUDIENCE, CALLER, REQUEST


def _say_from_where(request: HttpRequest) -> None:
    """For the validator, which sees what the toolkit hands on: nobody outside can write these, for
    what comes as a header is named HTTP_…"""
    request.META[CALLER] = caller_of(request)
    request.META[AUDIENCE] = request.build_absolute_uri(reverse("issue_token"))
    request.META[REQUEST] = lambda: request  # the toolkit would iterate over the request itself


_for_systems = [
    csrf_exempt,
    login_not_required,
    sensitive_post_parameters("client_secret", "client_assertion", "token"),
]


@method_decorator(_for_systems, name="dispatch")
class IssueToken(OAuthLibMixin, View):  # type: ignore[misc]
    """``POST /api/v1/token/``: a token for five minutes, for some of the system's scopes."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        _say_from_where(request)
        _, headers, body, status = self.create_token_response(request)
        return HttpResponse(body, status=status, headers=headers)


@method_decorator(_for_systems, name="dispatch")
class RevokeToken(OAuthLibMixin, View):  # type: ignore[misc]
    """``POST /api/v1/revoke/``: give a token up before its time."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        _say_from_where(request)
        _, headers, body, status = self.create_revocation_response(request)
        return HttpResponse(body, status=status, headers=headers)
