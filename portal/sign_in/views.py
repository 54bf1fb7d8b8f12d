"""allauth's views, where they need to end up elsewhere or leave a trace."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import LogoutView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from accounts.sign_in import second_factor, sitting


class SignOut(LogoutView):  # type: ignore[misc]
    """End the session, or give up a sign-in half way; leave nothing on the device."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class Enrol(ActivateTOTPView):  # type: ignore[misc]
    """Set up the authenticator app, once; whoever has one since must sign in with it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if second_factor.is_enrolled(request.user):  # type: ignore[arg-type]
            if sitting.second_factor_at(request) is None:
                get_adapter().logout(request)
                return HttpResponseRedirect(reverse("account_login"))
            return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().form_valid(form)
        second_factor.enrolled(self.request)
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes")


class MakeRecoveryCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes; the old ones stop working."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().form_valid(form)
        second_factor.made_recovery_codes(self.request)
        return response
