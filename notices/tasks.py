"""What comes in through Redis: ids and names of rooms, no more. Running twice does no harm."""

from celery import shared_task

from notices import delivery, sweeping


@shared_task(name="notices.deliver_notices")
def deliver_notices(*, notice_ids: list[str], **_: object) -> None:
    """Deliver these notices now, unless that is being done or was done."""
    delivery.deliver(notice_ids)


@shared_task(name="notices.deliver_due")
def deliver_due(**_: object) -> None:
    """Send what is due now, letters and texts, without waiting for their slots."""
    for job in ("notices", "texts"):
        sweeping.run(job)


@shared_task(name="notices.run_sweep")
def run_sweep(*, job: str, **_: object) -> None:
    """Sweep a room, if its turn is still to be had."""
    sweeping.run_in_turn(job)
