"""What an answer or a grade rests on. Both tell of her story, so both are kept sealed."""

from django.db import models


class Source(models.TextChoices):
    """Who said so, where it was not the person themselves."""

    PERSON = "person", "They said so themselves"
    POLICE = "police", "Police records"
    AGENCY = "agency", "Another agency"
    FAMILY = "family", "Family, a friend or a neighbour"
    SEEN = "seen", "Seen or heard by whoever asks"
    EARLIER = "earlier", "An earlier assessment or file"


class GradeReason(models.TextChoices):
    """Why a person grades as they do, beside whatever the tool says.

    What areas publish as grounds of professional judgement
    (https://plymouthscb.co.uk/safe-lives-dash-ric-checklist), and what may lower a risk again.
    """

    AGREES = "agrees", "The tool has it right"
    CLUSTER = "cluster", "Separation, control and violence come together"
    NECK = "neck", "Pressure on the neck or breathing"
    STALKING = "stalking", "Stalking"
    THREATS = "threats", "Threats to kill"
    OWN_VIEW = "own_view", "How much in danger they feel themselves"
    ESCALATION = "escalation", "It is getting worse or more frequent"
    HONOUR = "honour", "So-called honour-based abuse or forced marriage"
    AFRAID_TO_SAY = "afraid_to_say", "They may not feel able to say"
    KNOWN_ELSEWHERE = "known_elsewhere", "What other agencies know"
    KEPT_AWAY = "kept_away", "The other person is in custody or far away"
    SAFER_NOW = "safer_now", "They are somewhere safer, or protected by an order"
    OTHER = "other", "Something else: say what"
