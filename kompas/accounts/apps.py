from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "kompas.accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        from kompas import throttle
        from kompas.signals import tick

        tick.connect(throttle.forget, dispatch_uid="throttle")


class AdminConfig(admin_apps.AdminConfig):
    default_site = "kompas.accounts.admin_site.AdminSite"
    default = False  # or it would be taken for the app of this module
