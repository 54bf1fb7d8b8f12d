"""What somebody asks of an adviser: a language, a woman or a man, and what the adviser knows well.

The same codes say what an adviser brings, so that wish and ability are compared as they stand.
None of them names anybody, and none is asked of the person's own record.
"""

from typing import Final

from django.db import models

ENGLISH: Final = "en"


class Language(models.TextChoices):
    """A language an adviser speaks well enough to work in, by its code.

    Codes are ISO 639-1, and ISO 639-3 where 639-1 has none (BSL is `bfi`, Dari `prs`, Sylheti
    `syl`). The choice follows the main languages of the 2021 census for the North West (Office for
    National Statistics, table TS024, https://www.nomisweb.co.uk/sources/census_2021), with those
    that harmful-practice services there work in. Ordered by name, as people look for them.
    """

    SQ = "sq", "Albanian"
    AM = "am", "Amharic"
    AR = "ar", "Arabic"
    BN = "bn", "Bengali"
    BFI = "bfi", "British Sign Language"
    BG = "bg", "Bulgarian"
    YUE = "yue", "Cantonese"
    HR = "hr", "Croatian"
    CS = "cs", "Czech"
    PRS = "prs", "Dari"
    EN = "en", "English"
    FR = "fr", "French"
    DE = "de", "German"
    EL = "el", "Greek"
    GU = "gu", "Gujarati"
    HA = "ha", "Hausa"
    HI = "hi", "Hindi"
    HU = "hu", "Hungarian"
    IG = "ig", "Igbo"
    IT = "it", "Italian"
    KU = "ku", "Kurdish"
    LV = "lv", "Latvian"
    LT = "lt", "Lithuanian"
    ML = "ml", "Malayalam"
    CMN = "cmn", "Mandarin"
    PS = "ps", "Pashto"
    FA = "fa", "Persian (Farsi)"
    PL = "pl", "Polish"
    PT = "pt", "Portuguese"
    PA = "pa", "Punjabi"
    RO = "ro", "Romanian"
    RU = "ru", "Russian"
    SN = "sn", "Shona"
    SK = "sk", "Slovak"
    SO = "so", "Somali"
    ES = "es", "Spanish"
    SW = "sw", "Swahili"
    SYL = "syl", "Sylheti"
    TA = "ta", "Tamil"
    TI = "ti", "Tigrinya"
    TR = "tr", "Turkish"
    UK = "uk", "Ukrainian"
    UR = "ur", "Urdu"
    VI = "vi", "Vietnamese"
    CY = "cy", "Welsh"
    YO = "yo", "Yoruba"


class AdviserGender(models.TextChoices):
    """Whom she can ask for.

    The gender list of the NPCC's Minimum POLE Data Standards Dictionary v1.1, shortened to what an
    adviser can be asked for. Nobody of staff need say.
    """

    WOMAN = "woman", "Woman"
    MAN = "man", "Man"
    NOT_SAID = "not_said", "Other, or not said"


class Specialism(models.TextChoices):
    """What an adviser knows more of than every adviser must.

    The harms for which the region commissions services of their own
    (https://www.merseysidepcc.info/down-to-business/victim-care-merseyside/).
    """

    HARMFUL_PRACTICES = "harmful_practices", "Harmful practices"
    SEXUAL_VIOLENCE = "sexual_violence", "Sexual violence"
    SEX_WORK = "sex_work", "Sex work"
    YOUNG_PEOPLE = "young_people", "Young people"
