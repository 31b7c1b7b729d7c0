from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "kompas.accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        from kompas import throttle
        from kompas.accounts import (  # noqa: F401  these connect receivers
            append_only,
            endings,
            logins,
            roles,
            upkeep,
        )
        from kompas.signals import tick

        pre_migrate.connect(append_only.take_away, sender=self, dispatch_uid="log_opened")
        post_migrate.connect(append_only.put, sender=self, dispatch_uid="log_append_only")
        tick.connect(throttle.forget, dispatch_uid="throttle")


class AdminConfig(admin_apps.AdminConfig):
    default_site = "kompas.accounts.admin_site.AdminSite"
    default = False  # or it would be taken for the app of this module
