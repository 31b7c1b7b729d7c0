"""Asks the application in this process, through its whole middleware and without a server."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler

from .talk import CSRF

handler = WSGIHandler()


def ask(path: str, cookie: str = "", form: dict | None = None) -> tuple[int, bytes]:
    """Status and body of one request, as the server's WSGI side gives it."""
    body = b""
    if form is not None:
        body = urlencode({"csrfmiddlewaretoken": CSRF, **form}).encode()
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET" if form is None else "POST",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT_LANGUAGE": "nl",
        "HTTP_COOKIE": cookie,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.url_scheme": "http",
    }
    status: list[int] = []
    response = handler(environ, lambda line, headers: status.append(int(line.split()[0])))
    try:
        return status[0], b"".join(response)
    finally:
        response.close()
