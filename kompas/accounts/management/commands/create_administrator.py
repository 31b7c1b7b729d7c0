import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from kompas.accounts.models import User


class Command(BaseCommand):
    help = "Make an administrator of the whole installation, who may use /beheer/."

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input instead of asking",
        )

    def handle(self, *, email, name, password_stdin, **options):
        user = User(email=email.strip(), name=name, is_staff=True, is_superuser=True)
        try:
            user.full_clean(exclude=["password"])
            password = sys.stdin.readline().rstrip("\n") if password_stdin else self.ask()
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.set_password(password)
        user.save()
        self.stdout.write(f"{user.email} can log in at /beheer/.")

    def ask(self) -> str:
        if not sys.stdin.isatty():
            raise CommandError("There is nobody to ask: give the password with --password-stdin.")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Password again: "):
            raise CommandError("The two passwords differ.")
        return password
