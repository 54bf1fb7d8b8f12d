"""Twenty clear columns."""

from django.db import models


class Referral(models.Model):
    """What a form would hold, as it was typed."""

    reference = models.CharField(max_length=12, unique=True)
    status = models.CharField(max_length=30, default="sent")
    source = models.CharField(max_length=20)
    referring_agency = models.CharField(max_length=60)
    receiving_agency = models.CharField(max_length=60)
    area_code = models.CharField(max_length=9)
    harm = models.CharField(max_length=40)
    risk_band = models.CharField(max_length=40)
    age_band = models.CharField(max_length=40)
    children = models.BooleanField(null=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    born_on = models.DateField(null=True)
    phone = models.CharField(max_length=40)
    address = models.CharField(max_length=500)
    postcode = models.CharField(max_length=10)
    summary = models.TextField()
    needs = models.TextField()
    visit_ended_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at"])]

    def __str__(self) -> str:
        return self.reference
