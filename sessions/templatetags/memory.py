"""What the pages of looking back ask of two distributions."""

from collections import Counter

from django import template

register = template.Library()


@register.filter
def counted(weights):
    """How often each weight was given, of a list of weights."""
    return dict(Counter(weights))
