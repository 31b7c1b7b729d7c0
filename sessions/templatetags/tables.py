"""What screens of a table ask about its plenary."""

from django import template

from sessions.access import FACILITATOR

register = template.Library()


@register.simple_tag(takes_context=True)
def plenary_led(context, session):
    """The id of a table's plenary, where this browser leads that; nothing elsewhere."""
    plenary = session.plenary_id
    return plenary if plenary and context.request.actor.secret(FACILITATOR, plenary) else ""
