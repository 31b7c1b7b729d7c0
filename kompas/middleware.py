"""Headers, compression and language that every response shares."""

from django.conf import settings
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

# A board may fill the screen and keep it lit; nothing here listens, looks or locates.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class TextGZipMiddleware(GZipMiddleware):
    """Compress text; a PDF is compressed already.

    Django adds a random length (against BREACH) and masks the CSRF token anew on each page.
    """

    def process_response(self, request, response):
        kind = response.get("Content-Type", "").partition(";")[0]
        if kind.startswith("text/") or kind in ("application/json", "image/svg+xml"):
            return super().process_response(request, response)
        return response


class PermissionsPolicyMiddleware:
    """Tell the browser which of its powers no page here uses."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Dutch, unless this browser chose otherwise on a page here.

    What a browser was installed in says little about the team before it.
    """

    def process_request(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        request.chose_language = chosen in dict(settings.LANGUAGES)
        translation.activate(chosen if request.chose_language else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
