"""Where everybody begins."""

from django.urls import path

from portal.home import views

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("choose/", views.Choose.as_view(), name="choose"),
]
