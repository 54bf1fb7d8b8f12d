"""A change of keys from beginning to end, as the operator's commands run it: in steps, each
committed before the next, so that one that is killed goes on where it was when it is run again.

Each yields what there is to say, as it happens.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from tenancy.context import Context
from tenancy.work import unit_of_work
from vault.inline import GRANTS, INDEX_PURPOSES, OFFERS, InlineKeyd
from vault.keyd import Keyd, chosen_suite
from vault.providers import KeyProvider
from vault.providers.chosen import previous_root_file
from vault.rotation import Batch, StillInUse, room, roots
from vault.rotation.changes import AgencyChange, CaseChange, IndexChange, SigningChange

Result = TypeVar("Result")
SIGNING_PURPOSES = (GRANTS, OFFERS)


class Running:
    """One run of a command: with which root, in batches of what size, and whether for show only."""

    def __init__(self, provider: KeyProvider, *, most: int, is_dry: bool) -> None:
        self.provider, self.most, self.is_dry = provider, most, is_dry

    def rotate_root(self) -> Iterator[str]:
        """Wrap and sign everything under the current root."""
        left = _in_a_work(lambda: roots.left(self.provider))
        yield f"Root: {left} keys under another than {self.provider.describe().current}."
        moved = 0 if self.is_dry else self.most
        while moved:
            moved = _recorded("root", "", lambda: roots.rewrap(self.provider, self.most))
            if moved:
                yield f"Root: {moved} moved."
        yield f"Root: {_in_a_work(lambda: roots.left(self.provider))} left."

    def rotate_agency(self, code: str) -> Iterator[str]:
        """A new pair, and everything sealed to the old sealed to it."""
        change = AgencyChange(_in_a_work(lambda: room().agency_named(code)))
        if not self.is_dry:
            _recorded("agency", code, lambda: change.begin(self.provider, chosen_suite()))
            keyd = self._fresh_keyd()
            for table in room().sealed:
                step = partial(change.reseal, keyd, table, most=self.most)
                yield from self._batches(code, step)
        yield f"{code}: {_in_a_work(change.left)} left."

    def rotate_index(self, code: str) -> Iterator[str]:
        """A new key for each purpose, its tags made beside the old ones, then read alone."""
        agency_id = _in_a_work(lambda: room().agency_named(code))
        for purpose in INDEX_PURPOSES:
            yield from self._rotate_index(code, IndexChange(agency_id, purpose))

    def rotate_signing(self, purpose: str) -> Iterator[str]:
        """A new key. Nothing is left to move: what the old one signed goes on to hold."""
        if not self.is_dry:
            _recorded("signing", purpose, lambda: SigningChange(purpose).begin(self.provider))
        yield f"{purpose}: 0 left."

    def rotate_cases_of(self, code: str) -> Iterator[str]:
        """Other keys for every case of an agency."""
        change = CaseChange(_in_a_work(lambda: room().agency_named(code)))
        done = 0 if self.is_dry else self.most
        while done:
            done = _recorded("case", code, lambda: change.renew(self.most))
            if done:
                yield f"{code}: {done} cases have other keys."
        yield f"{code}: {_in_a_work(change.left) if self.is_dry else 0} left."

    def rotate_case(self, reference: str) -> Iterator[str]:
        """Other keys for one case."""
        case_id = _in_a_work(lambda: room().cases.id_of(reference))
        if not self.is_dry:
            _recorded("case", reference, lambda: room().cases.renew(case_id))
        yield f"{reference}: {int(self.is_dry)} left."

    def retire_root(self) -> Iterator[str]:
        """Destroy the previous root where it lies here. StillInUse while it opens a key."""
        if left := _in_a_work(lambda: roots.left(self.provider)):
            raise StillInUse(f"{left} keys are still under another root. First: vault rotate root.")
        file = previous_root_file()
        if file is None:
            yield "Root: nothing here is under another. What the key service keeps may go there."
        elif self.is_dry:
            yield f"Root: {file} would be destroyed."
        else:
            file.unlink()
            yield f"Root: {file} is destroyed. Take ROOT_KEY_PREVIOUS_FILE out of the settings."

    def retire_agency(self, code: str) -> Iterator[str]:
        """Destroy the old private keys."""
        change = AgencyChange(_in_a_work(lambda: room().agency_named(code)))
        yield self._destroyed("agency", code, change.destroy)

    def retire_index(self, code: str) -> Iterator[str]:
        """Remove the old tags and destroy their keys."""
        agency_id = _in_a_work(lambda: room().agency_named(code))
        for purpose in INDEX_PURPOSES:
            change = IndexChange(agency_id, purpose)
            yield self._destroyed("index", f"{code} {purpose}", change.destroy)

    def retire_signing(self, purpose: str) -> Iterator[str]:
        """Destroy the old private halves; the public ones stay, to verify with."""
        yield self._destroyed("signing", purpose, SigningChange(purpose).destroy)

    def _rotate_index(self, code: str, change: IndexChange) -> Iterator[str]:
        name, switched = f"{code} {change.purpose}", False
        if not self.is_dry:
            _recorded("index", name, lambda: change.begin(self.provider))
            keyd = self._fresh_keyd()
            yield from self._batches(name, partial(change.retag, keyd, most=self.most))
            switched = _recorded("index", name, change.switch)
        state = "the new key is read alone" if switched else "both are written and read"
        yield f"{name}: {_in_a_work(change.left)} left; {state}."

    def _batches(self, name: str, step: Callable[..., Batch]) -> Iterator[str]:
        after: UUID | None = None
        while True:
            batch = _recorded("batch", name, partial(step, after=after))
            if batch.last is None:
                return
            after = batch.last
            yield f"{name}: {batch.moved} moved."

    def _destroyed(self, kind: str, name: str, destroy: Callable[[], int]) -> str:
        if self.is_dry:
            return f"{name}: {_in_a_work(lambda: _tried(destroy))} would be destroyed."
        return f"{name}: {_recorded(kind, name, destroy)} destroyed."

    def _fresh_keyd(self) -> Keyd:
        """One that remembers no version of before."""
        return InlineKeyd(self.provider, suite=chosen_suite())


def _in_a_work(step: Callable[[], Result]) -> Result:
    with unit_of_work(Context.migration()):
        return step()


def _recorded(kind: str, name: str, step: Callable[[], Result]) -> Result:
    """A step in a transaction of its own, on record in the platform's chain."""
    with unit_of_work(Context.migration()):
        room().record(f"keys.{kind}", about=("keys", name))
        return step()


def _tried(destroy: Callable[[], int]) -> int:
    """What it would do, undone."""
    with transaction.atomic():
        count = destroy()
        transaction.set_rollback(True)
    return count
