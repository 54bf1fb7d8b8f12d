"""Who an address and a password belong to, answered the same way whatever is wrong with them."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Membership, User


class PasswordBackend(ModelBackend):
    """Django's own check, by address: unknown, wrong and suspended take as long and say as much."""

    def authenticate(  # type: ignore[override]
        self, request: Any, email: str | None = None, password: str | None = None, **_: Any
    ) -> AbstractBaseUser | None:
        """The person, or None; the password is hashed either way."""
        return super().authenticate(request, username=email, password=password)

    def user_can_authenticate(self, user: Any) -> bool:
        """Active, of an active agency, and with a password that is not overdue."""
        return user is not None and may_sign_in(user)


def may_sign_in(user: AbstractBaseUser) -> bool:
    """Whether anything is left for this person to sign in to."""
    in_time = Q(password_due_at=None) | Q(password_due_at__gt=Now())
    active = User.objects.filter(in_time, pk=user.pk, is_active=True).exists()
    return active and Membership.objects.current().filter(user_id=user.pk).exists()
