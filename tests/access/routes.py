"""The addresses of the house, filled with what a test asks them about, and the declared table."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from django.urls import get_resolver
from django.utils.regex_helper import normalize

TABLE: Final = Path(__file__).parent / "matrix.csv"
ABOUT: Final = re.compile(r"<(?:\w+:)?(\w+)>")
WORDS: Final = {
    "channel": "phone_call",
    "number": "1",
    "area": "E08000012",
    "area_code": "E08000012",
    "on": "2026-12-01",
    "row": "00000000-0000-4000-8000-000000000000",
    "secret": "no-secret-at-all",
    "action": "00000000-0000-4000-8000-000000000000",
    "agency": "linden",
    "version": "1",
    "recovery": "00000000-0000-4000-8000-000000000000",
    "attachment": "00000000-0000-4000-8000-000000000000",
    "import_id": "00000000-0000-4000-8000-000000000000",
}
"""What stands in an address besides a reference. Of something that is not there, unless said."""


class Route(NamedTuple):
    """One address: its name, its path with places to fill, and how it is asked."""

    name: str
    path: str
    method: str

    @property
    def is_about_a_referral(self) -> bool:
        """Whether the address names one."""
        return "reference" in ABOUT.findall(self.path)

    def filled(self, **words: str) -> str:
        """The address about something.

        :raises KeyError: for a part nobody has given a word for, so that nothing goes untested.
        """
        known = {**WORDS, **words}
        return "/" + ABOUT.sub(lambda found: known[found[1]], self.path)


def routes() -> list[Route]:
    """Every address, in the order of their names."""
    return sorted(_walked(get_resolver(), "", ""))


def declared() -> dict[tuple[str, str, str], dict[str, str]]:
    """By name, method and subject, what each asker is answered."""
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row.pop("route"), row.pop("method"), row.pop("about")): row for row in rows}


def declare(rows: dict[tuple[str, str, str], dict[str, str]]) -> None:
    """Write the table anew; the reader of the change decides whether it is right."""
    askers = sorted({asker for row in rows.values() for asker in row})
    with TABLE.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["route", "method", "about", *askers], lineterminator="\n")
        writer.writeheader()
        for (route, method, about), row in sorted(rows.items()):
            writer.writerow({"route": route, "method": method, "about": about, **row})


def _walked(resolver, prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walked(pattern, path, inner)
        else:
            yield Route(f"{namespace}{pattern.name}", _plain(path), _method(pattern.callback))


def _plain(path: str) -> str:
    """A path as it is typed; what is a regular expression is taken apart by Django's own means."""
    return normalize(path)[0][0] if path.startswith("^") else path


def _method(callback) -> str:
    view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    allowed = getattr(view, "http_method_names", ["get"])
    return "get" if "get" in allowed and (view is None or hasattr(view, "get")) else "post"
