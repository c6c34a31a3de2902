"""The small community that lives in the playground from its first day."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.local.chat import BOT
from adapters.local.session import LocalSession
from bot.core.incoming import Pressed, Submitted
from bot.core.model import Fact, Language
from bot.engine.founding import START
from bot.engine.respond import respond
from bot.engine.walk import settle


@dataclass(frozen=True, slots=True)
class Seed:
    """People, rooms and a few first words; the first person coordinates."""

    people: tuple[str, ...]
    zone: str
    home: str
    free: str
    name: str
    cadence: str
    words: tuple[tuple[int, str], ...]


SEEDS: dict[Language, Seed] = {
    "en": Seed(
        people=("Nadia Benali", "Paul Martin", "Amélie Roy", "Tom Becker", "Inès Costa"),
        zone="Europe/London",
        home="practice",
        free="field-visits",
        name="Trainers in practice",
        cadence="monday 09:00",
        words=(
            (0, "Glad to have all of you in one place. No programme yet: bring what you run into."),
            (2, "First thing I ran into: a group of twelve where three know it all already."),
            (3, "Same here last month. I paired them with the newest ones, and it went **well**."),
        ),
    ),
    "fr": Seed(
        people=("Nadia Benali", "Paul Martin", "Amélie Roy", "Tom Becker", "Inès Costa"),
        zone="Europe/Paris",
        home="pratique",
        free="visites-terrain",
        name="La pratique de la formation",
        cadence="lundi 9 h",
        words=(
            (
                0,
                "Contente de nous retrouver ici. Pas de programme : venez avec ce que vous rencontrez.",
            ),
            (2, "Premier cas : un groupe de douze, dont trois personnes savent déjà tout."),
            (3, "Pareil le mois dernier. Des binômes avec celles et ceux qui débutent, et ça a **bien** marché."),
        ),
    ),
}


async def seed(session: LocalSession, language: Language) -> None:
    """Fill an empty playground: people and rooms in the chat, the community by the setup form that anybody sends."""
    chat = session.chat
    if chat.noted("home"):
        return
    what = SEEDS[language]
    people = [p.id for p in chat.personas() if p.id != BOT] or [
        chat.add_persona(name, language=language, zone=what.zone) for name in what.people
    ]
    rooms = {room.name: room.id for room in chat.rooms()}
    home = rooms.get(what.home) or chat.add_channel(what.home, [BOT, *people])
    if what.free not in rooms:
        chat.add_channel(what.free, [BOT, *people[:3]])
    for person in people:
        chat.direct(frozenset({BOT, person}))
    for who, words in what.words:
        chat.say(people[who], home, words)
    chat.note("language", language)
    chat.note("zone", what.zone)
    chat.note("persona", people[0])
    await session.heard()
    form = Submitted(
        fact=Fact(f"local:{home}:seed"),
        at=session.engine.clock(),
        channel=home,
        author=people[0],
        form=f"found:{home}",
        values={
            "name": what.name,
            "language": language,
            "address": "vous",
            "zone": what.zone,
            "region": "",
            "weekly_question.cadence": what.cadence,
        },
    )
    await respond(session.engine, session.workspace, form)
    await _start(session, home, people[0])
    await settle(session.engine)
    chat.note("coordinator", people[0])
    # Written last: a seeding that was interrupted begins again.
    chat.note("home", home)


async def _start(session: LocalSession, home: str, founder: str) -> None:
    """Press [Start] below what the form was answered, unless an interrupted seeding did."""
    async with session.engine.database.view() as unit:
        channel = await unit.directory.channel(session.workspace, home)
        draft = await unit.lives.draft_at(channel) if channel else None
    if draft is None:
        return
    pressed = Pressed(
        fact=Fact(f"local:{home}:seed:start"),
        at=session.engine.clock(),
        channel=home,
        author=founder,
        message=None,
        action=START,
        value=draft.id,
    )
    await respond(session.engine, session.workspace, pressed)
