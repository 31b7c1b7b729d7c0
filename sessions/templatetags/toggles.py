"""Choices of a row that one click sets, and a second takes back."""

from django import template
from django.utils.translation import gettext_lazy as _

from sessions import catalogues

register = template.Library()

# What stands on the two buttons of a yes or no.
WORDS = {"at_table": [("yes", _("At the table")), ("no", _("Not at the table"))]}


@register.inclusion_tag("components/toggle.html")
def toggle(row, field, value, word):
    """One button, pressed while `field` holds `value`; `yes` and `no` stand for True and False."""
    now = getattr(row, field)
    now = {True: "yes", False: "no"}.get(now, now)
    return {"row": row, "field": field, "value": value, "word": word, "on": now == value}


@register.inclusion_tag("components/toggles.html")
def toggles(row, field):
    """A button for each of the choices of a field."""
    choices = WORDS.get(field) or row._meta.get_field(field).choices
    return {"row": row, "field": field, "choices": choices}


@register.filter
def known_value(row, language):
    """What the catalogue says of a value; None where it is the group's own."""
    return catalogues.value(row.name, language)
