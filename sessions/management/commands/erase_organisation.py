from typing import Any

from django.core.management.base import CommandError

from sessions.departure import erase_organisation
from sessions.management.plain import PlainCommand, organisation_of


class Command(PlainCommand):
    help = "Erase an organisation with all that it has: schools, talks, members, log. For good."

    def add_arguments(self, parser):
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("--yes", metavar="SLUG", help="the same again, to ask nothing")

    def handle(self, *args: Any, slug: str, yes: str | None, **options: Any) -> None:
        organisation = organisation_of(slug)
        if yes is None:
            self.stdout.write(f"All of {organisation.name} is erased. This cannot be undone.")
            try:
                yes = input("Type its short name to go on: ")
            except EOFError:
                yes = ""
        if yes != slug:
            raise CommandError("Nothing was erased: that is not its short name.")
        talks, accounts = erase_organisation(organisation)
        self.stdout.write(f"{slug}: {talks} talks and {accounts} accounts are erased.")
