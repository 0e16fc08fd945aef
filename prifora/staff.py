"""The admin site for staff: which site class Django loads."""

from django.contrib.admin.apps import AdminConfig


class StaffAdmin(AdminConfig):
    """Django's admin, with our own site in place of the default one."""

    default_site = "support.site.StaffSite"
