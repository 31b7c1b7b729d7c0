from typing import Any

from sessions.management.plain import PlainCommand
from sessions.models import Method


class Command(PlainCommand):
    help = "Print slug, language, version and title of every method's last version, tab-separated."

    def handle(self, *args: Any, **options: Any) -> None:
        for method in Method.current():
            for language in method.languages:
                title = " ".join(method.title(language).split())
                self.stdout.write(f"{method.slug}\t{language}\t{method.version}\t{title}")
