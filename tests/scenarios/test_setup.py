"""From an empty channel to the first digest, and the life of a community from there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.scenarios.stage import Stage, local

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def test_from_an_invitation_to_the_first_digest(stage: Stage) -> None:
    await stage.invite("Paul", "workshop", "Tom", "Inès")
    (line,) = stage.seen()
    assert line.words == (f"Causerie is here. {stage.prefix} setup makes this {stage.place} the home of a community.")
    assert line.buttons == (() if stage.plain else ("Set up",))

    await (stage.command("Paul", "setup") if stage.plain else stage.press("Paul", "Set up"))
    form = stage.form("Paul")
    assert form is not None
    zone = "Europe/London" if stage.profiles else ""
    assert (form["name"], form["language"], form["zone"]) == ("Workshop", "en", zone)
    wrong = await stage.submit("Paul", name="The workshop", zone="Atlantis", weekly_question_cadence="monday 25:00")
    assert sorted(wrong) == ["weekly_question.cadence", "zone"]
    right = {"name": "The workshop", "zone": "London", "weekly_question_cadence": "every monday at 09:00"}
    assert await stage.submit("Paul", **right) == {}

    drafted = stage.whispered("Paul")[-1]
    assert "The workshop: what would be said in the next 4 weeks" in drafted.words
    assert "- Friday 20 November, 10:00 – Paul Martin set up the community The workshop here" in drafted.words
    assert "- Monday 23 November, 09:00 – " in drafted.words
    assert "to Paul Martin alone: " in drafted.words
    assert drafted.words.endswith("Nothing has been said in #workshop yet. Start opens the community there.")
    assert drafted.buttons == ("Start", "Change")
    assert len(stage.seen()) == 1

    told = await stage.press("Paul", "Start")
    assert told.startswith("The workshop has started in #workshop.")
    await stage.until(MONDAY)
    question = stage.seen()[-1]
    await stage.say("Tom", "A map on the wall.", thread=question.id)
    await stage.until(MONDAY + timedelta(days=4))
    assert "Tom Becker: A map on the wall." in stage.seen()[-1].words


async def test_without_forms_and_buttons_it_is_a_dialogue() -> None:
    async with local("en", plain=True) as stage:
        await stage.invite("Paul", "workshop", "Tom")
        assert stage.seen()[-1].words.endswith("makes this channel the home of a community.")
        await stage.command("Paul", "setup")
        answers = ["The workshop", "1", "=", "=", "Nowhere", "France", "=", "2"]
        for answer in answers:
            await stage.reply("Paul", answer)
        asked = stage.seen("Paul")[-1].words
        assert "There is no time zone" in asked
        await stage.reply("Paul", "Paris")
        rehearsal = stage.seen("Paul")[-1].words
        assert "Nothing would be said" not in rehearsal
        assert rehearsal.endswith("1. Start\n2. Change\n\nReply with the number of your choice.")

        await stage.reply("Paul", "1")

        assert stage.seen("Paul")[-1].words.startswith("The workshop has started in #workshop.")
        assert "Paul Martin set up the community The workshop" in stage.seen()[-1].words
        assert "Time zone: Europe/Paris." in await stage.asked("Paul", "status")
        assert "has no ritual yet" in await stage.asked("Paul", "ritual list")


async def test_a_community_of_two_languages_says_both(stage: Stage) -> None:
    await stage.invite("Paul", "workshop", "Tom")
    await stage.command("Paul", "setup")
    await stage.submit("Paul", name="The workshop", zone="London", bilingual="both", stage="launch")
    await stage.press("Paul", "Start")

    announced = stage.seen()[-1].words
    assert announced.index("set up the community") < announced.index("a créé ici la communauté")
    status = await stage.command("Tom", "status")
    assert "Languages: English first, then the other." in status
    assert "Where it stands: starting up." in status
    await stage.command("Paul", "community close")
    await stage.press("Paul", "Yes, close it")
    closed = stage.seen()[-1].words
    assert "Sunday 20 December" in closed
    assert "dimanche 20 décembre" in closed


async def test_two_weekly_questions_are_told_apart(stage: Stage) -> None:
    await stage.command("Nadia", "ritual add question Friday tip")
    told = await stage.command("Nadia", "question every friday 16:00")
    assert told == "Which one do you mean?"
    assert stage.whispered("Nadia")[-1].buttons == ("The weekly question", "Friday tip")
    await stage.press("Nadia", "Friday tip")

    status = await stage.command("Tom", "status")

    assert "Monday 23 November, 09:00: the weekly question\n" in status
    assert "Friday 20 November, 16:00: the weekly question (Friday tip)" in status
    await stage.until(MONDAY)
    questions = [line for line in stage.seen() if "Answer in the thread" in line.words]
    assert len(questions) == 2
    await stage.say("Tom", "Check the keys.", thread=questions[0].id)
    assert "1 person has answered" in await stage.command("Tom", "status")

    await stage.command("Nadia", "ritual remove Friday tip")
    await stage.press("Nadia", "Yes, take it away")
    assert "Friday tip" not in await stage.command("Tom", "status")
    await stage.press("Nadia", "Undo")
    assert "1 person has answered" in await stage.command("Tom", "status")


async def test_it_moves_closes_and_is_opened_again(stage: Stage) -> None:
    await stage.until(MONDAY)
    asked = stage.seen()[-1]
    told = await stage.command("Nadia", "community move #field-visits")
    assert told == "Trainers in practice has its home in #field-visits from now on."
    assert "moves to #field-visits" in stage.seen()[-1].words
    await stage.say("Tom", "Tea.", thread=asked.id)
    status = await stage.command("Nadia", "status", channel="field-visits")
    assert "1 person has answered" in status

    await stage.command("Nadia", "community close", channel="field-visits")
    assert "It can be opened again until Wednesday 23 December" in await stage.press("Nadia", "Yes, close it")
    told = await stage.command("Nadia", "setup", channel="field-visits")
    assert "Trainers in practice had its home here, and was closed on Monday 23 November." in told
    assert await stage.press("Nadia", "Open it again") == "Trainers in practice is open again."
    assert "Nadia Benali" in await stage.command("Amélie", "coordinator list", channel="field-visits")


async def test_a_text_in_the_communitys_own_words(stage: Stage) -> None:
    assert "question-ask – Answer in the thread, when it suits you." in await stage.command("Tom", "texts list")
    await stage.command("Nadia", "texts edit question-ask")
    assert await stage.submit("Nadia", en="One line in the thread is *plenty*.") == {}
    assert "> One line in the thread is plenty." in stage.whispered("Nadia")[-1].words
    await stage.press("Nadia", "Use these words")

    await stage.until(MONDAY)

    assert stage.seen()[-1].words.endswith("One line in the thread is plenty.")
