"""What templates ask about how long a talk stays."""

from django import template

from sessions import retention

register = template.Library()


@register.filter
def goes_soon(session):
    """Whether a talk goes within the days in which one is warned."""
    return retention.soon(session)
