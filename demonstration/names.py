"""Names for people who do not exist, in the scripts and spellings the region's people have."""

from collections.abc import Sequence
from random import Random
from typing import Final, NamedTuple


class Names(NamedTuple):
    """Names that go together, and the language somebody so named may speak at home."""

    weight: int
    language: str
    women: Sequence[str]
    men: Sequence[str]
    families: Sequence[str]


class Name(NamedTuple):
    """Somebody's name, and the language it comes with."""

    given: str
    family: str
    language: str


# fmt: off
POOLS: Final = (
    Names(
        70,
        "English",
        (
            "Aurelia", "Bethan", "Clodagh", "Dervla", "Elspeth", "Fenella", "Gráinne", "Hermia",
            "Imelda", "Jocasta", "Kerensa", "Lavinia", "Myfanwy", "Niamh", "Oonagh", "Petronella",
            "Rosalba", "Siobhán", "Thomasina", "Undine", "Verity", "Wilhelmina", "Zoë",
        ),
        (
            "Alaric", "Benedict", "Cormac", "Digby", "Eustace", "Fergus", "Gethin", "Hamish",
            "Jolyon", "Kit", "Lorcan", "Magnus", "Ninian", "Osric", "Peregrine", "Tiernan",
        ),
        (
            "O’Thistle", "Fernhollow", "Marlpit", "Ó Cuanaigh", "Birchwater", "D’Arcy-Fell",
            "Nettleship", "Rushbrook", "Swiftwater", "Tarn", "Underwood-Lea", "Wynstanley",
            "Cobblewell", "Driftwood", "Greengage", "Hazelmere", "Larkrise", "McSorrel",
        ),
    ),
    Names(
        7,
        "Polish",
        ("Żaneta", "Bożena", "Grażyna", "Małgosia", "Świętosława", "Łucja", "Jadwiga"),
        ("Zdzisław", "Bogumił", "Mścisław", "Łukasz", "Kazimierz"),
        ("Wróblewska-Test", "Źdźbło", "Gżegżółka", "Brzęczyszczykiewicz", "Niezapominajka"),
    ),
    Names(
        6,
        "Arabic",
        ("ليلى", "نور الهدى", "سلمى", "Hala", "Ranya", "Umm Kulthum"),
        ("زياد", "كريم", "Haytham", "Anwar"),
        ("الياسمين", "القمر", "al-Bustani", "an-Nahri", "الزيتون"),
    ),
    Names(
        4,
        "Mandarin",
        ("小雨", "美玲", "Xiùlán", "雪梅"),
        ("文海", "Jiàn", "青山"),
        ("欧阳", "Lǚ", "慕容", "司馬"),
    ),
    Names(
        4,
        "Urdu",
        ("Gulnar", "Mehrunnisa", "Shagufta", "زرینہ"),
        ("Sikandar", "Behram", "Tauqeer"),
        ("Gulistan", "Chandni-Shah", "Moti", "Badal"),
    ),
    Names(
        3,
        "Romanian",
        ("Ștefănița", "Ruxandra", "Ilinca"),
        ("Țepeș-Ion", "Răzvan"),
        ("Brândușă", "Stejărel", "Pădureanu-Test"),
    ),
    Names(
        3,
        "Ukrainian",
        ("Соломія", "Мар’яна", "Khrystyna"),  # noqa: RUF001 -- Cyrillic
        ("Остап", "Yarema"),
        ("Калина", "В’юн", "Sonyashnyk"),  # noqa: RUF001 -- Cyrillic
    ),
    Names(
        3,
        "Yoruba",
        ("Adébísí", "Ọmọlará", "Títílayọ̀"),
        ("Ayọ̀délé", "Kọ́láwọlé"),
        ("Òkè-Odò", "Ìrẹ̀lẹ̀", "Ẹ̀fúnṣetán"),
    ),
)
# fmt: on
_WEIGHTS: Final = [pool.weight for pool in POOLS]


def woman(dice: Random) -> Name:
    """A woman's name."""
    pool = dice.choices(POOLS, _WEIGHTS)[0]
    return Name(dice.choice(pool.women), dice.choice(pool.families), pool.language)


def man(dice: Random) -> Name:
    """A man's name."""
    pool = dice.choices(POOLS, _WEIGHTS)[0]
    return Name(dice.choice(pool.men), dice.choice(pool.families), pool.language)
