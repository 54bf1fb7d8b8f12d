"""Agencies, the people and systems that act for them, and the agreements they share under."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.roles import GRANTS, Permission, Role
from tenancy.context import Context


class AgencyKind(models.TextChoices):
    """What an agency is; it decides which screens its people see first."""

    POLICE = "police", "Police force"
    IDVA = "idva", "IDVA service"
    SERVICE = "service", "Support service"
    COUNCIL = "council", "Council"
    HEALTH = "health", "Health"
    HUB = "hub", "Victim hub"
    COORDINATOR = "coordinator", "Coordinators"
    STRATEGIC = "strategic", "Strategic group"


class AgencyQuerySet(models.QuerySet["Agency"]):
    """Which agencies there are."""

    def sharing(self, on: date) -> "AgencyQuerySet":
        """Active agencies whose sharing agreement is live on a day."""
        live = SharingAgreement.objects.live(on).filter(agency=models.OuterRef("pk"))
        return self.filter(models.Exists(live), is_active=True)


class Agency(models.Model):
    """An organisation that refers or is referred to. Areas are ONS local-authority codes."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=AgencyKind)
    areas = ArrayField(models.CharField(max_length=9), default=list, blank=True)
    force_code = models.CharField(max_length=2, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class SharingAgreementQuerySet(models.QuerySet["SharingAgreement"]):
    """Which agreements there are."""

    def live(self, on: date) -> "SharingAgreementQuerySet":
        """Agreements in force on a day; the last day counts."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class SharingAgreement(models.Model):
    """The signed agreement without which nothing may be sent by or to an agency."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = SharingAgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_sharingagreement_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            )
        ]

    def __str__(self) -> str:
        return f"Agreement of {self.agency_id} from {self.starts_on}"


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
    """A person who signs in. What they may do comes from their memberships alone."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

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
                condition=Q(user=None, role=Role.CLIENT) | (Q(user__isnull=False) & ~Q(role=Role.CLIENT)),
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

    def has(self, permission: Permission) -> bool:
        """Whether the member's role grants a permission, and they have not left."""
        return self.ended_at is None and permission in GRANTS[Role(self.role)]
