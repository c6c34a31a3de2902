"""The whole life of one question, from its preview to its digest, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.scenarios.stage import Line, Stage

SUNDAY = datetime(2026, 11, 22, 9, tzinfo=UTC)
MONDAY = SUNDAY + timedelta(days=1)
FRIDAY = MONDAY + timedelta(days=4)


def said_in(stage: Stage, thread: Line) -> list[str]:
    """Return what the bot said in a thread."""
    return [line.words for line in stage.seen() if line.thread == thread.id]


def rows(line: Line) -> list[str]:
    return [row for row in line.words.split("\n") if row.startswith("- ")]


async def ask_to_write(stage: Stage, who: str) -> None:
    """Ask for the form of an answer: by the button under the question, where there are buttons."""
    english = stage.language == "en"
    if stage.plain:
        await stage.command(who, "question answer" if english else "question répondre")
    else:
        await stage.press(who, "Write an answer" if english else "Rédiger une réponse")


async def test_a_question_in_english(stage: Stage) -> None:
    await stage.command("Nadia", "coordinator add @Paul Martin")
    await stage.command("Nadia", "question unsigned on")
    await stage.command("Inès", "question digest on")
    await stage.until(SUNDAY)

    first = stage.seen("Paul")[-1]
    assert first.words.startswith("Next question in Trainers in practice: Monday 23 November, 09:00.")
    assert first.buttons == ("Ask it", "Another one", "Skip this week", "Edit")
    await stage.press("Nadia", "Another one")
    shown = stage.seen("Paul")[-1]
    assert shown.id == first.id
    assert shown.words != first.words
    await stage.press("Paul", "Ask it")
    for who in ("Nadia", "Paul"):
        assert "Paul Martin settled it: it is asked as it is." in stage.seen(who)[-1].words
        assert stage.seen(who)[-1].buttons == ()
    with pytest.raises(LookupError):
        await stage.press("Nadia", "Skip this week")

    await stage.until(MONDAY)
    question = stage.seen()[-1]
    assert question.buttons == (() if stage.plain else ("Write an answer",))
    assert question.words.split("\n")[0] in shown.words
    await ask_to_write(stage, "Tom")
    empty = "This cannot be left empty." if stage.plain else "An answer needs a few words."
    assert await stage.submit("Tom", words="  ") == {"words": empty}
    assert await stage.submit("Tom", words="A map on the **wall**.") == {}
    await stage.until(MONDAY + timedelta(hours=1))
    await ask_to_write(stage, "Amélie")
    await stage.submit("Amélie", words="I never know how to begin.", signed="unsigned")
    assert said_in(stage, question) == ["Tom Becker: A map on the wall.", "Someone: I never know how to begin."]

    told = await stage.command("Nadia", "question edit How do you begin a day with strangers?")
    assert told == "The question now reads: “How do you begin a day with strangers?”"
    await stage.until(FRIDAY - timedelta(hours=1))
    assert said_in(stage, question)[-1] == (
        "This thread stays open until Friday 27 November, 09:00. A line is plenty, and so is reading along."
    )
    beside = await stage.say("Nadia", "Beside the thread: with names.")
    await stage.react("Paul", beside, "📥")
    await stage.until(FRIDAY)

    digest, alone = stage.seen()[-1], stage.seen("Inès")[-1]
    assert digest.words.startswith("3 people answered “How do you begin a day with strangers?”")
    assert rows(digest) == rows(alone)
    assert rows(digest) == [
        "- Tom Becker: A map on the wall.",
        "- Someone: I never know how to begin.",
        "- Nadia Benali: Beside the thread: with names.",
    ]
    assert alone.words.endswith("You asked for the digests of Trainers in practice.")
    await stage.press("Tom", "Take it back")
    assert len(rows(stage.seen()[-1])) == len(rows(stage.seen("Inès")[-1])) == 2
    assert await stage.press("Inès", "No longer") == f"Understood: the digest stays in the {stage.place}."


async def test_une_question_en_français(french: Stage) -> None:  # noqa: PLC2401 - the story is French
    await french.command("Nadia", "coordination ajouter @Paul Martin")
    await french.command("Nadia", "question anonyme oui")
    await french.command("Inès", "question bilan oui")
    await french.until(SUNDAY)

    first = french.seen("Paul")[-1]
    assert first.words.startswith("Prochaine question dans La pratique de la formation : lundi 23 novembre à 9 h.")
    assert first.buttons == ("La poser", "Une autre", "Passer cette semaine", "Modifier")
    assert "Sans décision d’ici là, elle est posée telle quelle." in first.words
    await french.press("Nadia", "La poser")
    assert "Nadia Benali a tranché : elle est posée telle quelle." in french.seen("Paul")[-1].words

    await french.until(MONDAY)
    question = french.seen()[-1]
    await ask_to_write(french, "Tom")
    empty = "Il faut une réponse ici." if french.plain else "Une réponse demande quelques mots."
    assert await french.submit("Tom", words=" ") == {"words": empty}
    assert await french.submit("Tom", words="Une carte au mur.") == {}
    await french.until(MONDAY + timedelta(hours=1))
    await ask_to_write(french, "Amélie")
    await french.submit("Amélie", words="Je ne sais jamais par où commencer.", signed="unsigned")
    assert said_in(french, question) == [
        "Tom Becker : Une carte au mur.",
        "Quelqu’un : Je ne sais jamais par où commencer.",
    ]
    await french.command("Nadia", "question modifier Comment ouvrez-vous une journée ?")
    await french.until(FRIDAY - timedelta(hours=2))
    assert said_in(french, question)[-1] == (
        "Ce fil reste ouvert jusqu’au vendredi 27 novembre à 9 h. Une ligne suffit, et lire compte aussi."
    )
    beside = await french.say("Nadia", "À côté du fil : par les prénoms.")
    await french.react("Paul", beside, "📥")
    await french.until(FRIDAY)

    digest, alone = french.seen()[-1], french.seen("Inès")[-1]
    assert digest.words.startswith("3 personnes ont répondu à « Comment ouvrez-vous une journée ? »")
    assert rows(digest) == rows(alone)
    assert rows(digest)[1:] == [
        "- Quelqu’un : Je ne sais jamais par où commencer.",
        "- Nadia Benali : À côté du fil : par les prénoms.",
    ]
    assert await french.press("Inès", "Ne plus le recevoir") == (f"C’est noté : le bilan reste dans le {french.place}.")


async def test_a_question_taken_back_and_brought_back(stage: Stage) -> None:
    await stage.until(MONDAY)
    question = stage.seen()[-1]
    await stage.say("Tom", "Tea.", thread=question.id)
    told = await stage.command("Nadia", "question withdraw")
    assert "would be taken back" in told
    assert await stage.press("Nadia", "Leave it") == "Left as it is."

    await stage.command("Nadia", "question withdraw")
    await stage.press("Nadia", "Yes, take it back")
    assert stage.seen()[-1].words == "This question was taken back. What was said here stays here."
    await stage.press("Nadia", "Undo")

    assert stage.seen()[-1] == question
    await stage.until(FRIDAY)
    assert rows(stage.seen()[-1]) == ["- Tom Becker: Tea."]
