"""A gentle note beside what seems to point to a person. Reckoned while drawing, kept nowhere."""

from django import template
from django.utils.translation import gettext as _

from sessions import personal

register = template.Library()

# Who sees to something: there a name is meant.
WHO = frozenset({"who", "owner", "by"})


@register.inclusion_tag("components/personal.html")
def personal_note(text):
    """What a text seems to hold; nothing where it holds nothing of that kind."""
    return {"held": _words(personal.kinds([text or ""]))}


@register.inclusion_tag("components/personal.html")
def personal_row(row):
    """The same of all that somebody typed in a contribution."""
    typed = {
        name: value
        for name in row.content
        if isinstance(value := getattr(row, name, None), str) and value
    }
    words = personal.kinds([value for name, value in typed.items() if name not in WHO])
    meant = personal.kinds([typed[name] for name in WHO if name in typed], known=True)
    return {"held": _words(list(dict.fromkeys([*words, *meant])))}


def _words(kinds):
    """The kinds as one reads them: a name or an e-mail address."""
    words = {
        personal.NAME: _("a name"),
        personal.MAIL: _("an e-mail address"),
        personal.PHONE: _("a phone number"),
    }
    *most, last = [words[kind] for kind in kinds] or [""]
    return _("%(first)s and %(last)s") % {"first": ", ".join(most), "last": last} if most else last
