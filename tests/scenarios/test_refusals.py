"""What cannot be done is refused in one clear sentence, and nothing is changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.local.chat import Reason, RefusedError
from tests.scenarios.stage import LocalStage, Stage

REFUSED = [
    ("Nadia", "question every monday 25:00", "25:00"),
    ("Nadia", "question every fifth monday of february 09:00", "february"),
    ("Nadia", "question every sometimes", "sometimes"),
    ("Nadia", "question days 0", "0"),
    ("Nadia", "question days many", "many"),
    ("Nadia", "question holidays dance", "dance"),
    ("Nadia", "pause until 1 january 2020", "after today"),
    ("Nadia", "pause until the cows come home", "cows"),
    ("Nadia", "resume", "pause"),
    ("Nadia", "coordinator add @Nobody", "Nobody"),
    ("Nadia", "coordinator add @Nadia Benali", "Nadia"),
    ("Nadia", "coordinator remove @Tom Becker", "Tom"),
    ("Nadia", "coordinator remove @Nadia Benali", "only coordinator"),
    ("Nadia", "rehearse 99", "99"),
    ("Nadia", "statsu", "status"),
    ("Tom", "question every monday 10:00", "Nadia Benali"),
    ("Tom", "question now", "Nadia Benali"),
    ("Tom", "pause until 4 january", "Nadia Benali"),
    ("Tom", "setup", "Nadia Benali"),
    ("Tom", "coordinator take", "Nadia Benali"),
]


async def test_commands_that_cannot_be_done(stage: Stage) -> None:
    before = await stage.kept()
    for who, words, named in REFUSED:
        told = await stage.command(who, words)

        assert named.casefold() in told.casefold(), words
        assert len(told) < 400, words
        assert await stage.kept() == before, words


async def test_an_impossible_zone_in_the_settings(stage: Stage) -> None:
    await stage.command("Nadia", "setup")
    before = await stage.kept()

    wrong = await stage.submit("Nadia", zone="Nowhere/Land", language="it", address="ihr", region="Atlantis")

    assert sorted(wrong) == ["address", "language", "region", "zone"]
    assert await stage.kept() == before


async def test_a_command_of_ten_thousand_characters(local_stage: LocalStage) -> None:
    before = await local_stage.kept()

    with pytest.raises(RefusedError) as refused:
        await local_stage.command("Nadia", f"question every {'x' * 10_000}")

    assert refused.value.reason is Reason.TOO_LONG
    assert await local_stage.kept() == before


async def test_a_command_that_is_all_but_too_long(stage: Stage) -> None:
    before = await stage.kept()

    told = await stage.command("Nadia", f"question every {'x' * 3_900}")
    assert 0 < len(told) < 400
    assert await stage.kept() == before


async def test_a_command_where_there_is_no_community_of_ones_own(stage: Stage) -> None:
    await stage.leave("Paul")
    before = await stage.kept()

    told = await stage.command("Paul", "status", channel="field-visits")

    assert f"{stage.prefix} setup" in told
    assert await stage.kept() == before


async def test_two_press_at_once_and_one_is_told_that_it_was_done(stage: Stage) -> None:
    await stage.command("Nadia", "coordinator add @Paul Martin")
    await stage.command("Nadia", "question next")
    await stage.command("Paul", "question next")
    await stage.press("Nadia", "Ask it now")
    before = await stage.kept()

    told = await stage.press("Paul", "Ask it now")

    assert "It was done already" in told
    assert await stage.kept() == before


async def test_a_button_whose_time_is_over(stage: Stage) -> None:
    await stage.command("Nadia", "question next")
    await stage.until(datetime(2026, 11, 30, 9, tzinfo=UTC))
    before = await stage.kept()

    told = [await stage.press("Nadia", button) for button in ("Skip this time",)]

    assert all(told)
    assert await stage.kept() == before


async def test_a_button_that_is_for_others(stage: Stage) -> None:
    await stage.command("Nadia", "coordinator add @Paul Martin")
    await stage.command("Paul", "question next")
    await stage.command("Nadia", "coordinator remove @Paul Martin")
    before = await stage.kept()

    assert await stage.press("Paul", "Ask it now")
    assert await stage.kept() == before


async def test_a_sentence_in_the_language_of_who_reads_it(french: Stage) -> None:
    told = await french.command("Nadia", "question chaque lundi 25 h")

    assert "25 h" in told
    assert "Write for instance" not in told
