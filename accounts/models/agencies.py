"""Agencies, and the agreements they share under."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.roles import Role


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


_LOOKS_AFTER = frozenset({Role.ANALYST, Role.ADMINISTRATOR})
_SUPPORTS = frozenset({Role.CASEWORKER, Role.TEAM_LEAD}) | _LOOKS_AFTER
_VISITS = frozenset({Role.ADVISER, Role.DUTY_MANAGER}) | _LOOKS_AFTER
ROLES_OF: Final[Mapping[str, frozenset[Role]]] = {
    AgencyKind.POLICE: frozenset({Role.OFFICER, Role.SUPERVISOR}) | _LOOKS_AFTER,
    AgencyKind.IDVA: _VISITS,
    AgencyKind.SERVICE: _SUPPORTS,
    AgencyKind.COUNCIL: _SUPPORTS,
    AgencyKind.HEALTH: _SUPPORTS,
    AgencyKind.HUB: _VISITS | _SUPPORTS,
    AgencyKind.COORDINATOR: frozenset({Role.COORDINATOR}) | _LOOKS_AFTER,
    AgencyKind.STRATEGIC: _LOOKS_AFTER,
}
"""What people of each kind of agency can be. The database says the same: ``accounts_role_fits``."""


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
