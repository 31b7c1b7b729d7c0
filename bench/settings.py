"""The server's settings, with a few addresses more; those come last, so that none gets slower."""

from kompas.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
