"""What members decide about themselves: how they wish to be reached, to be away, to leave, to be left alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.year.people import Person
from benchmarks.year.play import WEEK, Play
from benchmarks.year.town import dice, often
from bot.core.incoming import Joined, Left, Profile, Said
from bot.core.text import Button, Text, buttons_of, paragraph
from bot.engine.respond import respond

NIGHTS = (("21:00", "06:30"), ("19:00", "08:00"), ("00:00", "00:00"), ("13:00", "17:00"), ("20:00", "11:00"))
ZONES = ("Europe/Paris", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland", "Australia/Sydney")
SUBJECTS = ("knots", "bread", "maps", "soil", "glaze", "tides", "grain", "joints", "seeds", "lathes", "dyes", "clocks")
STOPS = ("stop", "Stop!", "arrête", "désabonner", "unsubscribe")
BY_FORM = 0.2
"""How many of the changes go through the form; the others are written as it writes them, which takes less time."""


def change(play: Play, person: Person, at: datetime) -> None:
    """Let somebody change when, where or how often they may be written to."""
    chance = dice(play.seed, "change", person.id, at)

    async def act() -> None:
        if play.off:
            return
        match chance.randrange(3):
            case 0:
                since, until = chance.choice(NIGHTS)
                await _prefer(play, person, chance, quiet_from=since, quiet_to=until)
                play.wish(person.id, "quiet", (time.fromisoformat(since), time.fromisoformat(until)))
            case 1:
                zone = chance.choice(ZONES)
                await _prefer(play, person, chance, zone=zone)
                play.wish(person.id, "zone", zone)
            case _:
                budget = chance.randrange(4)
                await _prefer(play, person, chance, budget=str(budget))
                play.wish(person.id, "budget", budget)

    play.later(at, act)


def pause(play: Play, person: Person, at: datetime) -> None:
    """Let somebody be away for one to four weeks."""
    chance = dice(play.seed, "pause", person.id, at)

    async def act() -> None:
        if play.off:
            return
        day = (play.now + chance.randint(1, 4) * WEEK).date()
        await _prefer(play, person, chance, pause=day.isoformat())
        play.wish(person.id, "pause", day)

    play.later(at, act)


async def _prefer(play: Play, person: Person, chance: Random, **values: str) -> None:
    if not often(chance, BY_FORM):
        await play.prefer(person.id, **_columns(play, person, values))
        return
    sheet = await play.command(person.id, "me")
    assert sheet is not None
    opened = await play.press(person.id, offered(sheet.whispers, "me.change"), f"D:{person.id}")
    assert opened is not None
    sent = await play.send_form(person.id, opened, **values)
    assert sent is not None
    assert not sent.errors, f"{values}: {sent.errors}"


def _columns(play: Play, person: Person, values: dict[str, str]) -> dict[str, Any]:
    match values:
        case {"quiet_from": since, "quiet_to": until}:
            return {"quiet_from": time.fromisoformat(since), "quiet_to": time.fromisoformat(until)}
        case {"zone": zone}:
            return {"own_zone": zone}
        case {"budget": budget}:
            return {"weekly_budget": int(budget)}
        case _:
            zone = play.zone(person)
            return {"paused_until": datetime.combine(date.fromisoformat(values["pause"]), time(), ZoneInfo(zone))}


def leave(play: Play, person: Person, at: datetime) -> None:
    """Let somebody leave a community, and perhaps come back. What happens without the bot it finds out later."""
    chance = dice(play.seed, "leave", person.id, at)
    channel = chance.choice(person.homes)

    async def go() -> None:
        if play.plaza.present[channel].pop(person.id, None) is None:
            return
        play.wish(person.id, "leave", channel)
        if not play.off:
            await play.hear(Left(fact=play.fact(), at=play.now, channel=channel, author=person.id))
        if often(chance, 0.5):
            play.later(play.now + chance.randint(2, 12) * WEEK, come)

    async def come() -> None:
        play.plaza.present[channel][person.id] = profile(person)
        play.wish(person.id, "join", channel)
        if not play.off:
            await play.hear(Joined(fact=play.fact(), at=play.now, channel=channel, author=person.id))

    play.later(at, go)


def profile(person: Person) -> Profile:
    """Return what the platform says of somebody."""
    return Profile(external=person.id, name=person.name, language=person.language, zone=person.zone)


def stop(play: Play, person: Person, at: datetime) -> None:
    """Let somebody refuse everything, in a word, and perhaps take that back."""
    chance = dice(play.seed, "stop", person.id, at)

    async def refuse() -> None:
        if play.off:
            return
        fact = play.fact()
        said = Said(
            fact=fact,
            at=play.now,
            channel=f"D:{person.id}",
            author=person.id,
            message=f"M{fact}",
            text=paragraph(chance.choice(STOPS)),
            direct=True,
        )
        reply = await respond(play.engine, play.workspace, said)
        play.wish(person.id, "refuse", (None, None))
        if often(chance, 0.4):
            button = offered(reply.whispers, "me.accept")
            play.later(play.now + chance.randint(2, 10) * WEEK, lambda: accept(button))

    async def accept(pressed: Button) -> None:
        if await play.press(person.id, pressed, f"D:{person.id}") is not None:
            play.wish(person.id, "accept", (None, None))

    play.later(at, refuse)


def offered(bodies: Sequence[Text], action: str) -> Button:
    """Return the button that does this."""
    return next(b for body in bodies for b in buttons_of(body) if b.action.endswith(action))


def read(play: Play, person: Person, at: datetime) -> None:
    """Let somebody ask for the digests of their community by direct message."""
    home = play.chronicle.homes[person.homes[0]]

    async def act() -> None:
        if play.off or home.second is not None or person.id not in play.plaza.present[home.channel]:
            return
        await play.command(person.id, "question digest on", home.channel)
        play.wish(person.id, "read", (play.question(home), True))
        play.wish(person.id, "accept", (home.channel, "weekly_question"))

    play.later(at, act)


def suggest(play: Play, person: Person, at: datetime) -> None:
    """Let somebody suggest a question."""
    home = play.chronicle.homes[person.homes[0]]
    words = f"What would you ask {person.name} about {dice(play.seed, 'suggests', person.id, at).choice(SUBJECTS)}?"

    async def act() -> None:
        if home.second is None and person.id in play.plaza.present[home.channel]:
            await play.command(person.id, f"question suggest {words}", home.channel)

    play.later(at, act)
