"""What people do in the year: week by week of their own accord, and when something reaches them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from benchmarks.year.chronicle import Answered, Delivery
from benchmarks.year.people import Person
from benchmarks.year.play import Play
from benchmarks.year.plaza import DIRECT
from benchmarks.year.town import Home, dice, often
from bot.core.incoming import Deleted, Joined, Left, Said
from bot.core.model import BindingId
from bot.core.text import Button, buttons_of, paragraph
from bot.engine.agendas import awaken
from bot.engine.engine import derived
from bot.engine.platform import Outgoing
from bot.engine.ports import Binding
from bot.engine.record import ACCEPT, REFUSE

QUESTION = "weekly_question"
WEEK = timedelta(weeks=1)
WORDS = "The group knew more than the plan did, so I let them choose where to begin, and it carried the whole morning."
GO_ON = 0.8
"""How often one more person answers a question."""
_NIGHTS = ((time(21), time(6, 30)), (time(19), time(8)), (time(0), time(0)), (time(13), time(17)), (time(20), time(11)))
_ZONES = ("Europe/Paris", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland", "Australia/Sydney", None)


async def found(play: Play) -> None:
    """Let the first person of each channel found its community, by its form."""
    for home, founder in zip(play.chronicle.homes.values(), play.chronicle.people, strict=False):
        asked = await play.command(founder, "setup", home.channel)
        assert asked is not None
        values = {
            "name": home.name,
            "language": home.language,
            "zone": home.zone,
            "region": home.region,
            "stage": home.stage or "",
            "bilingual": "yes" if home.bilingual else "no",
            "weekly_question__cadence": home.rhythm.typed,
        }
        reply = await play.send_form(founder, asked, home.channel, **values)
        assert reply is not None
        assert not reply.errors, f"{home.name}: {reply.errors}"
        for button in [b for body in reply.whispers for b in buttons_of(body) if "start" in b.action]:
            _ = await play.press(founder, button, home.channel)
        if home.policy != "move":
            _ = await play.command(founder, f"question holidays {home.policy}", home.channel)
    await _know(play)


async def _know(play: Play) -> None:
    """Set what the form does not ask for, add the second questions, and note which there are."""
    async with play.database.unit() as unit:
        for home in play.chronicle.homes.values():
            channel = await unit.directory.channel(play.workspace, home.channel)
            community = await unit.commons.at_home(channel) if channel else None
            assert community is not None, f"{home.name} was not founded"
            await unit.commons.change(replace(community, stage=home.stage, bilingual=home.bilingual))
            if home.second is not None:
                settings = {"cadence": home.second.typed, "holidays": home.policy}
                id_ = BindingId(derived("second", community.id))
                await unit.lives.add(
                    Binding(id=id_, community=community.id, ritual=QUESTION, name="Second", settings=settings)
                )
            asking = [b for b in await unit.commons.bindings(community.id) if b.ritual == QUESTION]
            for binding, rhythm in zip(asking, (home.rhythm, home.second), strict=False):
                assert rhythm is not None
                play.chronicle.questions[binding.id] = (home.channel, rhythm)
        await unit.commit()
    await awaken(play.engine)


def weekly(play: Play) -> None:
    """Decide what people will do in the week to come, and what they will decide for the next one then."""
    number = (play.now - play.chronicle.begin) // WEEK
    folk = list(play.chronicle.people.values())
    for share, act in ((0.003, _change), (0.004, _pause), (0.001, _leave), (0.0005, _stop)):
        chance = dice(play.seed, act.__name__, number)
        for _ in range(_times(play, number, act.__name__, share * len(folk))):
            person = chance.choice(folk)
            act(play, person, play.now + chance.random() * WEEK)
    for place, home in enumerate(play.chronicle.homes.values()):
        chance = dice(play.seed, "home", home.channel, number)
        at = play.now + chance.random() * WEEK
        if (number + 3 * place) % 29 == 4:  # noqa: PLR2004 - once or twice a year, not all at once
            _rest(play, home, at)
        if often(chance, 0.03):
            _ask(play, home, at)

    async def again() -> None:
        weekly(play)

    play.later(play.chronicle.begin + (number + 1) * WEEK, again)


def _times(play: Play, number: int, name: str, mean: float) -> int:
    """Return a whole number whose mean over the weeks is ``mean``."""
    return int(mean) + often(dice(play.seed, name, number, "more"), mean - int(mean))


def _change(play: Play, person: Person, at: datetime) -> None:
    """Let somebody change when, where or how often they may be written to."""
    chance = dice(play.seed, "change", person.id, at)

    async def act() -> None:
        if play.off:
            return
        match chance.randrange(3):
            case 0:
                since, until = chance.choice(_NIGHTS)
                await play.prefer(person.id, quiet_from=since, quiet_to=until)
                play.wish(person.id, "quiet", (since, until))
            case 1:
                zone = chance.choice(_ZONES)
                await play.prefer(person.id, own_zone=zone)
                play.wish(person.id, "zone", zone)
            case _:
                budget = chance.randrange(4)
                await play.prefer(person.id, weekly_budget=budget)
                play.wish(person.id, "budget", budget)

    play.later(at, act)


def _pause(play: Play, person: Person, at: datetime) -> None:
    """Let somebody be away for one to four weeks."""

    async def act() -> None:
        if play.off:
            return
        until = (play.now + dice(play.seed, "pause", person.id, at).randint(1, 4) * WEEK).replace(second=0)
        await play.prefer(person.id, paused_until=until)
        play.wish(person.id, "pause", until)

    play.later(at, act)


def _leave(play: Play, person: Person, at: datetime) -> None:
    """Let somebody leave a community, and perhaps come back."""
    chance = dice(play.seed, "leave", person.id, at)
    channel = chance.choice(person.homes)

    async def leave() -> None:
        profile = play.plaza.present[channel].pop(person.id, None)
        if profile is None:
            return
        play.wish(person.id, "leave", channel)
        if not play.off:
            await play.hear(Left(fact=play.fact(), at=play.now, channel=channel, author=person.id))
        if often(chance, 0.5):
            play.later(play.now + chance.randint(2, 12) * WEEK, back)

    async def back() -> None:
        others = play.plaza.present[channel].values()
        play.plaza.present[channel][person.id] = next(iter(others)).__class__(
            external=person.id, name=person.name, language=person.language, zone=person.zone
        )
        play.wish(person.id, "join", channel)
        if not play.off:
            await play.hear(Joined(fact=play.fact(), at=play.now, channel=channel, author=person.id))

    play.later(at, leave)


def _stop(play: Play, person: Person, at: datetime) -> None:
    """Let somebody refuse everything, and perhaps take that back."""
    chance = dice(play.seed, "stop", person.id, at)

    async def stop() -> None:
        if play.off:
            return
        async with play.database.unit() as unit:
            await unit.members.refuse(play.member(person.id), None, None, play.now)  # type: ignore[arg-type]
            await unit.commit()
        play.wish(person.id, "refuse", (None, None))
        if often(chance, 0.4):
            play.later(play.now + chance.randint(2, 10) * WEEK, lift)

    async def lift() -> None:
        if play.off:
            return
        async with play.database.unit() as unit:
            await unit.members.accept(play.member(person.id), None, None)  # type: ignore[arg-type]
            await unit.commit()
        play.wish(person.id, "accept", (None, None))

    play.later(at, stop)


def coordinator(play: Play, home: Home) -> str:
    """Return who founded a community."""
    return f"U{list(play.chronicle.homes).index(home.channel)}"


def _rest(play: Play, home: Home, at: datetime) -> None:
    """Let a community rest for two weeks, by its coordinator's command."""

    async def act() -> None:
        first_day = (play.now + timedelta(days=15)).date()
        reply = await play.command(coordinator(play, home), f"pause until {first_day}", home.channel)
        if reply is not None:
            play.wish(home.channel, "rest", first_day)

    play.later(at, act)


