"""Communities to measure with, each with a weekly question that was asked and waits for answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.bench import NOW
from bot.app import App
from bot.core.incoming import Batch, ChannelProfile, Commanded, Incoming, Pressed, Profile, Said, Submitted
from bot.core.model import CommunityId, Fact, Label, WorkspaceId
from bot.core.text import buttons_of, paragraph
from bot.engine.founding import START
from bot.engine.platform import Reply
from bot.engine.ports import Binding
from bot.engine.rehearsal import Stage
from bot.engine.respond import respond
from bot.engine.walk import settle

PEOPLE = tuple(f"U{number}" for number in range(20))
WORDS = "The group knew more than the plan did, so I let them choose where to begin, and it carried the whole morning."


@dataclass(frozen=True, slots=True)
class Home:
    """A community. ``channel`` and ``thread`` (its question's) are the platform's ids."""

    community: CommunityId
    question: Binding
    channel: str
    thread: str

    @property
    def place(self) -> tuple[str, str]:
        """Where its question is answered."""
        return self.channel, self.thread


class Village(Stage):
    """A platform on which the same people are in every channel."""

    async def people(self, channel: str, *, patient: bool = False) -> Sequence[Profile]:  # noqa: ARG002 - the port's
        """Return everybody."""
        del channel
        return _profiles()


def _profiles() -> tuple[Profile, ...]:
    return tuple(Profile(external=p, name=f"Member {p}", zone="Europe/Paris") for p in PEOPLE)


async def founded(app: App, count: int) -> tuple[WorkspaceId, Sequence[Home]]:
    """Found communities and let each ask its first question, the way people do: by form and by command."""
    async with app.database.unit() as unit:
        workspace = (await unit.directory.workspace("bench", "T1")).id
        channels = tuple(ChannelProfile(external=f"C{n}", name=f"practice-{n}") for n in range(count))
        await unit.directory.save(workspace, Batch(people=_profiles(), channels=channels))
        await unit.commit()
    app.engine.platforms[workspace] = Village([NOW], "/causerie")
    return workspace, [await _home(app, workspace, f"C{number}") for number in range(count)]


async def _home(app: App, workspace: WorkspaceId, channel: str) -> Home:
    values = {
        "name": channel,
        "language": "en",
        "address": "vous",
        "zone": "Europe/Paris",
        "region": "",
        "weekly_question.cadence": "monday 09:00",
    }
    form = Submitted(
        fact=Fact(f"found:{channel}"), at=NOW, channel=channel, author=PEOPLE[0], form=f"found:{channel}", values=values
    )
    drafted = await _asked(app, workspace, form)
    (start,) = (b for b in buttons_of(drafted.whispers[-1]) if b.action == START)
    pressed = Pressed(
        fact=Fact(f"start:{channel}"),
        at=NOW,
        channel=channel,
        author=PEOPLE[0],
        message=None,
        action=start.action,
        value=start.value,
    )
    for fact in (pressed, command("ask", channel, "question now")):
        await _asked(app, workspace, fact)
    await settle(app.engine)
    async with app.database.view() as unit:
        home = await unit.directory.channel(workspace, channel)
        assert home is not None
        community = await unit.commons.at_home(home)
        assert community is not None
        question = next(b for b in await unit.commons.bindings(community.id) if b.ritual == "weekly_question")
        said = await unit.directory.said(question.id, Label("round/1/question"))
    assert said is not None, "the question was not asked"
    return Home(community.id, question, channel, said.parts[0])


async def _asked(app: App, workspace: WorkspaceId, fact: Incoming) -> Reply:
    reply = await respond(app.engine, workspace, fact)
    assert reply.whispers, f"{fact.fact} was not answered"
    assert not reply.errors, f"{fact.fact} was refused"
    return reply


def command(name: str, channel: str, words: str) -> Commanded:
    """Return a command of the community's coordinator; ``name`` makes its fact."""
    return Commanded(fact=Fact(f"{name}:{channel}"), at=NOW, channel=channel, author=PEOPLE[0], words=words)


def answers(places: Sequence[tuple[str, str]], count: int) -> list[Said]:
    """Return answers in these threads (channel, message), in turn."""
    return [
        Said(
            fact=Fact(f"said:{number}"),
            at=NOW,
            channel=channel,
            author=PEOPLE[number // len(places) % len(PEOPLE)],
            thread=thread,
            message=f"M{number}",
            text=paragraph(WORDS),
        )
        for number in range(count)
        for channel, thread in (places[number % len(places)],)
    ]
