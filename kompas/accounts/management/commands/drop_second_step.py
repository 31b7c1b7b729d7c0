from django.core.management import BaseCommand, CommandError

from kompas.accounts import second_step
from kompas.accounts.models import User


class Command(BaseCommand):
    help = "Take away the second step of somebody who lost phone, passkey and recovery codes."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *args, email: str, **options):
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None or not second_step.drop(user):
            raise CommandError(f"{email} has no second step here.")
        self.stdout.write(f"{user.email} logs in with the password alone now.")
