"""Who asks, on every request; and the one answer for whoever has no grant."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .access import Actor, NoGrant
from .views.gate import gate


class ActorMiddleware:
    """Set `request.actor`, and answer whoever has no grant with one and the same page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = Actor(
            request.user if request.user.is_authenticated else None, request.COOKIES
        )
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, NoGrant):
            return gate(request, expired=exception.expired)
        return None
