from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache


class AdminSite(admin.AdminSite):
    site_title = site_header = gettext_lazy("Kompas administration")
    index_title = gettext_lazy("What there is")

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        """Lead to the one place where all log in, with its limits."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied(_("This is for the administrator of the installation."))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
