"""Codes of giving out what is held: who asks, on what footing, and what is taken out.

Sources: UK GDPR articles 12 and 15; Police, Crime, Sentencing and Courts Act 2022, sections 44A to
44E (requests for victim information, only where necessary and proportionate); Data Protection Act
2018, schedule 2 (what may be withheld).
"""

from django.db import models


class RequestKind(models.TextChoices):
    """Who asks for what."""

    SUBJECT_ACCESS = "subject_access", "The person asks for what is held about them"
    VICTIM_INFORMATION = "victim_information", "The police ask for information about a victim"
    PROSECUTION = "prosecution", "The CPS or the defence ask for third-party material"
    COURT_ORDER = "court_order", "A court orders it"
    DEATH_REVIEW = "death_review", "A death review asks for it"


class Footing(models.TextChoices):
    """What has to hold before anything is given to others than the person."""

    THEY_AGREE = "they_agree", "The person agrees"
    NECESSARY = "necessary", "It is necessary and proportionate, and was explained in writing"
    ORDERED = "ordered", "It is ordered, and there is no choice"


class ToldThem(models.TextChoices):
    """Whether the person was told that others ask for what is held about them."""

    TOLD = "told", "They were told"
    NOT_SAFE = "not_safe", "Not told: it is not safe now"
    WOULD_PREJUDICE = "would_prejudice", "Not told: it would prejudice an investigation"
    CANNOT_BE_REACHED = "cannot_be_reached", "Not told: they cannot be reached"
    THEY_ASK = "they_ask", "They ask themselves"


class HeldBack(models.TextChoices):
    """Why something is taken out."""

    SOMEBODY_ELSE = "somebody_else", "It is about somebody else"
    WOULD_HARM = "would_harm", "It could do somebody serious harm"
    CRIME = "crime", "It would prejudice preventing or detecting crime"
    LEGAL = "legal", "It is legal advice"
    NOT_ASKED_FOR = "not_asked_for", "It is not what was asked for"


class RefusalReason(models.TextChoices):
    """Why nothing is given at all."""

    NOT_THEM = "not_them", "It is not certain who asks"
    NOTHING_HELD = "nothing_held", "Nothing is held that may be confirmed"
    NO_FOOTING = "no_footing", "It was not shown to be necessary and proportionate"
    WITHDRAWN = "withdrawn", "The request was taken back"
