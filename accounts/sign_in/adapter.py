"""allauth's hooks: what is recorded, what is kept out of the session, what is not sent."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from accounts.models import User
from accounts.sign_in import sitting
from audit import recording


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are added by administrators; every sign-in, refused or not, is on record."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody signs up."""
        return False

    def authentication_failed(self, request: Any, **credentials: Any) -> None:
        """Record whose account was tried, by id; what was typed is not kept."""
        address = str(credentials.get("email", "")).strip().lower()
        user_id = User.objects.filter(email=address).values_list("pk", flat=True).first()
        recording.record_refusal("sign_in", about=("user", user_id or ""), reason="password")

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """Only the second factor counts as being asked again."""
        url = reverse("mfa_reauthenticate")
        return [{"id": "mfa_reauthenticate", "description": "Use your code", "url": url}]

    def _get_login_attempts_cache_key(self, request: Any, **credentials: Any) -> str:
        """Tries are counted by account, whatever host name the tries came in under."""
        return str(credentials.get("email", "")).strip().lower()

    def pre_login(self, request: Any, user: AbstractBaseUser, **kwargs: Any) -> Any:
        """Keep the address out of the session."""
        for record in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []):
            record.pop("email", None)
        return super().pre_login(request, user, **kwargs)

    def login(self, request: Any, user: AbstractBaseUser) -> None:
        """Begin a new session under a new id, and its two clocks with it; forget what is over."""
        request.session.clear_expired()
        super().login(request, user)
        sitting.begin(request.session)
        recording.record("sign_in", about=("user", user.pk))

    def logout(self, request: Any) -> None:
        """End the session."""
        recording.record("sign_out", about=("user", request.user.pk))
        super().logout(request)

    def get_password_change_redirect_url(self, request: Any) -> str:
        """On to work, or to what is still missing."""
        return str(settings.LOGIN_REDIRECT_URL)

    def set_password(self, user: User, password: str) -> None:
        """The person's own password: whatever was due about the old one is done."""
        user.set_password(password)
        user.password_due_at = None
        user.save(update_fields=["password", "password_due_at"])
        recording.record("change_password", about=("user", user.pk))

    def send_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """allauth sends nothing; what staff are sent is in the notices room."""
