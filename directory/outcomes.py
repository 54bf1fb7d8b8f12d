"""How a duty to be in touch came out, why, and what she says of prosecution: codes of the agency.

None of this travels to whoever referred her: they learn the feedback's code and no more.
"""

from collections.abc import Mapping
from typing import Final

from django.db import models

from directory.contact import VisitOutcome


class OutcomeReason(models.TextChoices):
    """Why it came out as it did. Each belongs to one outcome."""

    BY_PHONE = "by_phone", "They want support by phone, no visit"
    MET_ELSEWHERE = "met_elsewhere", "Met elsewhere, in court or hospital for example"
    AS_PLANNED = "as_planned", "As planned"
    IN_PART = "in_part", "Some of it is left for another time"
    NOT_NOW = "not_now", "Not now"
    NO_SUPPORT = "no_support", "They want no support"
    OTHER_SUPPORT = "other_support", "They have other support"
    AFRAID = "afraid", "They fear what might follow"
    NOBODY_THERE = "nobody_there", "Nobody was there"
    SOMEBODY_ELSE = "somebody_else", "Somebody else was there"
    MOVED = "moved", "They do not stay there any more"
    HARMER_THERE = "harmer_there", "The other person was there or near"
    HAZARD = "hazard", "A hazard to the worker"
    ADVISED_NOT_TO = "advised_not_to", "Police or manager advised against it"
    INTERRUPTED = "interrupted", "Somebody came in"
    THEY_ENDED_IT = "they_ended_it", "They asked to stop"
    WORKER_UNSAFE = "worker_unsafe", "The worker did not feel safe"
    EMERGENCY = "emergency", "An emergency"
    THEY_ASKED = "they_asked", "They asked for another time"
    WE_COULD_NOT = "we_could_not", "We could not keep it"


_R = OutcomeReason
REASONS: Final[Mapping[VisitOutcome, tuple[OutcomeReason, ...]]] = {
    VisitOutcome.CONTACTED: (_R.BY_PHONE, _R.MET_ELSEWHERE),
    VisitOutcome.DONE: (_R.AS_PLANNED, _R.IN_PART),
    VisitOutcome.DECLINED: (_R.NOT_NOW, _R.NO_SUPPORT, _R.OTHER_SUPPORT, _R.AFRAID),
    VisitOutcome.NOT_IN: (_R.NOBODY_THERE, _R.SOMEBODY_ELSE, _R.MOVED),
    VisitOutcome.UNSAFE: (_R.HARMER_THERE, _R.HAZARD, _R.ADVISED_NOT_TO),
    VisitOutcome.ABORTED: (_R.INTERRUPTED, _R.THEY_ENDED_IT, _R.WORKER_UNSAFE, _R.EMERGENCY),
    VisitOutcome.REARRANGED: (_R.THEY_ASKED, _R.WE_COULD_NOT),
}
"""Which reasons an outcome may have. It may also be given without one."""


class Prosecution(models.TextChoices):
    """Where she stands on prosecution. It may change at any time, and no help waits for it.

    Leading with safety and not with prosecution is what brought both up where it was tried
    (https://www.ljmu.ac.uk/about-us/news/articles/2021/3/24/domestic-abuse-better-safeguarding-can-aid-prosecution).
    "Not asked" is that nothing is recorded, so it is never written down.
    """

    NOT_ASKED = "not_asked", "Not asked"
    UNDECIDED = "undecided", "Undecided"
    SUPPORTS = "supports", "Supports it"
    DOES_NOT = "does_not", "Does not support it"
