from typing import Any

from sessions import finding
from sessions.management.plain import PlainCommand


class Command(PlainCommand):
    help = "Make anew what can be found of all talks; nothing is lost by it."

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        done = 0
        for done in finding.reindex():
            if verbosity > 1:
                self.stdout.write(f"{done} talks …")
        if verbosity:
            self.stdout.write(f"{done} talks")
