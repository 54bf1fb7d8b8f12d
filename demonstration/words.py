"""What is said in the invented cases: plain sentences, put together by chance."""

from collections.abc import Mapping, Sequence
from typing import Final

from directory.harm import HarmStrand

_H = HarmStrand

HAPPENED: Final[Mapping[str, Sequence[str]]] = {
    _H.DOMESTIC_ABUSE: (
        "Neighbours called: shouting, and a window broken from inside.",
        "He came back at night although he had been asked to stay away, and kicked the door in.",
        "Her phone and bank card had been taken from her; she walked to the station.",
        "An argument about money; he held her by the throat. She could still speak afterwards.",
        "The children’s school rang: the eldest had asked whether it was safe to go home.",
    ),
    _H.STALKING: (
        "He waits outside her work and has been seen at the bus stop on three evenings.",
        "Forty messages a day from changing numbers; flowers left on the step.",
    ),
    _H.HARASSMENT: ("Letters through the door, and her name on the internet with lies beside it.",),
    _H.SEXUAL_VIOLENCE: (
        "She told the nurse first, and asked for somebody who is not in uniform.",
        "Reported now, happened last winter; she knows him from work.",
    ),
    _H.HONOUR_BASED_ABUSE: ("Followed by relations since she was seen with a friend from school.",),
    _H.FORCED_MARRIAGE: ("A flight is booked for her for Friday; she does not want to be on it.",),
    _H.FGM: ("The health visitor is worried about a journey planned for the younger sister.",),
    _H.SEXUAL_EXPLOITATION: ("Moved between flats she cannot name; somebody else holds her keys.",),
    _H.SEX_WORK: ("Attacked by a client near the docks; two others have described the same man.",),
    _H.CHILD_SEXUAL_EXPLOITATION: (
        "Picked up from school in cars that nobody in the family knows.",
    ),
    _H.NOT_KNOWN: ("She did not want to say what happened, only that she cannot go back.",),
}
RISK: Final = (
    "Separated within the year; the violence has become more frequent.",
    "Threats to kill in front of others, and access to a weapon.",
    "She is pregnant and frightened; this is not the first call.",
    "He controls the money and reads her messages.",
    "First report; she thinks it will happen again.",
)
FEARED: Final = (
    "That he finds out where she is staying.",
    "His brothers, who live in the next street.",
    "That the children will be taken from her.",
    "Nobody in particular: the silence before it starts.",
)
HAZARDS: Final = ("A large dog in the yard.", "He is often outside in a parked car.", "")
SAY: Final = (
    "Say it is about the parcel.",
    "Say you are from the dentist.",
    "Ask for the library book to be returned.",
    "Say nothing unless she speaks first.",
)
STAYING: Final = (
    "With a friend, who knows.",
    "At home; he has left for now.",
    "With her mother, back bedroom.",
    "A hotel room the council pays for until Monday.",
)
WANTED: Final = (
    "New locks, and somebody to talk to.",
    "To stay where she is, safely.",
    "A different school for the children, and legal advice.",
    "To know what happens in court.",
)
NOTES: Final = (
    "Rang at the agreed time. She is safe today and wants a visit at our office.",
    "Safety plan gone through together; code word agreed with her sister.",
    "Spoke about the order; solicitor’s appointment on Thursday.",
    "Housing officer will ring her on the safe number only.",
    "She is sleeping better. The children start counselling next week.",
)
WHY_WITHOUT: Final = (
    "She was unconscious when we left her with the ambulance, and he has the keys to the house."
)
