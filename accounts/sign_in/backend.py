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
        """Active, a member of an active agency, and with a password that is not overdue."""
        in_time = Q(user__password_due_at=None) | Q(user__password_due_at__gt=Now())
        return Membership.objects.current().filter(in_time, user_id=user.pk).exists()

    def get_user(self, user_id: int) -> User | None:
        """Whose session it is; the middleware asks for the membership in any case."""
        return User.objects.filter(pk=user_id, is_active=True).first()
