from django.contrib.auth.decorators import login_not_required
from django.urls import path

from tests.tenancy import views

handler400 = "portal.error_pages.bad_request"
handler403 = "portal.error_pages.forbidden"
handler404 = "portal.error_pages.not_found"
handler500 = "portal.error_pages.broken"

urlpatterns = [
    path("answer/<how>/<word>", views.answer),
    path("api/answer/<how>/<word>", views.answer),
    path("lazy", login_not_required(views.Lazy.as_view())),
    path("quietly/<word>", views.refuse_quietly),
    path("lock/<meeting>/<first>/<second>", views.lock_two),
    path("lose/<state>/<int:times>/<word>", views.lose_races),
    path("isolation", views.isolation),
]
