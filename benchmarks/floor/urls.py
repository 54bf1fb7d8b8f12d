"""Create, list, read one."""

from django.urls import include, path
from rest_framework.pagination import CursorPagination
from rest_framework.routers import SimpleRouter
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from benchmarks.floor.models import Referral


class Pages(CursorPagination):
    """25 a page. Without a COUNT, which would halve the floor at 100,000 rows."""

    page_size = 25
    ordering = "-created_at"


class ReferralSerializer(ModelSerializer):
    """All of it."""

    class Meta:
        model = Referral
        fields = [field.name for field in Referral._meta.fields if field.name != "id"]  # noqa: SLF001


class Referrals(ModelViewSet):
    """As in the tutorial."""

    queryset = Referral.objects.all()
    serializer_class = ReferralSerializer
    pagination_class = Pages
    lookup_field = "reference"


router = SimpleRouter()
router.register("referrals", Referrals)
urlpatterns = [path("", include(router.urls))]
