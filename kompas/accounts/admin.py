from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from kompas.accounts import openid, organisations, roles, second_step
from kompas.accounts.models import Event, Home, Membership, Organisation, User

admin.site.unregister(Group)  # what someone may do follows from memberships
# Services are set up in the environment, and what somebody logs in with is not for others to see.
for hidden in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken):
    if admin.site.is_registered(hidden):
        admin.site.unregister(hidden)


class UserCreateForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")
        field_classes = {"email": forms.EmailField}


class UserEditForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes = {"email": forms.EmailField}


class MembershipInline(admin.TabularInline):
    """Roles are given and ended, not changed: with the end of one goes what it gave."""

    model = Membership
    extra = 0
    autocomplete_fields = ["user", "organisation"]

    def has_change_permission(self, request, obj=None):
        return False


class GivesRoles(admin.ModelAdmin):
    """Gives and ends roles as all others do, so that it is in the log."""

    def save_formset(self, request, form, formset, change):
        if formset.model is not Membership:
            return super().save_formset(request, form, formset, change)
        for one in formset.save(commit=False):
            roles.give(request.actor, one.organisation, one.user, one.role)
        for one in formset.deleted_objects:
            one.ended_by = request.user
            one.delete()


class HomeForm(forms.ModelForm):
    """What a service calls the organisation; the services are those that are set up."""

    class Meta:
        model = Home
        fields = ("provider", "value")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        known = [(one.id, one.name) for one in openid.providers()]
        had = self.instance.provider
        if had and had not in dict(known):
            known.append((had, had))
        self.fields["provider"] = forms.ChoiceField(label=_("service"), choices=known)
        self.fields["value"].label = _("what it calls the organisation")


class HomeInline(admin.TabularInline):
    model = Home
    form = HomeForm
    extra = 0


@admin.register(User)
class UserAdmin(GivesRoles, DjangoUserAdmin):
    form = UserEditForm
    add_form = UserCreateForm
    list_display = ["email", "name", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    filter_horizontal = []
    actions = ["drop_second_step"]
    readonly_fields = ["last_login", "created"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "created"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})
    ]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @admin.action(description=_("Take away the second step, of who has lost it"))
    def drop_second_step(self, request, queryset):
        for user in queryset:
            second_step.drop(user)
            self.log_change(request, user, "Second step taken away.")
            for organisation in Organisation.objects.filter(memberships__user=user).distinct():
                Event.record(organisation, request.user, "drop", "second_step", user.trail_id)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data:
            action = "open" if obj.is_active else "close"
            for organisation in Organisation.objects.filter(memberships__user=obj).distinct():
                Event.record(organisation, request.user, action, "account", obj.trail_id)


@admin.register(Organisation)
class OrganisationAdmin(GivesRoles):
    list_display = ["name", "parent", "slug"]
    list_select_related = ["parent"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline, HomeInline]

    def has_delete_permission(self, request, obj=None):
        return False  # what was done in it stays in its log

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "parent" in form.changed_data:
            organisations.was_moved(request.user, obj)
        action = "edit" if change else "make"
        Event.record(obj, request.user, action, "organisation", obj.public_id)
