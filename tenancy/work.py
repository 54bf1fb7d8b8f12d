"""The unit of work: one transaction, one asker, and what must happen before its commit."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from psycopg.pq import TransactionStatus

from tenancy.context import Context
from tenancy.signing import signed


class ContextMismatch(RuntimeError):
    """Code tried to act for one asker inside another asker's transaction."""


class ContextRefused(RuntimeError):
    """The database does not believe the asker: not this role's to claim, or a wrong password.

    Without this, a house with a wrong password would look like an empty one.
    """


class Undo(Exception):
    """Raised inside a work to undo it although its failure has been dealt with."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(failure)
        self.failure = failure
        self.__cause__ = failure.__cause__


class Work:
    """One unit of work: its asker, and what rooms owe before its commit.

    ``owed`` is written to by the rooms above (the audit entries). What a failed part of the work
    owed is handed to the ``undone`` hooks instead of being paid.
    """

    def __init__(self) -> None:
        self.context = Context.nobody()
        self.owed: list[Any] = []
        self.is_committed = False

    def enter(self, context: Context, *, backend: str = "") -> None:
        """Tell the database who is asking; only nobody can become somebody."""
        if context == self.context:
            return
        if self.context != Context.nobody():
            raise ContextMismatch(f"{context.claim} inside the work of {self.context.claim}.")
        _tell_the_database(context, backend or _backend())
        self.context = context

    def note_the_commit(self) -> None:
        """From here on what was done is done, whatever else fails."""
        self.is_committed = True


Undone = Callable[[Work, list[Any], Exception], None]
_BEFORE_COMMIT: Final[list[Callable[[Work], None]]] = []
_UNDONE: Final[list[Undone]] = []
_current: ContextVar[Work | None] = ContextVar("tenancy_work", default=None)
logger = logging.getLogger(__name__)


def before_commit(hook: Callable[[Work], None]) -> None:
    """Have every unit of work call ``hook`` at its end. The first to stand here is the last called:
    evidence, which locks what all of an agency's people need, comes when all else is done."""
    if hook not in _BEFORE_COMMIT:
        _BEFORE_COMMIT.append(hook)


def when_undone(hook: Undone) -> None:
    """Have ``hook(work, what was owed, error)`` called when a work, or a part of one, failed.

    The work it is given is one that will commit: the surrounding one, or a short one of its own.
    """
    if hook not in _UNDONE:
        _UNDONE.append(hook)


def current_work() -> Work | None:
    """The unit of work this code runs in, if any."""
    return _current.get()


def enter(context: Context, *, backend: str = "") -> None:
    """Become ``context`` in the unit of work that is open.

    ``backend`` is what ``tenancy_backend()`` said in this transaction, where a query asked along;
    the database believes no other.

    :raises ContextMismatch: if no work is open, or it is somebody else's.
    :raises ContextRefused: if the database role may not speak for ``context``.
    """
    work = _current.get()
    if work is None:
        raise ContextMismatch(f"{context.claim} outside any unit of work.")
    work.enter(context, backend=backend)


@contextmanager
def unit_of_work(context: Context) -> Iterator[Work]:
    """Run the body in one transaction that the database sees as ``context``'s, then commit.

    Inside an open work of the same asker it joins it (and its failure undoes only itself);
    inside nobody's it becomes ``context``.

    :raises ContextMismatch: inside the work of another asker.
    :raises ContextRefused: if the database role may not speak for ``context``.
    """
    work = _current.get()
    with _own(context) if work is None else _joined(work, context) as ours:
        yield ours


@contextmanager
def _joined(work: Work, context: Context) -> Iterator[Work]:
    work.enter(context)
    mark, asker = len(work.owed), work.context
    try:
        with transaction.atomic():
            yield work
    except Exception as error:
        work.context = asker  # the savepoint took back whoever was entered since
        undone, work.owed[mark:] = work.owed[mark:], []
        for hook in _UNDONE:
            hook(work, undone, error)
        raise


@contextmanager
def _own(context: Context) -> Iterator[Work]:
    work = Work()
    try:
        with _transaction(work):
            work.enter(context)
            yield work
            _refuse_if_lost()
            _pay(work)
    except Exception as error:
        if work.is_committed:
            logger.exception("The work is committed; what was to follow it failed.")
            return
        if not is_retryable(error):
            _record_the_failure(work, error)
        raise


@contextmanager
def _transaction(work: Work) -> Iterator[None]:
    outlived = connection.in_atomic_block
    token = _current.set(work)
    try:
        with transaction.atomic():
            if not outlived:
                transaction.on_commit(work.note_the_commit)
            yield
            if outlived:
                _forget_the_asker()
    finally:
        _current.reset(token)


def _pay(work: Work) -> None:
    for hook in reversed(_BEFORE_COMMIT):
        hook(work)


def _record_the_failure(work: Work, error: Exception) -> None:
    """Record what was attempted, in a short transaction of its own.

    If that fails too, its error is what the caller sees: an attempt that cannot be recorded is
    not answered.
    """
    if not work.owed:
        return
    cause = error.failure if isinstance(error, Undo) else error
    short = Work()
    with _transaction(short):
        short.enter(work.context)
        for hook in _UNDONE:
            hook(short, work.owed, cause)
        _pay(short)


def _refuse_if_lost() -> None:
    """Stop a work that swallowed a failed statement: its commit would be a silent rollback."""
    status = connection.connection.info.transaction_status
    if connection.needs_rollback or status == TransactionStatus.INERROR:
        raise TransactionManagementError("A statement failed, and the work went on regardless.")


def is_retryable(error: BaseException) -> bool:
    """Whether the same work, done again, may succeed (a deadlock, or a race that was lost)."""
    return getattr(error.__cause__, "sqlstate", None) in {"40001", "40P01"}


def _backend() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenancy_backend()")
        return str(cursor.fetchone()[0])


def _tell_the_database(context: Context, backend: str) -> None:
    password = str(connection.settings_dict["PASSWORD"])
    with connection.cursor() as cursor:
        value = signed(context.claim, backend=backend, password=password)
        cursor.execute("SELECT set_config('pierhead.context', %s, true), tenancy_kind()", [value])
        _, believed = cursor.fetchone()
    if believed != context.kind:
        role = connection.settings_dict["USER"]
        raise ContextRefused(f"The database does not believe {role} about {context.kind}.")


def _forget_the_asker() -> None:
    """A transaction that outlives the work (a caller's) must not keep its asker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pierhead.context', '', true)")
