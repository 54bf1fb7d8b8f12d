"""Reading FHIR strictly: what is not understood is refused by its path, never passed over."""

from collections.abc import Iterator
from typing import Any

from api.fhir.codes import EXTENSION, SYSTEM

Issues = dict[str, str]


class Element:
    """An element of what was sent, where it stands, and what is found wrong on the way."""

    def __init__(self, value: Any, path: str, issues: Issues) -> None:
        self.value = value if isinstance(value, dict) else {}
        self.path, self.issues = path, issues
        if not isinstance(value, dict):
            issues[path] = "This is to be an object."

    def fault(self, name: str, said: str) -> None:
        """Something is wrong with an element of this one."""
        self.issues[f"{self.path}.{name}" if name else self.path] = said

    def only(self, *names: str) -> None:
        """Refuse all others."""
        for unknown in [name for name in self.value if name not in names][:25]:
            self.fault(unknown[:60], "This element is not understood here: leave it out.")

    def word(self, name: str) -> str:
        """An element that is text; nothing if it is not there."""
        found = self.value.get(name, "")
        if not isinstance(found, str):
            self.fault(name, "This is to be text.")
            return ""
        return found

    def inner(self, name: str) -> "Element | None":
        """An element that is an object."""
        if name not in self.value:
            return None
        return Element(self.value[name], f"{self.path}.{name}", self.issues)

    def each(self, name: str) -> Iterator["Element"]:
        """An element that is a list of objects."""
        for nth, value in enumerate(self._list(name)):
            yield Element(value, f"{self.path}.{name}[{nth}]", self.issues)

    def at_most_one(self, name: str) -> "Element | None":
        """The one object of a list."""
        found = list(self.each(name))
        if len(found) > 1:
            self.fault(name, "One at the most is understood here.")
        return found[0] if found else None

    def words(self, name: str) -> list[str]:
        """An element that is a list of texts."""
        found = self._list(name)
        if not all(isinstance(value, str) for value in found):
            self.fault(name, "This is to be a list of texts.")
            return []
        return found

    def code(self, listed: str) -> str:
        """The one code that this concept has on a list of ours."""
        self.only("coding", "text")
        system = f"{SYSTEM}{listed}"
        found = [each for each in self.each("coding") if each.word("system") == system]
        for coding in found:
            coding.only("system", "code", "display", "version", "userSelected")
        if len(found) != 1:
            self.fault("coding", f"Give one code of {system}.")
            return ""
        return found[0].word("code")

    def codes(self, name: str, listed: str) -> list[str]:
        """The codes of a list of concepts."""
        return [concept.code(listed) for concept in self.each(name)]

    def extensions(self, known: dict[str, str]) -> dict[str, list[Any]]:
        """The values of the extensions that are known: ``known`` says of which type each is."""
        found: dict[str, list[Any]] = {}
        for each in self.each("extension"):
            name = each.word("url").removeprefix(EXTENSION)
            if name not in known or not each.word("url").startswith(EXTENSION):
                each.fault("url", "This extension is not understood here: leave it out.")
                continue
            element = f"value{known[name]}"
            each.only("url", element)
            if element not in each.value:
                each.fault(element, "This is missing.")
                continue
            found.setdefault(name, []).append(each.value[element])
        return found

    def _list(self, name: str) -> list[Any]:
        found = self.value.get(name, [])
        if not isinstance(found, list):
            self.fault(name, "This is to be a list.")
            return []
        return found
