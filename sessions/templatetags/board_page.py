"""What the board's page looks up."""

from typing import Any

from django import template
from django.http import QueryDict

register = template.Library()


@register.filter
def of(found: dict[Any, Any], key: Any) -> Any:
    """What stands under a key; nothing where there is none."""
    return found.get(key, "")


@register.filter
def with_page(asked: QueryDict, page: int) -> str:
    """The same query, for another page of the list."""
    other = asked.copy()
    other["blad"] = str(page)
    return other.urlencode()
