"""What coordinators decide: rests, rhythms, questions asked by hand, and what becomes of what is put to them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from benchmarks.year.chronicle import Delivery
from benchmarks.year.founding import coordinator
from benchmarks.year.play import Play
from benchmarks.year.plaza import DIRECT, first_words
from benchmarks.year.town import STAGES, Home, Rhythm, dice
from bot.core.text import Button, Quote, Text, buttons_of
from bot.engine.platform import Outgoing

REWORDED = "Said otherwise this once, what would be asked here?"
LATER_RHYTHM = Rhythm(typed="wednesday 16:45", days=(2,), at=time(16, 45))
SOON = timedelta(hours=20)


def rest(play: Play, home: Home, at: datetime) -> None:
    """Let a community rest for two weeks."""

    async def act() -> None:
        first_day = (play.now + timedelta(days=15)).date()
        await play.command(coordinator(play, home), f"pause until {first_day}", home.channel)
        if await play.journalled(home):
            play.wish(home.channel, "rest", first_day)

    play.later(at, act)


def ask(play: Play, home: Home, at: datetime) -> None:
    """Ask the next question by hand."""

    async def act() -> None:
        await play.command(coordinator(play, home), "question now", home.channel)
        if await play.journalled(home):
            play.wish(home.channel, "ask", play.question(home))

    if home.second is None:
        play.later(at, act)


def change_rhythm(play: Play, home: Home, at: datetime) -> None:
    """Ask on another day from now on."""

    async def act() -> None:
        await play.command(coordinator(play, home), f"question every {LATER_RHYTHM.typed}", home.channel)
        if await play.journalled(home):
            play.wish(home.channel, "rhythm", (play.question(home), LATER_RHYTHM))

    if home.second is None:
        play.later(at, act)


def grow(play: Play, home: Home, at: datetime) -> None:
    """Say in the community's settings that it has come to another stage."""
    stage = dice(play.seed, "grow", home.channel).choice(STAGES)

    async def act() -> None:
        who = coordinator(play, home)
        # Whoever coordinated may have left since, and is shown no form.
        shown = await play.command(who, "setup", home.channel)
        if shown is not None and shown.form is not None:
            await play.send_form(who, shown, home.channel, stage=stage)
        if await play.journalled(home):
            play.wish(home.channel, "stage", stage)

    play.later(at, act)


def decide(play: Play, delivery: Delivery, outgoing: Outgoing, message: str) -> None:
    """Let one of those in charge do nothing about what they are shown, or press one of its buttons."""
    kind, _, copy = delivery.label.rpartition("/")
    chance = dice(play.seed, "decides", delivery.question, kind)
    previews = {"preview.ask": 20, "preview.another": 15, "preview.skip": 8, "preview.edit": 7, "": 50}
    suggestions = {"suggestion-add": 50, "suggestion-edit": 15, "suggestion-decline": 20, "": 15}
    weights = previews if kind.startswith("preview/") else suggestions
    press = chance.choices(list(weights), list(weights.values()))[0]
    button = next((b for b in buttons_of(outgoing.body) if press and b.action.endswith(press)), None)
    if button is not None and copy == str(chance.randint(1, 2 if play.chronicle.homes[delivery.home].shared else 1)):
        at = play.now + chance.random() * SOON
        play.later(at, lambda: _decided(play, delivery, button, message, _quoted(outgoing.body)))


async def _decided(play: Play, delivery: Delivery, button: Button, message: str, words: str) -> None:
    (person,), question = delivery.people, delivery.question
    home = play.chronicle.homes[delivery.home]
    action = button.action.rpartition(":")[2]
    reply = await play.press(person, button, DIRECT + person, message)
    given: tuple[str, ...] = ()
    if reply is not None and reply.form is not None:
        values = {f.name: _reworded(play, f.name) for f in reply.form.fields} if action == "preview.edit" else {}
        given = tuple(values.values())
        sent = await play.send_form(person, reply, **values)
        assert sent is None or not sent.errors, f"{values}: {sent.errors}"
    if reply is None or not await play.journalled(home):
        return
    match action:
        case "preview.skip":
            play.wish(home.channel, "skip", (question, date.fromisoformat(button.value.split()[0])))
        case "preview.edit":
            play.wish(home.channel, "reword", (question, words, given))
        case "suggestion-add" | "suggestion-edit":
            play.wish(home.channel, "add", (question, words))
        case _:
            pass


def _reworded(play: Play, field: str) -> str:
    return f"{REWORDED} ({field}, {play.now:%d %B %H %M})"


def _quoted(body: Text) -> str:
    quote = next((b for b in body.blocks if isinstance(b, Quote)), None)
    return first_words(Text(quote.blocks)) if quote else ""
