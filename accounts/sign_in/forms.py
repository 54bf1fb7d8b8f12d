"""allauth's forms: codes that work once, and seeds sealed even while they are offered."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django import forms

from accounts.sign_in import second_factor
from audit import recording

OFFER = "second_factor_offer"


class _OnceOnly:
    """A code that was accepted, or an older one, is not accepted again."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        """Use the code up."""
        forget_tries = check_rate_limit(self.user)
        code = str(self.cleaned_data["code"])
        authenticator = second_factor.accept(self.user, code)
        if authenticator is None:
            about = ("user", self.user.pk)
            recording.record_refusal("second_factor", about=about, reason="code")
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = authenticator
        forget_tries()
        recording.record("second_factor", about=("user", self.user.pk), reason=authenticator.type)
        return code


class AuthenticateForm(_OnceOnly, AllauthAuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ReauthenticateForm(_OnceOnly, AllauthReauthenticateForm):  # type: ignore[misc]
    """The second factor again, for what asks for a fresh one."""

    def save(self) -> None:
        """Go on under a new session id."""
        super().save()
        context.request.session.cycle_key()
        recording.record("step_up", about=("user", self.user.pk))


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]
    """A new seed, shown once; it lies sealed in the session until a first code proves it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        self.secret = self._offered() if self.is_bound else self._offer()

    def clean_code(self) -> str:
        """Accept a first code, which is then used up like any other."""
        forget_tries = check_rate_limit(self.user, error_key="rate_limited")
        code = str(self.cleaned_data["code"])
        if not second_factor.use_up(self.user, self.secret, code):
            raise get_adapter().validation_error("incorrect_code")
        forget_tries()
        context.request.session.pop(OFFER)
        return code

    def _offer(self) -> str:
        secret = str(generate_totp_secret())
        context.request.session[OFFER] = second_factor.seal(self.user.pk, secret)
        return secret

    def _offered(self) -> str:
        sealed = context.request.session.get(OFFER)
        return second_factor.unseal(self.user.pk, sealed) if sealed else self._offer()


class ChangePasswordForm(AllauthChangePasswordForm):  # type: ignore[misc]
    """An own password instead of the old one, which must be another."""

    def clean(self) -> dict[str, Any]:
        """Refuse to keep a password that somebody else made."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("password1") and cleaned["password1"] == cleaned.get("oldpassword"):
            self.add_error("password1", "Choose a password you have not used here.")
        return cleaned
