"""The server's door for pages: whole bodies only, and nobody's slowness held against others."""

import socket
import threading
import time
from urllib.parse import urlsplit

import httpx
import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from kompas import views

stored: list[bytes] = []
busy = threading.Event()


@csrf_exempt
def store(request):
    stored.append(request.body)
    return HttpResponse(f"{len(request.body)} {request.GET.get('q', '')}")


def wait(request):
    busy.wait(5)
    return HttpResponse("done")


urlpatterns = [
    path("healthz", views.healthz),
    path("store", store),
    path("wait", wait),
]


@pytest.fixture
def address(server, settings):
    settings.ROOT_URLCONF = __name__
    stored.clear()
    busy.clear()
    yield server
    busy.set()


def dial(address):
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=5)


def test_body_cut_short_is_not_stored(address):
    with dial(address) as line:
        line.sendall(b"POST /store HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf of it")
        time.sleep(0.1)
    time.sleep(0.2)
    assert stored == []


def test_body_in_pieces_of_unknown_number_is_whole(address):
    response = httpx.post(address + "/store", content=iter([b"one ", b"two ", b"three"]))
    assert (response.text, stored) == ("13 ", [b"one two three"])


def test_body_that_is_too_large_is_refused_with_a_reason(address):
    response = httpx.post(address + "/store", content=b"x" * (6 * 1024 * 1024 + 1))
    assert (response.status_code, stored) == (413, [])
    assert response.text == "Dit bestand is te groot. · This file is too large."


def test_slow_bodies_hold_up_nobody(address):
    lines = [dial(address) for _ in range(30)]
    for line in lines:
        line.sendall(b"POST /store HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
    started = time.monotonic()
    assert httpx.get(address + "/healthz").json() == {"status": "ok", "database": "ok"}
    assert time.monotonic() - started < 10  # a hundredth, alone
    for line in lines:
        line.close()


def test_pages_in_hand_are_finished_when_the_server_stops(address):
    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(httpx.get(address + "/wait").text))
    thread.start()
    time.sleep(0.1)
    busy.set()
    thread.join()
    assert answers == ["done"]


def test_healthy_when_the_database_answers(address):
    assert httpx.get(address + "/healthz").json() == {"status": "ok", "database": "ok"}
    head = httpx.head(address + "/healthz")
    assert (head.status_code, head.content) == (200, b"")


def test_health_cannot_be_posted(client):
    assert client.post("/healthz").status_code == 405


def test_unhealthy_when_the_database_does_not(client, monkeypatch):
    def refuse():
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/healthz")
    assert (response.status_code, response.json()["database"]) == (503, "error")
