"""Loading risk tools, and taking them out of use: the operator's deeds."""

from typing import Final

from django.db.models import ProtectedError
from django.utils import timezone

from accounts.errors import NotDone
from audit.recording import record
from risk.models import RiskTool
from risk.parsing import NotATool, read
from tenancy.context import Context
from tenancy.work import unit_of_work

SHOWN: Final = 20


def load(text: str) -> RiskTool:
    """Load a version of a tool from the text of its file: from now it can be assessed with.

    A version that nothing uses yet is replaced; one that is used never changes again.

    :raises NotDone: naming everything that is wrong with the file, or what uses the version.
    """
    try:
        definition, document = read(text)
    except NotATool as error:
        raise NotDone("\n".join(_shown(error.defects))) from None
    with unit_of_work(Context.migration()):
        _make_room(definition.code, definition.version)
        tool = RiskTool.objects.create(
            code=definition.code,
            version=definition.version,
            name=definition.name,
            definition=document,
            loaded_at=timezone.now(),
        )
        record("load_risk_tool", about=("risk_tool", f"{tool.code}.{tool.version}"))
    return tool


def retire(code: str, version: int) -> RiskTool:
    """Take a version of a tool out of use. What was assessed with it stays readable.

    :raises NotDone: if there is none, or it is retired already.
    """
    with unit_of_work(Context.migration()):
        tool = RiskTool.objects.select_for_update().filter(code=code, version=version).first()
        if tool is None:
            raise NotDone(f"There is no version {version} of {code}.")
        if tool.retired_at is not None:
            raise NotDone(f"Version {version} of {code} is retired already.")
        tool.retired_at = timezone.now()
        tool.save(update_fields=["retired_at"])
        record("retire_risk_tool", about=("risk_tool", f"{code}.{version}"))
    return tool


def _make_room(code: str, version: int) -> None:
    try:
        RiskTool.objects.filter(code=code, version=version).delete()
    except ProtectedError:
        raise NotDone(
            f"Version {version} of {code} is in use, and what is used never changes."
            " Give the changed tool a version of its own."
        ) from None


def _shown(defects: list[str]) -> list[str]:
    more = len(defects) - SHOWN
    return [*defects[:SHOWN], *([f"And {more} more."] if more > 0 else [])]
