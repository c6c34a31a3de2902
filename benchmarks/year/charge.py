"""What coordinators decide: to rest, to ask by hand, and what becomes of a question that is shown to them before."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from benchmarks.year.chronicle import Delivery
from benchmarks.year.founding import coordinator
from benchmarks.year.play import Play
from benchmarks.year.plaza import DIRECT, first_words
from benchmarks.year.town import Home, dice
from bot.core.text import Button, Quote, Text, buttons_of
from bot.engine.platform import Outgoing

REWORDED = "Said otherwise this once, what would be asked here?"


def rest(play: Play, home: Home, at: datetime) -> None:
    """Let a community rest for two weeks, by its coordinator's command."""

    async def act() -> None:
        first_day = (play.now + timedelta(days=15)).date()
        if await play.command(coordinator(play, home), f"pause until {first_day}", home.channel) is not None:
            play.wish(home.channel, "rest", first_day)

    play.later(at, act)


def ask(play: Play, home: Home, at: datetime) -> None:
    """Let the coordinator ask the next question by hand."""

    async def act() -> None:
        (question, *others) = [q for q, (channel, _) in play.chronicle.questions.items() if channel == home.channel]
        if not others and await play.command(coordinator(play, home), "question now", home.channel) is not None:
            play.wish(home.channel, "ask", question)

    play.later(at, act)


def look_ahead(play: Play, delivery: Delivery, outgoing: Outgoing, message: str) -> None:
    """Let whoever is shown the next question do nothing about it, or press one of its buttons."""
    chance = dice(play.seed, "preview", delivery.question, delivery.label)
    press = chance.choices(("", "preview.ask", "preview.another", "preview.skip", "preview.edit"), (50, 20, 15, 8, 7))[
        0
    ]
    button = next((b for b in buttons_of(outgoing.body) if press and b.action.endswith(press)), None)
    if button is None:
        return
    (person,) = delivery.people
    before = _quoted(outgoing.body)

    async def act() -> None:
        reply = await play.press(person, button, DIRECT + person, message)
        if reply is None:
            return
        if press == "preview.skip":
            play.wish(delivery.home, "skip", (delivery.question, _day(button)))
        if reply.form is not None:
            fields = {field.name: f"{REWORDED} ({field.name}, {play.now:%d %B %H:%M})" for field in reply.form.fields}
            sent = await play.send_form(person, reply, **fields)
            assert sent is not None
            assert not sent.errors, f"{fields}: {sent.errors}"
            play.wish(delivery.home, "reword", (delivery.question, before, tuple(fields.values())))

    play.later(play.now + chance.random() * timedelta(hours=20), act)


def _day(button: Button) -> date:
    return date.fromisoformat(button.value.split()[0])


def _quoted(body: Text) -> str:

    return first_words(Text(next(b for b in body.blocks if isinstance(b, Quote)).blocks))
