"""What happens to the whole installation, for the rooms to answer."""

from django.dispatch import Signal

# By itself, every few minutes: reminders, erasure, what must be tried again. Receivers are
# idempotent, and one that fails does not stop the others.
tick = Signal()

# Kept documents of talks were changed, because something in them had to go; `versions` are their
# ids. What was made of them has to go, or to be made anew. Runs inside the transaction.
forgotten = Signal()

# A backup was put back; `erased` is a set of UUIDs, of what has to be erased or ended again. Runs
# inside the restore's transaction: a receiver that fails stops the restore.
restored = Signal()

# Somebody is no longer what they were in an organisation: `user`, `organisation`, `role`. Their
# role may still be there for a moment. Runs inside the transaction that ends it.
left = Signal()

# An organisation became part of another, or of none any more: `organisation`, as it stands now.
# Runs inside the transaction that moves it.
moved = Signal()
