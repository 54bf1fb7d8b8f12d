"""The clear facts: what routing, clocks, previews and counting need, and nobody is known by."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from directory.ages import AgeBand
from directory.areas import AREA_CHOICES
from directory.contact import DirectContact
from directory.harm import HarmStrand, Need, RiskBand


class ClearFacts(models.Model):
    """Facts a preview may show before anything is opened.

    ``area_code`` is the local authority of where she is staying, empty for outside the region.
    ``is_forgotten`` where a row says nothing any more, because whom it is shown to lost it.
    ``safe_windows`` is the JSON of :func:`directory.safe_times.windows_to_json`.
    """

    is_forgotten = False

    area_code = models.CharField(max_length=9, blank=True, choices=AREA_CHOICES)
    harm_strands = ArrayField(models.CharField(max_length=40, choices=HarmStrand))
    risk_band = models.CharField(max_length=40, choices=RiskBand)
    age_band = models.CharField(max_length=40, choices=AgeBand)
    needs = ArrayField(models.CharField(max_length=40, choices=Need), default=list, blank=True)
    children = models.BooleanField(null=True, blank=True)
    contact = models.CharField(max_length=40, choices=DirectContact, default=DirectContact.HELD)
    safe_windows = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    def facts(self) -> dict[str, object]:
        """The clear facts by name, to copy from one row to another."""
        return {field.attname: getattr(self, field.attname) for field in ClearFacts._meta.fields}

    def forget_facts(self) -> None:
        """Say nothing about anybody any more: for showing, never to be saved."""
        self.is_forgotten = True
        self.area_code, self.harm_strands, self.needs = "", [], []
        self.risk_band, self.age_band = RiskBand.NOT_ASSESSED, AgeBand.NOT_KNOWN
        self.children, self.contact, self.safe_windows = None, DirectContact.HELD, []
