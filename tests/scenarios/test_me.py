"""What concerns one member: how they are written to, being left alone, taking their data along, being forgotten."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

from adapters.local.chat import BOT
from bot.core.awaited import Filling
from bot.core.dialogue import Dialogue
from bot.core.forms import Field, Form
from bot.core.model import Label, MemberId
from bot.core.text import File, Named, Plain, paragraph
from bot.engine.ports import Parcel, Whose
from bot.engine.walk import settle
from storage.database import SqlDatabase
from tests.engine.world import dump
from tests.scenarios.stage import LocalStage, Stage, local

DECEMBER = datetime(2026, 12, 20, 12, tzinfo=UTC)


async def member(stage: LocalStage, external: str) -> MemberId:
    async with stage.session.engine.database.view() as unit:
        found = await unit.directory.known(stage.session.workspace, external)
    assert found is not None
    return found


async def test_somebody_sets_how_they_are_written_to(stage: Stage) -> None:
    told = await stage.alone("Paul", "me")
    known = "Language: English. Time zone: Europe/London."
    unknown = "Language: that of each community. Time zone: that of each community."
    assert told.splitlines()[:3] == [
        known if stage.profiles else unknown,
        "Quiet hours: 19:00 to 08:00.",
        "At most 2 messages a week that you did not ask for.",
    ]

    await stage.press("Paul", "Change")
    wrong = await stage.submit(
        "Paul", zone="Atlantis", budget="99", quiet_from="20 h", pause="2020-01-01", topics="marking"
    )
    assert sorted(wrong) == ["budget", "pause", "zone"]
    assert await stage.submit("Paul", zone="Montréal", budget="1", quiet_from="20 h", pause="", topics="marking") == {}

    told = await stage.command("Paul", "me")
    assert "Time zone: America/Montreal." in told
    assert "Quiet hours: 20:00 to 08:00." in told
    assert "At most 1 message a week that you did not ask for." in told
    assert "Topics: marking." in told


async def test_somebody_is_left_alone_and_comes_back(stage: Stage) -> None:
    assert (await stage.alone("Nadia", "Stop!")).startswith("Understood: from now on you receive only what you ask for")
    assert "You coordinate Trainers in practice" in await stage.alone("Nadia", "stop")
    assert "Refused: all that you do not ask for." in await stage.alone("Nadia", "me")

    assert await stage.press("Nadia", "Receive them again") == "These messages will come again."

    assert "Refused" not in await stage.alone("Nadia", "me")
    assert await stage.alone("Nadia", "Thank you!") == "With pleasure."


async def test_the_same_in_french(french: Stage) -> None:
    told = await french.alone("Paul", "Moi")
    assert ("Europe/Paris" if french.profiles else "Fuseau horaire : selon la communauté.") in told
    assert "you" not in told
    assert "19 h" in told
    await french.press("Paul", "Modifier")
    wrong = await french.submit("Paul", zone="Atlantide", quiet_from="20 h 30", quiet_to="25 h", language="en")
    assert sorted(wrong) == ["quiet_to", "zone"]
    assert await french.submit("Paul", quiet_from="20 h 30", language="en") == {}
    assert "Quiet hours: 20:30 to 08:00." in await french.alone("Paul", "moi")

    told = await french.alone("Amélie", "Arrêtez !")
    assert told.startswith("C’est compris")
    await french.press("Amélie", "Les recevoir de nouveau")
    told = await french.alone("Amélie", "bonjour, ça va ?")
    assert "aide" in told
    assert "arrêter" in told
    assert "effac" in await french.alone("Amélie", "données effacer")
    await french.press("Amélie", "Tout effacer")
    # Whoever was erased has no language but the one that the platform tells.
    thanked = "Avec plaisir" if french.profiles else "With pleasure"
    assert (await french.alone("Amélie", "merci")).startswith(thanked)


async def test_without_forms_the_same_is_asked_in_words() -> None:
    async with local("en", plain=True) as plain:
        assert "Reply 1 to choose this." in await plain.alone("Paul", "me")
        told = await plain.alone("Paul", "1")
        assert "How I write to you" in told
        assert "English" in told
        told = await plain.alone("Paul", "=")
        for answer in ("Montréal", "=", "=", "1", "-", "-"):
            told = await plain.alone("Paul", answer)
        assert told.startswith("Saved.")
        assert "America/Montreal" in told


async def lived(stage: LocalStage) -> None:
    """Let Paul have a hand in everything, with some of it half done."""
    await stage.command("Nadia", "question every monday 09:00")
    await stage.until(datetime(2026, 11, 23, 9, 1, tzinfo=UTC))
    root = stage.seen()[-1].id
    await stage.say("Paul", "Paul's own words", thread=root)
    await stage.say("Tom", "Tom's, for @Paul Martin", thread=root)
    await stage.alone("Paul", "question answer Paul wrote this in private")
    await stage.alone("Paul", "question suggest What did Paul find out?")
    await stage.alone("Paul", "question digest on")
    await stage.command("Nadia", "coordinator add @Paul Martin")
    await stage.command("Paul", "pause until 2027-01-11")
    await stage.command("Paul", "resume")
    await stage.alone("Paul", "stop")
    paul = await member(stage, "U2")
    database = stage.session.engine.database
    form = Form("f", Plain("Form"), (Field("a", Plain("A")), Field("b", Plain("B"))))
    async with database.unit() as unit:
        half = Filling(Dialogue(form, {"a": "half of what Paul says"}))
        await unit.awaits.put(stage.session.workspace, "D9", "", half, stage.clock.at, Whose(paul))
        await unit.commit()
    assert isinstance(database, SqlDatabase)
    await stage.until(datetime(2026, 11, 27, 12, tzinfo=UTC))
    await stage.say("Paul", "late words of Paul", thread=root)
    await _under_way(stage, paul, await member(stage, "U4"))


async def _under_way(stage: LocalStage, paul: MemberId, tom: MemberId) -> None:
    """Put a dead letter to Paul, and what waits for Tom and names Paul."""
    far = stage.clock.at + timedelta(days=20)
    async with stage.session.engine.database.unit() as unit:
        for key, to, body in (("dead", paul, "for Paul alone"), ("waits", tom, "for Tom, by ")):
            parcel = Parcel(
                key=key,
                kind="direct",
                workspace=stage.session.workspace,
                label=Label(key),
                destination=f"direct:{to}",
                to=frozenset({to}),
                body=paragraph(body, Named(paul)),
                not_before=far,
                next_at=far,
            )
            await unit.outbox.put(parcel)
        (row, *_) = [r for r in await unit.outbox.rows(all_=False, limit=9) if r.key == "dead"]
        await unit.outbox.bury(row.id, "never accepted", stage.clock.at)
        await unit.commit()


async def signs(stage: LocalStage, *words: str) -> dict[str, list[str]]:
    """Return the rows in which one of these words stands, by table."""
    database = stage.session.engine.database
    assert isinstance(database, SqlDatabase)
    named = re.compile("|".join(words))
    rows = await dump(database)
    return {table: found for table, them in rows.items() if (found := [row for row in them if named.search(row)])}


async def test_all_is_given_and_nothing_is_left(local_stage: LocalStage) -> None:
    stage = local_stage
    await lived(stage)
    paul = await member(stage, "U2")
    personal = (paul, r"\bU2\b", "[Pp]aul")
    before = await signs(stage, *personal)
    assert len(before) >= 12

    await stage.alone("Paul", "data export")
    files = [b for m in stage.chat.said_after(0, BOT) for b in m.body.blocks if isinstance(b, File)]
    kept = json.loads(files[1].content)["tables"]
    owned = {table for table in before if table not in {"said", "kept", "weekly_question_notice", "claim"}}
    assert {"member", "membership", "office", "journal", "refusal", "weekly_question_answer"} <= set(kept)
    assert {"weekly_question_suggestion", "weekly_question_reader", "awaited"} <= set(kept) <= owned
    assert "What did Paul find out?" in files[0].content
    assert "late words of Paul" in files[0].content

    for channel in ("practice", "field-visits"):
        room = next(r.id for r in stage.chat.rooms() if r.name == channel)
        stage.chat.leave(room, "U2")
    await stage.alone("Paul", "data erase")
    assert (await stage.press("Paul", "Erase it all")).startswith("Done: all that was kept of you is erased.")

    assert await signs(stage, *personal) == {}
    assert len((await signs(stage, "."))["kept"]) == 1
    await settle(stage.session.engine)
    said = [line.words for line in stage.seen()]
    assert [words for words in said if "Paul" in words] == []
    assert [words for words in said if words.startswith("1 person answered") and "Tom Becker" in words]
    await stage.until(DECEMBER)
    assert await signs(stage, *personal) == {}
    assert [line.words for line in stage.seen("Tom")][-1] == "for Tom, by …"


async def test_who_stays_is_known_by_name_again_and_by_nothing_else(local_stage: LocalStage) -> None:
    stage = local_stage
    await lived(stage)
    paul = await member(stage, "U2")

    await stage.alone("Paul", "data erase")
    await stage.press("Paul", "Erase it all")

    left = await signs(stage, paul, r"\bU2\b", "[Pp]aul")
    assert set(left) <= {"member", "channel"}
    assert "all that you do not ask for" in await stage.alone("Paul", "me")
