"""What screens of a table ask about its plenary."""

from django import template

from sessions.access import FACILITATOR, OWNER, roles_in

register = template.Library()


@register.simple_tag(takes_context=True)
def plenary_led(context, session):
    """The id of a table's plenary, where this browser leads that; nothing elsewhere."""
    plenary, actor = session.plenary_id, context.request.actor
    if plenary is None:
        return ""
    leads = actor.secret(FACILITATOR, plenary) or OWNER in roles_in(actor, session)
    return plenary if leads else ""