def _ask(play: Play, home: Home, at: datetime) -> None:
    """Let the coordinator ask the next question by hand."""

    async def act() -> None:
        if home.second is not None:
            return
        question = next(q for q, (channel, _) in play.chronicle.questions.items() if channel == home.channel)
        reply = await play.command(coordinator(play, home), "question now", home.channel)
        if reply is not None:
            play.wish(home.channel, "ask", question)

    play.later(at, act)


def reacts(play: Play, delivery: Delivery, outgoing: Outgoing, message: str) -> None:
    """Let people answer a question, and do something about what was written to them alone."""
    if delivery.label.endswith("/question") and delivery.ritual == QUESTION:
        _answers(play, delivery, message)
    for person in delivery.people:
        for button in buttons_of(outgoing.body):
            if button.action.endswith(REFUSE):
                _annoyed(play, delivery, person, button, message)


def _answers(play: Play, delivery: Delivery, thread: str) -> None:
    chance = dice(play.seed, "answers", delivery.question, delivery.label)
    present = play.plaza.present[delivery.home]
    willing = [p for p in present if play.chronicle.people[p].answers] or list(present)
    while often(chance, GO_ON):
        _answer(play, delivery, chance.choice(willing), thread, play.now + chance.random() ** 2 * WEEK)


def _answer(play: Play, delivery: Delivery, who: str, thread: str, at: datetime) -> None:
    chance = dice(play.seed, "answer", delivery.question, delivery.label, who, at)

    async def act() -> None:
        if who not in play.plaza.present[delivery.home]:
            return
        fact = play.fact()
        said = Said(
            fact=fact,
            at=play.now,
            channel=delivery.home,
            author=who,
            thread=thread,
            message=f"M{fact}",
            text=paragraph(WORDS),
        )
        await play.hear(said)
        if often(chance, 0.03):
            play.later(play.now + chance.random() * WEEK, lambda: take_back(said))
        else:
            answered = Answered(at=play.now, question=delivery.question, label=delivery.label)
            play.chronicle.events.append(answered)

    async def take_back(said: Said) -> None:
        fact = play.fact()
        await play.hear(
            Deleted(fact=fact, at=play.now, channel=said.channel, author=who, thread=thread, message=said.message)
        )

    play.later(at, act)


