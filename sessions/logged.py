"""What is done with talks, told in sentences in the log of their organisation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kompas.accounts.log import SENTENCES

SENTENCES.update(
    {
        ("start", "session"): _("%(who)s made a talk."),
        ("follow", "session"): _("%(who)s planned a talk to look back."),
        ("take_in", "session"): _("%(who)s took a talk into the organisation."),
        ("hand_over", "session"): _("%(who)s handed over a talk."),
        ("share", "session"): _("%(who)s shared version %(version)s of a talk with the board."),
        ("take_back", "session"): _("%(who)s no longer shares a talk with the board."),
        ("archive", "session"): _("%(who)s put a talk in the archive."),
        ("unarchive", "session"): _("%(who)s took a talk out of the archive."),
        ("remove", "session"): _("%(who)s removed a talk."),
        ("restore", "session"): _("%(who)s put a talk back."),
        ("erase", "session"): _("%(who)s erased a talk."),
        ("erase", "weights"): _("%(who)s erased the weights of a talk."),
        ("publish", "edited_copy"): _("%(who)s gave an edited copy."),
        ("revoke", "edited_copy"): _("%(who)s took an edited copy back."),
        ("keep", "organisation"): _("%(who)s chose how long talks are kept."),
        ("ask_export", "organisation"): _("%(who)s asked for the file with everything."),
        ("export", "organisation"): _("%(who)s made the file with everything."),
        ("erase", "organisation"): _("%(who)s erased an organisation that was part of this."),
        ("erase", "account"): _("%(who)s erased their own account."),
    }
)
