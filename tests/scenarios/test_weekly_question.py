"""The weekly question, from its asking to its digest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.scenarios.stage import Line, Stage

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)
NEXT = MONDAY + timedelta(weeks=1)


def posts(stage: Stage) -> list[Line]:
    """Return what the bot said in the home channel itself, not in a thread."""
    return [line for line in stage.seen() if line.thread is None]


async def asked(stage: Stage) -> Line:
    """Let the first question be asked, and return it."""
    await stage.until(MONDAY)
    return stage.seen()[-1]


async def test_a_week_in_english(stage: Stage) -> None:
    (founded,) = stage.seen()
    assert "Nadia Benali set up the community Trainers in practice" in founded.words
    await stage.until(MONDAY - timedelta(minutes=1))
    assert len(stage.seen()) == 1
    question = await asked(stage)
    assert question.words.endswith("Answer in the thread, when it suits you.")

    first = await stage.say("Amélie", "I begin with a *round* of names.", thread=question.id)
    await stage.say("Tom", "A map on the wall.", thread=question.id)
    second = await stage.say("Nadia", "Silence, for a minute.", thread=question.id)
    gone = await stage.say("Paul", "Never mind.", thread=question.id)
    await stage.say("Inès", "Tea.", thread=question.id)
    await stage.say("Tom", "And a second thought.", thread=question.id)
    await stage.edit("Nadia", second, "Two minutes of silence.")
    await stage.delete("Paul", gone)
    await stage.until(FRIDAY)

    digest = stage.seen()[-1]
    assert "4 people answered" in digest.words
    rows = [row for row in digest.words.split("\n") if row.startswith("- ")]
    assert rows == [
        "- Amélie Roy: I begin with a round of names.",
        "- Tom Becker: A map on the wall.",
        "- Nadia Benali: Two minutes of silence.",
    ]
    assert digest.links == (stage.link(question.id), stage.link(first), *digest.links[2:])
    assert len(digest.links) == 4
    assert "1 more in the thread. Thank you." in digest.words

    await stage.say("Paul", "Late, but here.", thread=question.id)
    assert "5 people answered" in stage.seen()[-1].words
    assert stage.seen()[-1].id == digest.id

    await stage.until(NEXT)
    assert len(stage.seen()) == 4
    await stage.say("Paul", "Very late.", thread=question.id)
    assert "5 people answered" in stage.seen()[2].words


async def test_une_semaine_en_français(french: Stage) -> None:  # noqa: PLC2401 - the story is French
    await french.until(MONDAY - timedelta(hours=1))
    question = french.seen()[-1]
    await french.say("Amélie", "Un tour de table.", thread=question.id)
    await french.until(FRIDAY - timedelta(hours=1))

    digest = french.seen()[-1]
    assert "1 personne a répondu" in digest.words
    assert "- Amélie Roy : Un tour de table." in digest.words
    assert "Merci." in digest.words
    status = await french.command("Tom", "état")
    assert "Nadia Benali" in status
    assert "lundi 30 novembre à 9 h" in status
    assert "Nadia Benali" in await french.command("Tom", "coordination ajouter @Paul Martin")


async def test_nobody_answered_so_the_thread_is_reminded_once_and_nothing_else_is_said(stage: Stage) -> None:
    question = await asked(stage)
    said = len(stage.seen())

    await stage.until(NEXT - timedelta(minutes=1))

    (reminder,) = stage.seen()[said:]
    assert reminder.thread == question.id
    assert reminder.words == (
        "This thread stays open until Friday 27 November, 09:00. A line is plenty, and so is reading along."
    )


async def test_the_last_answer_taken_back_takes_the_digest_along(stage: Stage) -> None:
    question = await asked(stage)
    answer = await stage.say("Tom", "Tea.", thread=question.id)
    await stage.until(FRIDAY)
    said = len(stage.seen())

    await stage.delete("Tom", answer)

    assert len(stage.seen()) == said - 1


async def test_answers_to_anything_else_do_not_count(stage: Stage) -> None:
    question = await asked(stage)
    await stage.say("Tom", "Not in the thread.")
    await stage.say("Tom", "Under the announcement.", thread=stage.seen()[0].id)

    await stage.until(FRIDAY)

    assert posts(stage)[-1] == question


async def test_no_question_comes_twice_in_its_first_dozen(stage: Stage) -> None:
    await stage.until(MONDAY + timedelta(weeks=11))

    questions = [line.words for line in posts(stage)[1:]]
    assert len(questions) == 12
    assert len(set(questions)) == 12


async def test_the_rhythm_is_changed(stage: Stage) -> None:
    told = await stage.command("Nadia", "question every tuesday 14:30")
    assert "Tuesday 24 November, 14:30" in told
    await stage.until(MONDAY + timedelta(hours=6))
    assert len(stage.seen()) == 1

    await stage.until(MONDAY + timedelta(days=1, hours=5, minutes=30))

    assert len(stage.seen()) == 2
    assert "Tuesday 1 December, 14:30" in await stage.command("Tom", "status")


async def test_it_is_asked_now_and_not_again_the_same_day(stage: Stage) -> None:
    await stage.until(MONDAY - timedelta(hours=1))

    await stage.command("Nadia", "question now")
    await stage.until(MONDAY + timedelta(hours=1))

    assert len(stage.seen()) == 2


async def test_what_comes_next_is_put_aside_or_skipped(stage: Stage) -> None:
    first = await stage.command("Nadia", "question next")
    assert "Monday 23 November, 09:00" in first
    another = await stage.press("Nadia", "Another one")
    assert another != first
    told = await stage.press("Nadia", "Skip this time")
    assert "Monday 30 November, 09:00" in told

    await stage.until(NEXT)

    assert len(stage.seen()) == 2
    quoted = [row.removeprefix("> ") for row in another.split("\n") if row.startswith("> ")]
    assert quoted[0] in stage.seen()[-1].words


async def test_days_and_holidays(stage: Stage) -> None:
    await stage.command("Nadia", "question days 2")
    await stage.command("Nadia", "setup")
    assert await stage.submit("Nadia", region="CA-QC", zone="Montréal") == {}
    await stage.command("Nadia", "question every friday 09:00")
    await stage.until(datetime(2026, 12, 25, 20, tzinfo=UTC))
    said = len(stage.seen())

    await stage.until(datetime(2026, 12, 28, 14, tzinfo=UTC))

    assert len(stage.seen()) == said + 1
    question = stage.seen()[-1]
    await stage.say("Tom", "Snow.", thread=question.id)
    await stage.until(datetime(2026, 12, 30, 14, tzinfo=UTC))
    assert "Snow." in stage.seen()[-1].words


async def test_a_skipped_holiday(stage: Stage) -> None:
    await stage.command("Nadia", "setup")
    await stage.submit("Nadia", region="CA-QC")
    await stage.command("Nadia", "question every friday 09:00")
    await stage.command("Nadia", "question holidays skip")
    await stage.until(datetime(2026, 12, 24, 20, tzinfo=UTC))
    said = len(stage.seen())

    await stage.until(datetime(2026, 12, 31, 20, tzinfo=UTC))

    assert len(stage.seen()) == said


async def test_a_pause_ends_by_itself_or_sooner(stage: Stage) -> None:
    await stage.command("Nadia", "pause until 1 december")
    await stage.until(NEXT + timedelta(hours=1))
    assert len(posts(stage)) == 1
    await stage.until(NEXT + timedelta(weeks=1))
    assert len(posts(stage)) == 2

    await stage.command("Nadia", "pause until 1 march")
    await stage.command("Nadia", "resume")
    await stage.until(NEXT + timedelta(weeks=2))
    assert len(posts(stage)) == 3


async def test_setup_in_a_free_channel_begins_a_second_community(stage: Stage) -> None:
    await stage.command("Paul", "setup", channel="field-visits")
    assert stage.form("Paul") is not None
    wrong = await stage.submit("Paul", zone="Atlantis", weekly_question_cadence="monday 25:00")
    assert sorted(wrong) == ["weekly_question.cadence", "zone"]
    assert "Atlantis" in wrong["zone"]

    assert await stage.submit("Paul", zone="Lisbon") == {}
    await stage.press("Paul", "Start")

    assert "Paul Martin" in await stage.command("Paul", "coordinator list", channel="field-visits")
    assert "Nadia Benali" in await stage.command("Paul", "coordinator list")


async def test_the_second_setup_opens_the_settings(stage: Stage) -> None:
    await stage.command("Nadia", "setup")
    form = stage.form("Nadia")
    assert form is not None
    assert form["zone"] == "Europe/London"

    wrong = await stage.submit("Nadia", name="")
    assert list(wrong) == ["name"]
    await stage.submit("Nadia", name="Practice", zone="Paris")

    assert "Nadia Benali" in await stage.command("Tom", "history")
    assert "Practice has its home" in await stage.command("Tom", "status")


async def test_coordination_is_given_and_handed_back(stage: Stage) -> None:
    await stage.command("Nadia", "coordinator add @Paul Martin")
    listed = await stage.command("Tom", "coordinator list")
    assert "Nadia Benali" in listed
    assert "Paul Martin" in listed
    assert "Nadia Benali named you coordinator" in stage.seen("Paul")[-1].words

    await stage.command("Paul", "coordinator remove @Nadia Benali")
    assert "Nadia Benali" not in await stage.command("Tom", "coordinator list")
    assert "Trainers in practice" in stage.seen("Nadia")[-1].words

    await stage.leave("Paul")
    assert "coordinator take" in stage.seen()[-1].words
    await stage.moderate("Tom")
    await stage.command("Tom", "coordinator take")
    assert "Tom Becker" in await stage.command("Inès", "coordinator list")


async def test_a_rehearsal_changes_nothing_and_comes_true(stage: Stage) -> None:
    before = await stage.kept()

    told = await stage.command("Tom", "rehearse 2")

    assert "Monday 23 November, 09:00" in told
    assert "Monday 30 November, 09:00" in told
    assert await stage.kept() == before
    rows = [row.partition(" – ")[2] for row in told.split("\n") if row.startswith("- ")]
    aloud = [row for row in rows if not row.startswith("to Nadia Benali alone: ")]
    assert len(rows) - len(aloud) == 2
    await stage.until(NEXT)
    seen = stage.seen()[1:]
    assert len(seen) == 3
    for row, line in zip(aloud, seen, strict=False):
        assert row.split("…")[0][:60] in line.words.replace("\n\n", " ")


async def test_help_shows_what_one_may_do(stage: Stage) -> None:
    assert "question answer" in await stage.command("Tom", "help question")
    assert "question every" in await stage.command("Nadia", "help question")
