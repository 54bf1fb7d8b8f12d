"""The portal as Django knows it."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages, and the templates that dress every form in them."""

    name = "portal"
