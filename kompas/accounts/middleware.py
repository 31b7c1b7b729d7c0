"""Of each request: in which browser it was made, by whoever is logged in there."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from . import logins


class LoginsMiddleware:
    """See to it that what is written down of who is logged in here is of today."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        logins.note(request)
        return response
