"""The rungs of ladders: who is woken about what, and when."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from notices.claiming import Claimable
from visits.models.follow_up import FollowUp


class Audience(models.TextChoices):
    """Who is woken, worked out when the rung fires."""

    DESK = "desk", "Everybody who may take it"
    WHOSE = "whose", "Whose it is, or the desk"
    WHOSE_AND_MANAGERS = "whose_and_managers", "Whose it is, or the desk, and the managers"
    MANAGERS = "managers", "The managers"
    PERSON = "person", "One person"


_ROLES = sorted({*Audience.values} - {Audience.PERSON})


class Unless(models.TextChoices):
    """What makes a rung find itself not needed. An ended duty always does."""

    TAKEN = "taken", "Somebody has taken it"
    ACTED = "acted", "Somebody has acted since the rung before"
    CONTACTED = "contacted", "They were reached"
    SETTLED = "settled", "It was settled"


class Rung(Claimable):
    """One step of a ladder. It fires once, or late, or finds itself not needed.

    ``about`` is the id of what the ladder is of: a follow-up's own (then ``follow_up`` is set
    too), or something else of this agency's that has a time and somebody to wake. ``reference``
    is the referral the notice names. ``settled_at`` is set by whoever made it needless.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    about = models.UUIDField()
    follow_up = models.ForeignKey(
        FollowUp, on_delete=models.CASCADE, related_name="rungs", null=True, blank=True
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    nth = models.PositiveSmallIntegerField(default=1)
    reference = models.CharField(max_length=12, blank=True)
    audience = models.CharField(max_length=20, choices=Audience)
    person = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    unless = models.CharField(max_length=20, choices=Unless)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    told = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            *Claimable.Meta.constraints,
            models.UniqueConstraint(fields=["about", "kind", "nth"], name="visits_rung_once"),
            models.CheckConstraint(
                name="visits_rung_is_about_its_follow_up",
                condition=Q(follow_up=None) | Q(about=F("follow_up")),
            ),
            models.CheckConstraint(
                name="visits_rung_person_is_named",
                condition=Q(person=None, audience__in=_ROLES)
                | Q(person__isnull=False, audience=Audience.PERSON),
            ),
            models.CheckConstraint(
                name="visits_rung_kind_is_a_code", condition=Q(kind__regex=r"^[a-z][a-z0-9_.]*$")
            ),
        ]
        indexes = [
            models.Index(
                fields=["available_at", "id"],
                name="visits_rung_to_fire",
                condition=Q(fired_at=None, parked_at=None, settled_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.due_at:%Y-%m-%d %H:%M}"
