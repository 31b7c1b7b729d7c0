import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from sessions.management.plain import PlainCommand
from sessions.models import Method
from sessions.steps import required_prompts

FOLDER = settings.BASE_DIR / "fixtures" / "methods"


class Command(PlainCommand):
    help = "Publish the methods in a folder; what is published already stays as it is."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", default=FOLDER, type=Path)

    def handle(self, *args: Any, folder: Path, verbosity: int = 1, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        for file in sorted(folder.glob("*.json")):
            try:
                method = Method.publish(
                    json.loads(file.read_text(encoding="utf-8")), required_prompts()
                )
            except (OSError, ValueError) as error:  # what is no JSON, and a MethodError
                raise CommandError(f"{file.name}: {error}") from None
            if verbosity:
                self.stdout.write(f"{method.slug} {method.version}")
