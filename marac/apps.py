"""The room of the MARAC: meetings, what is referred to them, and who tells her the result."""

from django.apps import AppConfig


class MaracConfig(AppConfig):
    name = "marac"
    default_auto_field = "django.db.models.BigAutoField"
