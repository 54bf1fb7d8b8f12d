"""What harm was done, how grave it looks, what she may want: the clear codes that route a referral.

None of these names or locates anybody. Immigration status is not among them and must never be:
victims with insecure status do not come forward when the police may learn of it
(https://northantspfcc.org.uk/super-complaint-police-data-sharing-for-immigration-purposes/).
"""

from django.db import models


class HarmStrand(models.TextChoices):
    """The kind of harm. A case may have several strands and no offence at all.

    Strands are an axis of their own, beside the offence code: domestic abuse is a flag on
    offences, not an offence (Home Office Counting Rules), and crimes against sex workers are
    recorded as hate crime on Merseyside whatever the offence
    (https://www.vkpp.org.uk/vkpp-work/practice-community-and-practice-mapping/current-practice-examples/).
    """

    DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse"
    SEXUAL_VIOLENCE = "sexual_violence", "Sexual violence"
    STALKING = "stalking", "Stalking"
    HARASSMENT = "harassment", "Harassment"
    HONOUR_BASED_ABUSE = "honour_based_abuse", "So-called honour-based abuse"
    FORCED_MARRIAGE = "forced_marriage", "Forced marriage"
    FGM = "fgm", "Female genital mutilation"
    SEXUAL_EXPLOITATION = "sexual_exploitation", "Sexual exploitation"
    SEX_WORK = "sex_work", "Harm to a sex worker"
    CHILD_SEXUAL_EXPLOITATION = "child_sexual_exploitation", "Child sexual exploitation"
    NOT_KNOWN = "not_known", "Not sure yet"


class RiskBand(models.TextChoices):
    """How grave the risk looks now, whichever tool or judgement said so.

    The bands of the SafeLives Dash as areas publish them
    (https://plymouthscb.co.uk/safe-lives-dash-ric-checklist). "Not assessed" is a fact of its own:
    an unanswered question is not a No.
    """

    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    STANDARD = "standard", "Standard"
    NOT_ASSESSED = "not_assessed", "Not assessed"


class Need(models.TextChoices):
    """What she may want, and so what a service may offer.

    From what the region commissions: advisers, aftercare by catchment, harmful practices, sex
    workers, children and young people
    (https://www.merseysidepcc.info/down-to-business/victim-care-merseyside/). Labels read on after
    "does not offer".
    """

    IDVA = "idva", "An independent domestic abuse adviser (IDVA)"
    ISVA = "isva", "An independent sexual violence adviser (ISVA)"
    COUNSELLING = "counselling", "Counselling"
    SAFE_ACCOMMODATION = "safe_accommodation", "A refuge or other safe place to live"
    HOUSING = "housing", "Housing advice"
    HOME_SECURITY = "home_security", "Help to make the home safer"
    LEGAL = "legal", "Legal advice and protective orders"
    COURT = "court", "Support through police and court"
    STALKING_ADVOCACY = "stalking_advocacy", "Stalking advocacy"
    HARMFUL_PRACTICES = "harmful_practices", "Support with harmful practices"
    SEX_WORKER_SUPPORT = "sex_worker_support", "Support for sex workers"
    YOUNG_PEOPLE = "young_people", "Support for young people"
    CHILDREN = "children", "Support for children"
    HEALTH = "health", "Health care"
    MENTAL_HEALTH = "mental_health", "Mental health support"
    DRUGS_AND_ALCOHOL = "drugs_and_alcohol", "Help with drugs and alcohol"
    MONEY = "money", "Help with money and benefits"
    WORK_AND_LEARNING = "work_and_learning", "Help with work and learning"
