"""On what footing something is shared: four things kept apart.

(a) what she answered, (b) the Article 6 basis, (c) the Article 9 or Schedule condition, and
(d) whether it is safe that she, or anybody, be told. Consent as agreement to a service is not the
same as consent as a lawful basis.
"""

from django.db import models


class ConsentAnswer(models.TextChoices):
    """What she answered, or why she was not asked."""

    GIVEN = "given", "Given"
    REFUSED = "refused", "Refused"
    NOT_ASKED_UNSAFE = "not_asked_unsafe", "Not asked: asking would not be safe"
    UNABLE = "unable", "Unable to say"


class ConsentMethod(models.TextChoices):
    """How her answer was taken. An interpreter is a professional, never family or a friend.

    (https://gov.scot/publications/forced-marriage-practitioner-guidance-update-2014/pages/3)
    """

    IN_PERSON = "in_person", "In person"
    IN_PERSON_INTERPRETER = "in_person_interpreter", "In person, through an interpreter"
    PHONE = "phone", "By phone"
    PHONE_INTERPRETER = "phone_interpreter", "By phone, through an interpreter"
    VIDEO = "video", "By video call"
    WRITTEN = "written", "In writing"
    ONLINE = "online", "Online, by themselves"


class Capacity(models.TextChoices):
    """Could she decide this? Under 16 it is Gillick competence, for this decision alone.

    (https://www.safeguardinglewisham.org.uk/lscp/lscp/professionals/information-sharing-consent)
    """

    PRESUMED = "presumed", "Presumed (16 or over)"
    GILLICK_COMPETENT = "gillick_competent", "Under 16, competent to decide this"
    PARENT_DECIDED = "parent_decided", "Under 16, somebody with parental responsibility decided"
    LACKS_CAPACITY = "lacks_capacity", "Lacks capacity to decide this"


class LawfulBasis(models.TextChoices):
    """Article 6 UK GDPR, or Part 3 of the Data Protection Act 2018 for the police.

    Recognised legitimate interests: Data (Use and Access) Act 2025, Schedule 4
    (https://www.legislation.gov.uk/id/ukpga/2025/18/schedule/4).
    """

    CONSENT = "consent", "Consent"
    LEGAL_OBLIGATION = "legal_obligation", "Legal obligation"
    VITAL_INTERESTS = "vital_interests", "Vital interests"
    PUBLIC_TASK = "public_task", "Public task"
    RECOGNISED_INTEREST = "recognised_interest", "Recognised legitimate interest"
    LEGITIMATE_INTERESTS = "legitimate_interests", "Legitimate interests"
    LAW_ENFORCEMENT = "law_enforcement", "Law enforcement purpose (Part 3)"


class SpecialCondition(models.TextChoices):
    """The condition for special-category or sensitive processing, needed besides the basis.

    Data Protection Act 2018, Schedules 1 and 8
    (https://legislation.gov.uk/ukpga/2018/12/schedule/1/enacted?view=interweave).
    """

    EXPLICIT_CONSENT = "explicit_consent", "Explicit consent"
    VITAL_INTERESTS = "vital_interests", "Vital interests"
    SAFEGUARDING = "safeguarding", "Safeguarding of children and individuals at risk (para 18)"
    UNLAWFUL_ACTS = "unlawful_acts", "Preventing or detecting unlawful acts (para 10)"
    HEALTH_OR_SOCIAL_CARE = "health_or_social_care", "Health or social care (para 2)"
    LEGAL_CLAIMS = "legal_claims", "Legal claims"
    SCHEDULE_8 = "schedule_8", "Law enforcement: a Schedule 8 condition"


class OverrideGround(models.TextChoices):
    """Why something is shared without her agreement. The first three are paragraph 18's own."""

    CANNOT_CONSENT = "cannot_consent", "They cannot give consent"
    CANNOT_OBTAIN = "cannot_obtain", "Consent cannot reasonably be obtained"
    ASKING_ENDANGERS = "asking_endangers", "Asking would put their protection at risk"
    HIGH_RISK = "high_risk", "High risk of serious harm"
    LIFE_AT_RISK = "life_at_risk", "Life at risk"
    CHILD_AT_RISK = "child_at_risk", "A child is at risk"


class SafeToTell(models.TextChoices):
    """May she be told now that something was shared?"""

    TOLD = "told", "They have been told"
    SAFE = "safe", "Safe to tell them"
    NOT_SAFE = "not_safe", "Not safe to tell them now"


class PartyKind(models.TextChoices):
    """What somebody other than the person is in the case."""

    ALLEGED_PERPETRATOR = "alleged_perpetrator", "Alleged perpetrator"
    CHILD = "child", "Child"
    OTHER_AT_RISK = "other_at_risk", "Somebody else at risk"
    SUPPORTER = "supporter", "Somebody they trust"


class Relationship(models.TextChoices):
    """What a party is to the person; conflict checks and MARAC repeats compare these."""

    PARTNER = "partner", "Partner"
    FORMER_PARTNER = "former_partner", "Former partner"
    PARENT = "parent", "Parent"
    CHILD = "child", "Child"
    SIBLING = "sibling", "Brother or sister"
    IN_LAW = "in_law", "Partner's family"
    OTHER_FAMILY = "other_family", "Other family"
    CARER = "carer", "Carer"
    FRIEND = "friend", "Friend or acquaintance"
    COLLEAGUE = "colleague", "Colleague"
    IN_AUTHORITY = "in_authority", "Somebody in authority over them"
    CLIENT = "client", "Client or customer"
    STRANGER = "stranger", "Stranger"
    NOT_KNOWN = "not_known", "Not known"