def _annoyed(play: Play, delivery: Delivery, person: str, button: Button, message: str) -> None:
    """Let a few leave for good or for a while, take a pause, or refuse; some of those take it back."""
    chance = dice(play.seed, "annoyed", person, delivery.label)
    somebody, soon = play.chronicle.people[person], play.now + chance.random() * timedelta(hours=9)
    what = chance.choices(("bear", "refuse", "leave", "pause", "stop", "change"), (89, 3, 1, 2, 1, 4))[0]
    match what:
        case "refuse":
            _refuse(play, delivery, person, button, message)
        case "leave" | "pause" | "stop" | "change":
            {"leave": _leave, "pause": _pause, "stop": _stop, "change": _change}[what](play, somebody, soon)
        case _:
            pass


def _refuse(play: Play, delivery: Delivery, person: str, button: Button, message: str) -> None:
    """Let somebody refuse what nags them, and perhaps take it back."""
    chance = dice(play.seed, "refuse", person, delivery.label)
    refused = (delivery.home, delivery.ritual)

    async def refuse() -> None:
        reply = await play.press(person, button, DIRECT + person, message)
        if reply is None:
            return
        play.wish(person, "refuse", refused)
        offered = _offered(reply.whispers, ACCEPT)
        if often(chance, 0.3):
            play.later(play.now + chance.randint(1, 9) * WEEK, lambda: accept(offered))

    async def accept(offered: Button) -> None:
        if await play.press(person, offered, DIRECT + person) is not None:
            play.wish(person, "accept", refused)

    play.later(play.now + chance.random() * timedelta(hours=9), refuse)


def _offered(bodies: Sequence[object], action: str) -> Button:
    return next(b for body in bodies for b in buttons_of(body) if b.action.endswith(action))  # type: ignore[arg-type]
