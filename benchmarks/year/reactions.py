"""What people do when something reaches them: answer a question, decide one, or lose patience with what nags."""

from __future__ import annotations

from datetime import datetime, timedelta

from benchmarks.year import charge, members
from benchmarks.year.chronicle import Answered, Delivery
from benchmarks.year.founding import QUESTION
from benchmarks.year.play import WEEK, Play
from benchmarks.year.plaza import DIRECT
from benchmarks.year.town import dice, often
from bot.core.incoming import Deleted, Said
from bot.core.text import Button, buttons_of, paragraph
from bot.engine.platform import Outgoing
from bot.engine.record import ACCEPT, REFUSE

WORDS = "The group knew more than the plan did, so I let them choose where to begin, and it carried the whole morning."
GO_ON = 0.75
"""How often one more person answers a question."""
TAKEN_BACK = 0.03
REFUSED = 0.03
ENOUGH = 0.03
SOON = timedelta(hours=9)


def reacts(play: Play, delivery: Delivery, outgoing: Outgoing, message: str) -> None:
    """Let people do something about what arrived, later."""
    if delivery.label.endswith("/question") and delivery.ritual == QUESTION and not delivery.people:
        _answers(play, delivery, message)
    if delivery.care == "duty" and delivery.label.startswith(("preview/", "suggestion/")):
        charge.decide(play, delivery, outgoing, message)
    if delivery.care == "standing" and not delivery.label.startswith("suggestion/"):
        _read(play, delivery, outgoing, message)
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
        if often(chance, TAKEN_BACK):
            play.later(play.now + chance.random() * WEEK, lambda: take_back(said))
        else:
            play.chronicle.events.append(Answered(at=play.now, question=delivery.question, label=delivery.label))

    async def take_back(said: Said) -> None:
        fact = play.fact()
        await play.hear(
            Deleted(fact=fact, at=play.now, channel=said.channel, author=who, thread=thread, message=said.message)
        )

    play.later(at, act)


def _read(play: Play, delivery: Delivery, outgoing: Outgoing, message: str) -> None:
    """Let a reader of digests have enough of them at times."""
    (person,) = delivery.people
    chance = dice(play.seed, "read", person, delivery.label)
    no_longer = next(b for b in buttons_of(outgoing.body) if b.action.endswith("digest.off"))

    async def act() -> None:
        if await play.press(person, no_longer, DIRECT + person, message) is not None:
            play.wish(person, "read", (delivery.question, False))

    if often(chance, ENOUGH):
        play.later(play.now + chance.random() * SOON, act)


def _annoyed(play: Play, delivery: Delivery, person: str, button: Button, message: str) -> None:
    """Let a few leave, take a pause, change what they allow, or refuse this or everything."""
    chance = dice(play.seed, "annoyed", person, delivery.label)
    somebody, soon = play.chronicle.people[person], play.now + chance.random() * SOON
    acts = (members.leave, members.pause, members.stop, members.change)
    act = chance.choices((None, *acts), (92, 1, 2, 1, 4))[0]
    if act is not None:
        act(play, somebody, soon)
    elif often(chance, REFUSED):
        _refuse(play, delivery, person, button, message)


def _refuse(play: Play, delivery: Delivery, person: str, button: Button, message: str) -> None:
    """Let somebody refuse what nags them, and perhaps take it back."""
    chance = dice(play.seed, "refuse", person, delivery.label)
    refused = (delivery.home, delivery.ritual)

    async def refuse() -> None:
        reply = await play.press(person, button, DIRECT + person, message)
        if reply is None:
            return
        play.wish(person, "refuse", refused)
        if often(chance, 0.3):
            offered = members.offered(reply.whispers, ACCEPT)
            play.later(play.now + chance.randint(1, 9) * WEEK, lambda: accept(offered))

    async def accept(offered: Button) -> None:
        if await play.press(person, offered, DIRECT + person) is not None:
            play.wish(person, "accept", refused)

    play.later(play.now + chance.random() * SOON, refuse)
