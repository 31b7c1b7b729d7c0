"""What the templates of forms ask."""

from django import template

register = template.Library()


@register.filter
def as_lead(label):
    """A label before what is wrong there: with a colon, unless it ends as a sentence does."""
    label = str(label)
    return label if label.endswith(("?", "!", ".", ":")) else f"{label}:"
