"""Risk tools: an agency's own questions, loaded as data. None comes with a wording of others'."""

from django.db import models
from django.db.models import Q


class RiskTool(models.Model):
    """One version of a risk tool. What it asks and how it counts never changes.

    ``definition`` is the whole file it was loaded from, checked (:mod:`risk.definition`). The
    database refuses any change but ``retired_at``, and the removal of a version that is used.
    """

    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    definition = models.JSONField()
    loaded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="risk_risktool_version_once"),
            models.CheckConstraint(
                name="risk_risktool_code_is_a_code", condition=Q(code__regex=r"^[a-z][a-z0-9_]*$")
            ),
            models.CheckConstraint(
                name="risk_risktool_version_from_one", condition=Q(version__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"
