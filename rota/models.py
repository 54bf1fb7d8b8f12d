"""Working patterns, days that differ, leave, on-call, what each adviser brings, and the roads.

Working time is kept as the wall clock in Liverpool shows it, in minutes, because that is what is
agreed with people: a shift from nine stays one from nine when the clocks change. Leave and on-call
begin and end at instants. Whose rows they are is the agency's alone; no colleague elsewhere sees
who is ill.
"""

import uuid
from typing import Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    DateTimeRangeField,
    IntegerRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.abilities import AdviserGender, Language, Specialism
from directory.areas import AREA_CHOICES

DAY: Final = 24 * 60
WEEK: Final = 7 * DAY
SHORTEST: Final = 15
LONGEST: Final = 16 * 60
"""Minutes of a shift: what is longer is a slip of the pen, or on-call."""
LONGEST_TRAVEL: Final = 240


def _a_shift(name: str, within: int) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(minutes__isempty=False, minutes__startswith__gte=0)
        & Q(minutes__startswith__lt=within)
        & Q(minutes__endswith__gte=F("minutes__startswith") + SHORTEST)
        & Q(minutes__endswith__lte=F("minutes__startswith") + LONGEST),
    )


def _one_at_a_time(name: str, *fields: str) -> ExclusionConstraint:
    """No two rows alike in every field but the last, which do not overlap."""
    *alike, span = fields
    expressions = [(field, RangeOperators.EQUAL) for field in alike]
    return ExclusionConstraint(
        name=name, expressions=[*expressions, (span, RangeOperators.OVERLAPS)]
    )


class WorkingPattern(models.Model):
    """The week somebody works, again and again, in one period. ``full_time_share`` is in percent.

    The last day of the period is the day before its upper end. A shift belongs to the day it
    begins on, also where it runs past midnight, or past the period.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    period = DateRangeField()
    full_time_share = models.PositiveSmallIntegerField(default=100)
    set_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            _one_at_a_time("rota_pattern_one_at_a_time", "membership", "period"),
            models.CheckConstraint(
                name="rota_pattern_begins",
                condition=Q(period__isempty=False, period__lower_inf=False),
            ),
            models.CheckConstraint(
                name="rota_pattern_share_in_percent",
                condition=Q(full_time_share__gte=5, full_time_share__lte=100),
            ),
        ]
        indexes = [models.Index(fields=["agency"], name="rota_pattern_agency")]

    def __str__(self) -> str:
        return f"Pattern of {self.membership_id} from {self.period.lower}"


class PatternShift(models.Model):
    """A shift of a pattern: minutes of the wall clock since Monday began, past Sunday's end too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pattern = models.ForeignKey(WorkingPattern, on_delete=models.CASCADE, related_name="shifts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    minutes = IntegerRangeField()

    class Meta:
        constraints = [
            _one_at_a_time("rota_patternshift_one_at_a_time", "pattern", "minutes"),
            _a_shift("rota_patternshift_of_sane_length", WEEK),
        ]

    def __str__(self) -> str:
        return f"{self.minutes.lower}–{self.minutes.upper} of the week"


class ExceptionDay(models.Model):
    """A day on which somebody works otherwise than the pattern says.

    ``instead`` of the pattern's shifts, or besides them; instead, without ``minutes`` (of that
    day's wall clock), is a day off that is no leave.
    """

    class Kind(models.TextChoices):
        """What becomes of the pattern on that day."""

        INSTEAD = "instead", "Instead of the usual hours"
        BESIDES = "besides", "Besides the usual hours"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    minutes = IntegerRangeField(null=True, blank=True)
    set_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "on"], name="rota_exceptionday_once"),
            models.CheckConstraint(
                name="rota_exceptionday_besides_says_when",
                condition=Q(kind="instead") | Q(minutes__isnull=False),
            ),
            _a_shift("rota_exceptionday_of_sane_length", DAY),
        ]
        indexes = [models.Index(fields=["agency", "on"], name="rota_exceptionday_agency")]

    def __str__(self) -> str:
        return f"{self.membership_id} on {self.on}: {self.kind}"


class LeaveKind(models.TextChoices):
    """Why somebody is away. No more is kept than that."""

    ANNUAL = "annual", "Annual leave"
    SICK = "sick", "Off sick"
    TRAINING = "training", "Training"
    OTHER = "other", "Other leave"


class Leave(models.Model):
    """Time somebody is away. Sickness may be open: nobody knows yet when it ends."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=LeaveKind)
    during = DateTimeRangeField()
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            _one_at_a_time("rota_leave_one_of_a_kind_at_a_time", "membership", "kind", "during"),
            models.CheckConstraint(
                name="rota_leave_begins",
                condition=Q(during__isempty=False, during__lower_inf=False),
            ),
            models.CheckConstraint(
                name="rota_leave_only_sickness_is_open",
                condition=Q(kind="sick") | Q(during__upper_inf=False),
            ),
        ]
        indexes = [models.Index(fields=["agency"], name="rota_leave_agency")]

    def __str__(self) -> str:
        return f"{self.membership_id} away from {self.during.lower:%Y-%m-%d %H:%M}"


class OnCall(models.Model):
    """Time somebody can be woken in without being at work."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    during = DateTimeRangeField()
    put_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField()

    class Meta:
        constraints = [
            _one_at_a_time("rota_oncall_one_at_a_time", "membership", "during"),
            models.CheckConstraint(
                name="rota_oncall_begins_and_ends",
                condition=Q(
                    during__isempty=False, during__lower_inf=False, during__upper_inf=False
                ),
            ),
        ]
        indexes = [models.Index(fields=["agency"], name="rota_oncall_agency")]

    def __str__(self) -> str:
        return f"{self.membership_id} on call from {self.during.lower:%Y-%m-%d %H:%M}"


class AdviserAbilities(models.Model):
    """What an adviser brings, in codes: where, in which languages, for what. Alone only if said."""

    membership = models.OneToOneField(
        Membership, on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    areas = ArrayField(models.CharField(max_length=9, choices=AREA_CHOICES), blank=True)
    languages = ArrayField(models.CharField(max_length=3, choices=Language), blank=True)
    gender = models.CharField(max_length=10, choices=AdviserGender, default=AdviserGender.NOT_SAID)
    specialisms = ArrayField(models.CharField(max_length=20, choices=Specialism), blank=True)
    may_visit_alone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rota_abilities_of_the_lists",
                condition=Q(areas__contained_by=[code for code, _ in AREA_CHOICES])
                & Q(languages__contained_by=list(Language.values))
                & Q(specialisms__contained_by=list(Specialism.values))
                & Q(gender__in=list(AdviserGender.values)),
            )
        ]
        indexes = [models.Index(fields=["agency"], name="rota_abilities_agency")]

    def __str__(self) -> str:
        return f"Abilities of {self.membership_id}"


class TravelTime(models.Model):
    """How long one must reckon with from one area to another, or within one; each way its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    from_area = models.CharField(max_length=9, choices=AREA_CHOICES)
    to_area = models.CharField(max_length=9, choices=AREA_CHOICES)
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "from_area", "to_area"], name="rota_traveltime_once"
            ),
            models.CheckConstraint(
                name="rota_traveltime_within_four_hours",
                condition=Q(minutes__gte=0, minutes__lte=LONGEST_TRAVEL),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_area} to {self.to_area}: {self.minutes} min"
