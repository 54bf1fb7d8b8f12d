"""Whom staff know, and why somebody was let back in: codes, and no name among them."""

from django.db import models


class Relation(models.TextChoices):
    """Who the declared person is to the member of staff."""

    SELF = "self", "Me"
    HOUSEHOLD = "household", "Somebody I live with"
    FAMILY = "family", "Family, or a partner now or before"
    OTHER = "other", "Somebody else I know well"


class LiftReason(models.TextChoices):
    """Why a case exists for somebody again."""

    OTHER_PERSON = "other_person", "Same name or number, another person"
    NO_LONGER_KNOWN = "no_longer_known", "They no longer know each other"
    DECLARED_IN_ERROR = "declared_in_error", "Declared in error"
