"""Holders: chosen by each agency, entered by the operator."""

from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models import Agency
from audit.recording import record
from oversight.addresses import judge
from oversight.errors import NotHeld
from oversight.models import Holder, HolderKind
from tenancy.context import Context
from tenancy.work import unit_of_work


def add_holder(agency: Agency | None, *, kind: HolderKind, address: str) -> Holder:
    """Send somebody every checkpoint of an agency's chain from now on; without one, the platform's.

    :raises NotHeld: if nothing could be sent there, or they hold it already.
    """
    judge(kind, address)
    with unit_of_work(Context.migration()):
        same = Holder.objects.current().filter(agency=agency, kind=kind, address=address)
        if same.exists():
            raise NotHeld("They hold it already.")
        holder = Holder.objects.create(agency=agency, kind=kind, address=address)
        _on_record("add_holder", holder)
    return holder


def remove_holder(holder_id: str) -> Holder:
    """Send somebody nothing more. What they hold they keep.

    :raises NotHeld: if there is no such holder.
    """
    with unit_of_work(Context.migration()):
        holder = holders().filter(pk=holder_id).first()
        if holder is None:
            raise NotHeld("There is no such holder.")
        Holder.objects.filter(pk=holder.pk).update(removed_at=Now())
        _on_record("remove_holder", holder)
    return holder


def holders() -> QuerySet[Holder]:
    """Who is sent checkpoints now."""
    return Holder.objects.current().select_related("agency").order_by("agency", "added_at", "pk")


def _on_record(action: str, holder: Holder) -> None:
    also = [holder.agency_id] if holder.agency_id else []
    record(action, about=("holder", holder.pk), reason=holder.kind, also=also)
