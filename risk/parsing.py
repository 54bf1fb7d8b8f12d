"""Reading a tool's file strictly: everything that is wrong with it is named, with its place."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from directory.harm import RiskBand
from risk.definition import SCALES, WEIGHABLE, Band, Definition, Item
from risk.scoring import SEVERITY

CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_ITEMS: Final = 150
MOST_POINTS: Final = 100
MOST_VERSION: Final = 32_767
LONGEST: Final = 300_000
TOOL: Final = ("code", "version", "name", "about", "asks_source", "items", "bands")
ITEM: Final = ("code", "text", "help", "section", "answers", "weights")
BAND: Final = ("band", "from", "label")
Defects = list[str]


class NotATool(ValueError):
    """A file that is no risk tool. ``defects`` names each thing that is wrong with it."""

    def __init__(self, defects: Defects) -> None:
        super().__init__("; ".join(defects))
        self.defects = defects


def read(text: str) -> tuple[Definition, Mapping[str, Any]]:
    """A tool from the text of its file, and the document it was.

    :raises NotATool: naming everything that is wrong; nothing is guessed or left out.
    """
    if len(text) > LONGEST:
        raise NotATool([f"The file is longer than {LONGEST:,} characters."])
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise NotATool(["The file is nested too deeply."]) from None
    except json.JSONDecodeError as error:
        raise NotATool([f"It is not JSON: {error.msg} in line {error.lineno}."]) from None
    except NotATool:
        raise
    except ValueError:
        raise NotATool(["It holds a number that is too long to read."]) from None
    return parse(document), document


def parse(document: Any) -> Definition:
    """A tool from its document.

    :raises NotATool: naming everything that is wrong.
    """
    if not isinstance(document, dict):
        raise NotATool(["The file must hold one object."])
    defects = [*_of_keys("", document, TOOL, needed=("code", "version", "name", "items", "bands"))]
    defects += _of_head(document)
    items, bands = _listed(document, "items"), _listed(document, "bands")
    defects += _of_items(items) + _of_bands(bands)
    if defects:
        raise NotATool(defects)
    definition = _made(document, items, bands)
    if definition.bands[-1].starts > definition.most:
        raise NotATool([f"bands: the last starts above the highest score, {definition.most}."])
    return definition


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotATool(["An object names a key twice."])
    return found


def _no_constant(word: str) -> None:
    raise NotATool([f"{word} is no number."])


def _of_keys(
    where: str, given: Mapping[str, Any], known: tuple[str, ...], needed: tuple[str, ...]
) -> Iterator[str]:
    at = f"{where}." if where else ""
    yield from (f"{at}{key}: there is no such key." for key in given if key not in known)
    yield from (f"{at}{key}: is missing." for key in needed if key not in given)


def _of_head(document: Mapping[str, Any]) -> Defects:
    found = [*_of_code("code", document.get("code", "none"))]
    version = document.get("version", 1)
    if not _is_whole(version) or not 1 <= version <= MOST_VERSION:
        found.append(f"version: must be a whole number from 1 to {MOST_VERSION:,}.")
    found += _of_text("name", document.get("name", "none"), 100)
    found += _of_text("about", document.get("about", ""), 1000, may_be_empty=True)
    if not isinstance(document.get("asks_source", True), bool):
        found.append("asks_source: must be true or false.")
    for key in ("items", "bands"):
        if not isinstance(document.get(key, []), list):
            found.append(f"{key}: must be a list.")
    return found


def _of_items(items: list[Any]) -> Defects:
    if not 1 <= len(items) <= MOST_ITEMS:
        return [f"items: must be 1 to {MOST_ITEMS} questions."]
    found = [defect for nth, item in enumerate(items) for defect in _of_item(f"items[{nth}]", item)]
    codes = [item.get("code") for item in items if isinstance(item, dict)]
    twice = sorted({code for code in codes if isinstance(code, str) and codes.count(code) > 1})
    return found + [f"items: {code} is there twice." for code in twice]


def _of_item(where: str, item: Any) -> Iterator[str]:
    if not isinstance(item, dict):
        yield f"{where}: must be an object."
        return
    yield from _of_keys(where, item, ITEM, needed=("code", "text", "answers", "weights"))
    yield from _of_code(f"{where}.code", item.get("code", "none"))
    yield from _of_text(f"{where}.text", item.get("text", "none"), 300)
    yield from _of_text(f"{where}.help", item.get("help", ""), 600, may_be_empty=True)
    yield from _of_text(f"{where}.section", item.get("section", ""), 100, may_be_empty=True)
    scale = item.get("answers", "yes_no")
    if not isinstance(scale, str) or scale not in SCALES:
        yield f"{where}.answers: must be one of {', '.join(SCALES)}."
        return
    yield from _of_weights(f"{where}.weights", item.get("weights", {}), WEIGHABLE[scale])


def _of_weights(where: str, weights: Any, weighable: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(weights, dict):
        yield f"{where}: must be an object."
        return
    for answer in weights.keys() - {*weighable}:
        yield f"{where}.{answer}: this answer cannot count; only {', '.join(weighable)} can."
    points = [weights.get(answer, 0) for answer in weighable]
    if not all(_is_whole(each) and 0 <= each <= MOST_POINTS for each in points):
        yield f"{where}: each must be a whole number from 0 to {MOST_POINTS}."
    elif points != sorted(points):
        yield f"{where}: what happens more often must not count less."


def _of_bands(bands: list[Any]) -> Defects:
    found = [defect for nth, band in enumerate(bands) for defect in _of_band(f"bands[{nth}]", band)]
    if found or not bands:
        return found or ["bands: there must be at least one."]
    starts = [band["from"] for band in bands]
    severities = [SEVERITY[band["band"]] for band in bands]
    if starts[0] != 0:
        found.append("bands[0].from: the first must start at 0.")
    for name, row in (("from", starts), ("band", severities)):
        if row != sorted(set(row)):
            found.append(f"bands: each must have a higher “{name}” than the one before.")
    return found


def _of_band(where: str, band: Any) -> Iterator[str]:
    if not isinstance(band, dict):
        yield f"{where}: must be an object."
        return
    yield from _of_keys(where, band, BAND, needed=("band", "from"))
    known = [str(each) for each in RiskBand if each != RiskBand.NOT_ASSESSED]
    if band.get("band", RiskBand.HIGH) not in known:
        yield f"{where}.band: must be one of {', '.join(known)}."
    starts = band.get("from", 0)
    if not _is_whole(starts) or not 0 <= starts <= MOST_VERSION:
        yield f"{where}.from: must be a whole number of 0 or more."
    yield from _of_text(f"{where}.label", band.get("label", ""), 40, may_be_empty=True)


def _of_code(where: str, code: Any) -> Iterator[str]:
    if not isinstance(code, str) or not CODE.fullmatch(code):
        yield f"{where}: must be small letters, digits and underscores, like fear_of_harm."


def _of_text(where: str, text: Any, most: int, *, may_be_empty: bool = False) -> Iterator[str]:
    if not isinstance(text, str) or (not text.strip() and not may_be_empty):
        yield f"{where}: must be text."
    elif len(text) > most or any(unicodedata.category(sign)[0] == "C" for sign in text):
        yield f"{where}: must be {most} characters or fewer, on one line."


def _is_whole(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def _listed(document: Mapping[str, Any], key: str) -> list[Any]:
    found = document.get(key)
    return found if isinstance(found, list) else []


def _made(document: Mapping[str, Any], items: list[Any], bands: list[Any]) -> Definition:
    return Definition(
        code=document["code"],
        version=document["version"],
        name=document["name"],
        about=document.get("about", ""),
        asks_source=document.get("asks_source", True),
        items=tuple(
            Item(
                code=item["code"],
                text=item["text"],
                help=item.get("help", ""),
                section=item.get("section", ""),
                scale=item["answers"],
                weights=item["weights"],
            )
            for item in items
        ),
        bands=tuple(Band(band["band"], band["from"], band.get("label", "")) for band in bands),
    )
