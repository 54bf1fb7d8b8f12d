from django.apps import AppConfig

from tenancy.work import before_commit, when_undone


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        """Stand at the end of every unit of work."""
        from audit import recording  # noqa: PLC0415 -- models are ready only now

        before_commit(recording.append_owed)
        when_undone(recording.record_refusals)
