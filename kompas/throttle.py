"""How often something may be tried, counted in the database: over all processes and machines."""

import ipaddress
import time

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from kompas.accounts.models import Attempt

# One statement, so that of any number of attempts at once each is counted.
COUNT = """
    INSERT INTO accounts_attempt (bucket, key, until, count) VALUES (%s, %s, %s, %s)
    ON CONFLICT (bucket, key, until) DO UPDATE SET count = accounts_attempt.count + excluded.count
    RETURNING count
"""


def allowed(bucket: str, key: str, limit: int, seconds: int, *, times: int = 1) -> bool:
    """Count an attempt, or several; are all within `limit` in this stretch of `seconds`?

    Call it outside a transaction that may be rolled back, or the attempt is forgotten.
    """
    until, owner = _stretch(bucket, key, seconds)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [bucket, owner, until, times])
        return cursor.fetchone()[0] <= limit


def exceeded(bucket: str, key: str, limit: int, seconds: int) -> bool:
    """Whether `limit` attempts were counted in this stretch already; counts none itself.

    For what is counted only when it fails, as a wrong code.
    """
    until, owner = _stretch(bucket, key, seconds)
    return Attempt.objects.filter(bucket=bucket, key=owner, until=until, count__gte=limit).exists()


def _stretch(bucket: str, key: str, seconds: int) -> tuple[int, str]:
    until = (int(time.time()) // seconds + 1) * seconds
    # The stretch is part of what is hashed: rows of one person cannot be matched over time.
    owner = salted_hmac(f"kompas.throttle.{bucket}.{until}", key, algorithm="sha256").hexdigest()
    return until, owner


def forget(**kwargs) -> None:
    """Delete what was counted in stretches that have ended."""
    Attempt.objects.filter(until__lte=int(time.time())).delete()


def client_address(request: HttpRequest) -> str:
    """The address that a request came from, "" when unknown; of IPv6 the network (/64).

    A proxy's word is taken only as far as KOMPAS_PROXIES says that there are proxies.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.KOMPAS_PROXIES:
        passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(passed) >= settings.KOMPAS_PROXIES:
            address = passed[-settings.KOMPAS_PROXIES].strip()
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if ip.version == 6:
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        # One household or phone has a whole network of them.
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
