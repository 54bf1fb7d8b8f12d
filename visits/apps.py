from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"

    def ready(self) -> None:
        """Have the table of bank holidays looked at whenever a deployment is checked."""
        import visits.holidays  # noqa: F401, PLC0415 -- it registers a check, and needs the models
