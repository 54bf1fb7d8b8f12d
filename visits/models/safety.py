"""Going out: the check before it, who waits for whom, and everything that happened."""

import uuid
from typing import Final

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.lone_working import (
    CallOffReason,
    EndedHow,
    Finding,
    GoDecision,
    Hazards,
    Whereabouts,
    WhereaboutsSource,
)
from visits.models.visit import Visit

MOST_EXTENSIONS: Final = 4


class VisitCheck(models.Model):
    """What was judged before one visit, in codes; never changed, only made again.

    What the hazards are is sealed with the case. ``good_until`` is when it is too old to go on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="checks")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    hazards = models.CharField(max_length=10, choices=Hazards)
    whereabouts = models.CharField(max_length=20, choices=Whereabouts)
    source = models.CharField(max_length=20, choices=WhereaboutsSource, blank=True)
    whereabouts_at = models.DateTimeField(null=True, blank=True)
    good_until = models.DateTimeField()
    needs_second_worker = models.BooleanField()
    is_refused = models.BooleanField(default=False)
    decision = models.CharField(max_length=20, choices=GoDecision)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visits_visitcheck_whereabouts_say_who_and_when",
                condition=Q(whereabouts="not_known", source="", whereabouts_at=None)
                | (
                    ~Q(whereabouts="not_known")
                    & ~Q(source="")
                    & Q(whereabouts_at__isnull=False, whereabouts_at__lte=F("at"))
                ),
            ),
            models.CheckConstraint(
                name="visits_visitcheck_nobody_goes_who_refused",
                condition=Q(is_refused=False) | ~Q(decision="go"),
            ),
            models.CheckConstraint(
                name="visits_visitcheck_is_good_for_a_while", condition=Q(good_until__gt=F("at"))
            ),
        ]
        indexes = [models.Index(fields=["visit", "-at"], name="visits_visitcheck_newest")]

    def __str__(self) -> str:
        return f"{self.decision} at {self.at:%Y-%m-%d %H:%M}"


class Outing(models.Model):
    """One going out to one visit: planned when it is booked, begun, and ended.

    ``buddy`` stays behind and waits until ``expected_end_at``. ``duress_at`` is nothing that the
    workers' own screens may ever show.
    """

    visit = models.OneToOneField(
        Visit, on_delete=models.CASCADE, related_name="outing", primary_key=True
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    adviser = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    second_worker = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    starts_at = models.DateTimeField()
    buddy = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    began_at = models.DateTimeField(null=True, blank=True)
    expected_end_at = models.DateTimeField(null=True, blank=True)
    extensions = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=20, choices=EndedHow, blank=True)
    duress_at = models.DateTimeField(null=True, blank=True)
    duress_answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visits_outing_begun_has_a_buddy_and_an_end",
                condition=Q(began_at=None, expected_end_at=None)
                | Q(
                    began_at__isnull=False,
                    buddy__isnull=False,
                    expected_end_at__gt=F("began_at"),
                ),
            ),
            models.CheckConstraint(
                name="visits_outing_buddy_stays_behind",
                condition=Q(buddy=None)
                | (~Q(buddy=F("adviser")) & (Q(second_worker=None) | ~Q(buddy=F("second_worker")))),
            ),
            models.CheckConstraint(
                name="visits_outing_ended_says_how",
                condition=Q(ended_at=None, ended_how="")
                | (Q(ended_at__isnull=False) & ~Q(ended_how="")),
            ),
            models.CheckConstraint(
                name="visits_outing_nobody_comes_back_who_did_not_go",
                condition=Q(began_at__isnull=False) | ~Q(ended_how__in=["back", "aborted"]),
            ),
            models.CheckConstraint(
                name="visits_outing_extended_so_many_times",
                condition=Q(extensions__lte=MOST_EXTENSIONS),
            ),
            models.CheckConstraint(
                name="visits_outing_duress_before_its_answer",
                condition=Q(duress_answered_at=None)
                | Q(duress_at__isnull=False, duress_answered_at__gte=F("duress_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "starts_at"],
                name="visits_outing_open",
                condition=Q(ended_at=None) | Q(duress_at__isnull=False, duress_answered_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"Going out at {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is out."""
        return self.began_at is not None and self.ended_at is None

    def is_by(self, member: Membership) -> bool:
        """Whether the member is one of those who go."""
        return member.pk in {self.adviser_id, self.second_worker_id}


class SafetyEvent(models.Model):
    """One thing that happened while somebody was out. Rows are only ever added."""

    class Kind(models.TextChoices):
        """What happened."""

        BEGAN = "began", "Left"
        EXTENDED = "extended", "Will be later"
        BACK = "back", "Checked out"
        ABORTED = "aborted", "Broke the visit off"
        CALLED_OFF = "called_off", "Did not go"
        DURESS = "duress", "Duress word"
        ANSWERED = "answered", "Alarm answered"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="safety_events")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField()
    expected_end_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(max_length=20, choices=Finding, blank=True)
    reason = models.CharField(max_length=20, choices=CallOffReason, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visits_safetyevent_answer_says_what_was_found",
                condition=(Q(kind="answered") & ~Q(finding=""))
                | (~Q(kind="answered") & Q(finding="")),
            ),
            models.CheckConstraint(
                name="visits_safetyevent_says_until_when",
                condition=~Q(kind__in=["began", "extended"]) | Q(expected_end_at__isnull=False),
            ),
            models.CheckConstraint(
                name="visits_safetyevent_not_going_says_why",
                condition=~Q(kind="called_off") | ~Q(reason=""),
            ),
        ]
        indexes = [models.Index(fields=["visit", "at"], name="visits_safetyevent_of_visit")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class DuressWord(models.Model):
    """A worker's own word for "I am not free to speak", kept as a slow salted hash.

    Nobody but the worker's own session reaches the row.
    """

    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    hashed = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Word of {self.membership_id}"
