"""The people who sign in, and the memberships through which people and systems act."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts.models.agencies import Agency
from accounts.roles import GRANTS, Permission, Role
from tenancy.context import Context


class UserManager(BaseUserManager["User"]):
    """Makes users; their address is their name for signing in."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in once they also have a second factor."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Addresses differ by more than capitals."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in. What they may do comes from their memberships alone.

    ``password_due_at`` stands while the password is one that somebody else made: until then it
    signs in, to choose an own one and for nothing else. ``session_epoch`` counts what ended all
    sessions. ``last_totp_counter`` is the newest time-step a code was accepted for.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    password_due_at = models.DateTimeField(null=True, blank=True)
    session_epoch = models.PositiveIntegerField(default=0)
    last_totp_counter = models.BigIntegerField(default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_user_email_in_small_letters",
                condition=Q(email=models.functions.Lower("email")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What every session of this person must carry; a new password or epoch ends them all."""
        value = f"{self.password}|{self.session_epoch}"
        return salted_hmac(
            "accounts.User.session", value, secret=secret, algorithm="sha256"
        ).hexdigest()


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Which memberships there are."""

    def current(self) -> "MembershipQuerySet":
        """Memberships that have not ended, of people who may sign in, in active agencies."""
        alive = Q(user=None) | Q(user__is_active=True)
        return self.filter(alive, ended_at=None, agency__is_active=True)

    def holding(self, permission: Permission) -> "MembershipQuerySet":
        """Current memberships whose role grants a permission."""
        roles = [role for role, granted in GRANTS.items() if permission in granted]
        return self.current().filter(role__in=roles)


class Membership(models.Model):
    """One person, or one system, acting for one agency: the ``by`` of every action."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    title = models.CharField(max_length=100, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    scopes: frozenset[str] = frozenset()  # of the token a system came with

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency"],
                condition=Q(ended_at=None),
                name="accounts_membership_once_per_agency",
            ),
            models.CheckConstraint(
                name="accounts_membership_only_systems_have_no_user",
                condition=Q(user=None, role=Role.CLIENT)
                | (Q(user__isnull=False) & ~Q(role=Role.CLIENT)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} of {self.agency_id} (#{self.pk})"

    @property
    def is_client(self) -> bool:
        """Whether a system acts, not a person."""
        return self.user_id is None

    @property
    def context(self) -> Context:
        """What the database is told while this member acts."""
        kind = Context.client if self.is_client else Context.member
        return kind(agency_id=self.agency_id, membership_id=self.pk)

    @property
    def display_name(self) -> str:
        """How colleagues see the member: a person's name, or the system's title."""
        return self.user.name if self.user else self.title

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the member's role grants; nothing once they have left."""
        return GRANTS[Role(self.role)] if self.ended_at is None else frozenset()

    def has(self, permission: Permission) -> bool:
        """Whether the member's role grants a permission, and they have not left."""
        return permission in self.permissions
