"""The jar, played in the engine: on the playground's chat, with its storage."""

# ruff: noqa: INP001 - this folder is on the path of the tests, as an installed package would be.

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import causerie_jar
import causerie_jar.storage
import pytest

from adapters.local.chat import BOT, Chat
from adapters.local.playground import Playground
from adapters.local.seed import seed
from adapters.local.session import LocalSession
from bot.core.i18n import Catalogues, voice
from bot.core.model import Language
from bot.core.plain import Reader, plain
from bot.core.text import Text
from bot.engine import governance
from bot.engine.engine import Engine
from bot.engine.registry import Registry
from storage.connect import connected, migrating
from storage.database import SqlDatabase
from storage.migrate import differences, upgrade
from storage.ritual import by_name
from storage.versions import parts

STORAGES = by_name([causerie_jar.storage.storage])


@dataclass
class Clock:
    at: datetime = field(default_factory=lambda: datetime(2026, 11, 25, 9, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def put(self, at: datetime) -> None:
        self.at = at


@dataclass
class Place:
    """A playground with one community, whose only ritual is the jar."""

    desk: Playground
    language: Language

    async def type(self, who: int, words: str) -> str:
        """Let a persona give a command in the home channel, and return what is whispered to them."""
        chat = self.desk.chat
        home = chat.noted("home")
        chat.say(f"U{who}", home, words)
        await self.desk.heard()
        whispers = [m for m in chat.latest(home, f"U{who}", 1) if m.only_for]
        return "\n".join(self.read(m.body) for m in whispers)

    def read(self, body: Text) -> str:
        """Return a message as words."""
        people = {p.id: p.name for p in self.desk.chat.personas()}
        reader = Reader(voice(self.language), "UTC", name=lambda m: people[m], channel=str, link=lambda _: None)
        return plain(body, reader)

    async def days(self, count: int) -> list[str]:
        """Move the clock, and return what is said meanwhile."""
        before = self.desk.chat.newest()
        for _ in range(count):
            await self.desk.move("day")
        return [self.read(m.body) for m in self.desk.chat.said_after(before, BOT)]


@pytest.fixture(params=["en", "fr"])
async def place(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[Place]:
    clock = Clock()
    database = await SqlDatabase.open(database_url, storages=STORAGES, engine=True)
    registry = Registry.of((governance.ritual, causerie_jar.ritual))
    engine = Engine(database, registry, Catalogues(registry.locales, strict=True), clock)
    chat = Chat(":memory:", clock)
    session = LocalSession(chat, engine)
    await session.open()
    await seed(session, request.param)
    yield Place(Playground(session, clock), request.param)
    chat.close()
    await database.close()


async def test_what_is_put_in_is_read_out_once_on_its_day(place: Place) -> None:
    told = await place.type(2, "/causerie jar add We began with the *hard* case.")
    assert (
        told
        == {
            "en": "The jar is opened Friday 27 November, 16:00.",
            "fr": "Ouverture du bocal\u00a0: vendredi 27 novembre à 15\u00a0h.",
        }[place.language]
    )
    await place.type(3, "/causerie bocal ajouter Silence, for two minutes.")

    opened = await place.days(10)

    assert len(opened) == 1
    assert (
        opened[0].splitlines()[0]
        == {"en": "2 things that worked:", "fr": "2 choses qui ont marché\u00a0:"}[place.language]
    )
    assert "Paul Martin – We began with the hard case." in opened[0]
    assert "Amélie Roy – Silence, for two minutes." in opened[0]


async def test_an_empty_jar_says_nothing(place: Place) -> None:
    assert await place.days(10) == []


async def test_one_member_cannot_fill_it(place: Place) -> None:
    for number in range(3):
        await place.type(2, f"/causerie jar add Number {number}.")
    refused = await place.type(2, "/causerie jar add Number 3.")
    assert refused.startswith({"en": "You have put in enough", "fr": "Vous en avez mis assez"}[place.language])
    assert "3" in await place.type(4, "/causerie status")


async def test_its_migrations_make_its_tables(database_url: str) -> None:
    await upgrade(database_url, STORAGES)
    engine = migrating(database_url)
    async with connected(engine) as connection:
        for part in parts(STORAGES):
            assert await connection.run_sync(differences, part) == []
    await engine.dispose()


def test_its_entry_points_lead_to_it() -> None:
    project = tomllib.loads(Path(__file__).with_name("pyproject.toml").read_text(encoding="utf-8"))["project"]
    offered = {
        group: {name: getattr(import_module(where.partition(":")[0]), where.partition(":")[2])}
        for group, points in project["entry-points"].items()
        for name, where in points.items()
    }
    assert offered == {
        "causerie.rituals": {"jar": causerie_jar.ritual},
        "causerie.storage": {"jar": causerie_jar.storage.storage},
    }
