from django.urls import path

from .views import (
    after,
    ending,
    entry,
    home,
    lead,
    outcome,
    prepare,
    questions,
    room,
    talk,
    texts,
)
from .views import contributions as rows

app_name = "sessions"
TALK = "gesprekken/<uuid:session_id>"
STEP = f"{TALK}/stap/<slug:step_key>"
LIST = f"{STEP}/lijst/<slug:slug>"
ROW = f"{LIST}/<uuid:row_id>"

urlpatterns = [
    # The front door
    path("", home.home, name="home"),
    path("start/<slug:method>/", home.start, name="start"),
    path("meedoen/", home.join, name="join"),
    path("meedoen/<slug:code>/", home.join, name="join_code"),
    path("voorbeelden/", home.examples, name="examples"),
    path("inlezen/", home.bring_in, name="import"),
    path("wissen/", home.clear, name="clear"),
    path("gewist/", home.cleared, name="cleared"),
    path("offline/", home.offline, name="offline"),
    path("over/", home.about, name="about"),
    path("vragen/", questions.questions, name="questions"),
    path("vragen/advies/", questions.advice, name="advice"),
    # A talk
    path(f"{TALK}/", talk.session, name="session"),
    path(f"{TALK}/link/<str:secret>/", home.link, name="link"),
    path(f"{TALK}/links/", talk.links, name="links"),
    path(f"{TALK}/links/<uuid:link_id>/intrekking/", talk.link_revocation, name="revocation"),
    path(f"{TALK}/apparaat/", talk.device, name="device"),
    path(f"{TALK}/gegevens/", talk.details, name="details"),
    path(f"{TALK}/voorbereiding/", prepare.prepare, name="prepare"),
    path(f"{TALK}/voorbereiding/gesprek.ics", prepare.calendar, name="calendar"),
    path(f"{TALK}/invoer/", entry.entry, name="entry"),
    path(f"{TALK}/invoer/gewichten/", entry.weights, name="entry_weights"),
    path(f"{TALK}/overzicht/", ending.overview, name="overview"),
    path(f"{TALK}/pauze/", ending.pause, name="pause"),
    path(f"{TALK}/pauze.ics", ending.pause_calendar, name="pause_calendar"),
    path(f"{TALK}/sluiting/", ending.closing, name="close"),
    path(f"{TALK}/heropening/", talk.reopening, name="reopen"),
    path(f"{TALK}/kopie/", talk.copy, name="copy"),
    path(f"{TALK}/oefening/", talk.practise, name="practise"),
    path(f"{TALK}/gesprek.json", talk.export, name="export"),
    # A closed talk
    path(f"{TALK}/overdracht/", after.handover, name="handover"),
    path(f"{TALK}/overdracht/mail/", after.decider_mail, name="decider_mail"),
    path(f"{TALK}/besluit/", after.decision, name="decision"),
    path(f"{TALK}/afspraken/", after.promises, name="promises"),
    path(f"{TALK}/afspraken/mail/", after.promises_mail, name="promises_mail"),
    path(f"{TALK}/afspraken/<slug:slug>/<uuid:row_id>/", after.promise, name="promise"),
    path(f"{TALK}/afspraken.ics", after.promises_calendar, name="promises_calendar"),
    path(
        f"{TALK}/afspraken/<slug:slug>/<uuid:row_id>.ics",
        after.promise_calendar,
        name="promise_calendar",
    ),
    path(f"{TALK}/opnieuw-kijken.ics", after.review_calendar, name="review_calendar"),
    # The facilitator's laptop
    path(f"{TALK}/kamer/", lead.room, name="room"),
    path(f"{TALK}/tekst/<slug:step_key>/<slug:prompt>/", texts.text, name="text"),
    path(f"{TALK}/tekst/<slug:step_key>/<slug:prompt>/eerder/", texts.earlier, name="earlier"),
    path(f"{STEP}/", lead.step, name="step"),
    path(f"{STEP}/planning/", lead.time_plan, name="time_plan"),
    path(f"{STEP}/eindtijd/", lead.end_time, name="end_time"),
    path(f"{STEP}/klok/", lead.clock, name="clock"),
    path(f"{STEP}/deur/", lead.door, name="door"),
    path(f"{STEP}/ronde/", lead.round, name="round"),
    path(f"{STEP}/verzonnen/", lead.made_up, name="made_up"),
    path(f"{STEP}/verzegeling/", lead.seal, name="seal"),
    path(f"{STEP}/onthulling/", lead.reveal, name="reveal"),
    path(f"{STEP}/weggooien/", lead.discard, name="discard"),
    path(f"{STEP}/verwachting/", lead.expectation, name="expectation"),
    path(f"{STEP}/kaarten/", lead.cards, name="cards"),
    path(f"{STEP}/doorgeven/", lead.passed, name="passed"),
    path(f"{STEP}/doorgegeven/", lead.passed_on, name="passed_on"),
    path(f"{LIST}/", rows.contributions, name="contributions"),
    path(f"{ROW}/", rows.contribution, name="contribution"),
    path(
        f"{ROW}/verwijdering/",
        rows.removal,
        name="removal",
    ),
    path(
        f"{ROW}/herstel/",
        rows.restoration,
        name="restoration",
    ),
    path(f"{ROW}/plaats/", rows.place, name="place"),
    path(f"{ROW}/samenvoeging/", rows.merger, name="merger"),
    path(f"{ROW}/keuze/", rows.choice, name="choice"),
    path(f"{ROW}/gesprek/", rows.dialogue, name="dialogue"),
    path(f"{ROW}/intrekking/", outcome.withdrawal, name="withdrawal"),
    path(f"{STEP}/verschil/", outcome.moved, name="moved"),
    path(f"{TALK}/opnieuw/", outcome.review, name="review"),
    # The room
    path(f"{TALK}/bord/", room.board, name="board"),
    path(f"{TALK}/meedoen/", room.phone, name="phone"),
    path(f"{TALK}/meedoen/<slug:step_key>/inbreng/", room.own_contribution, name="own"),
    path(f"{TALK}/meedoen/<slug:step_key>/klaar/", room.ready, name="ready"),
    path(f"{TALK}/meedoen/<slug:step_key>/stembriefje/", room.ballot, name="ballot"),
]
