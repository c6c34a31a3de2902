"""The app's home: published when it is opened, and again after what was done in it."""

from __future__ import annotations

from tests.slack.conftest import MONDAY
from tests.slack.double import buttons
from tests.slack.stage import SlackStage


async def opened(stage: SlackStage, who: str) -> str:
    """Let somebody open the app's home, and return what it says."""
    stage.double.open_home(stage.person(who))
    await stage.rest()
    view = stage.double.home(stage.person(who))
    assert view is not None
    return stage.double.words(view)


async def press(stage: SlackStage, who: str, label: str, *, home: bool = True) -> str:
    """Press a button of the home, or of what was opened from it, and return what is shown on top then."""
    person = stage.person(who)
    shown = stage.double.home(person) if home else stage.double.views(person)[-1]
    assert shown is not None
    action, value = next((a, v) for said, a, v in buttons(shown) if said == label)
    if home:
        stage.double.press_in_view(person, action, view="home", value=value)
    else:
        stage.double.press_in_view(person, action, value=value)
    await stage.rest()
    return stage.double.words(stage.double.views(person)[-1]) if stage.double.views(person) else ""


async def test_a_member_sees_what_is_on_and_what_is_theirs(stage: SlackStage) -> None:
    said = await opened(stage, "Tom")

    assert said.startswith("Trainers in practice")
    assert "Monday 23 November, 09:00: the weekly question" in said
    assert "Quiet hours: 19:00 to 08:00." in said
    view = stage.double.home(stage.person("Tom"))
    assert view is not None
    labels = [label for label, _, _ in buttons(view)]
    assert labels[0] == "Suggest a question"
    assert {"Change", "Export my data", "Erase my data"} <= set(labels)
    assert "Settings" not in labels


async def test_who_coordinates_sees_what_waits_and_decides_there(stage: SlackStage) -> None:
    await stage.command("Tom", "question suggest What do you do on Fridays?")
    said = await opened(stage, "Nadia")
    assert said.index("What waits for you") < said.index("What do you do on Fridays?")

    assert "Add this question" in await press(stage, "Nadia", "Add it")
    assert await stage.submit("Nadia", kind="tip") == {}

    home = stage.double.home(stage.person("Nadia"))
    assert home is not None
    assert "What waits for you" not in stage.double.words(home)
    assert "is in the queue" in stage.seen("Tom")[-1].words
    assert stage.seen("Nadia")[-1].buttons == (), "the copy in the direct message follows"


async def test_settings_are_a_form_and_answered_in_its_place(stage: SlackStage) -> None:
    await opened(stage, "Nadia")
    await press(stage, "Nadia", "Settings")
    wrong = await stage.submit("Nadia", zone="Atlantis")
    assert list(wrong) == ["zone"]

    assert await stage.submit("Nadia", zone="Paris", name="The trainers") == {}

    shown = stage.double.views(stage.person("Nadia"))[-1]
    assert stage.double.words(shown).endswith("Saved. /causerie history shows the change to everybody.")
    home = stage.double.home(stage.person("Nadia"))
    assert home is not None
    assert stage.double.words(home).startswith("The trainers")
    assert stage.double.problems == []


async def test_my_settings_from_the_home(stage: SlackStage) -> None:
    await opened(stage, "Tom")
    await press(stage, "Tom", "Change")
    assert await stage.submit("Tom", quiet_from="20 h", budget="1") == {}

    assert "Quiet hours: 20:00 to 08:00." in await opened(stage, "Tom")


async def test_a_command_from_the_home_is_shown_in_a_modal_and_goes_on_there(stage: SlackStage) -> None:
    await stage.until(MONDAY)
    await opened(stage, "Nadia")

    assert "what would be said in the next 4 weeks" in await press(stage, "Nadia", "The weeks to come")
    stage.double.close_view(stage.person("Nadia"))
    assert "Nadia Benali set up the community" in await press(stage, "Nadia", "History")
    stage.double.close_view(stage.person("Nadia"))
    assert "It cannot be undone." in await press(stage, "Nadia", "Erase my data")
    assert await press(stage, "Nadia", "Leave it", home=False) == "Causerie\nLeft as it is."
    assert stage.double.problems == []


async def test_a_form_on_a_modal_is_pushed_on_it(stage: SlackStage) -> None:
    await opened(stage, "Nadia")
    assert "Next question:" in await press(stage, "Nadia", "The next question")

    await press(stage, "Nadia", "Edit", home=False)

    assert len(stage.double.views(stage.person("Nadia"))) == 2
    assert stage.form("Nadia") is not None


async def test_somebody_new_finds_how_it_begins(stage: SlackStage) -> None:
    zoe = stage.people["Zoé Lambert"] = stage.double.add_user("Zoé Lambert", locale="fr-FR")

    said = await opened(stage, "Zoé")

    assert "inviter le robot dans un canal, puis" in said
    assert stage.double.home(zoe) is not None


async def test_the_other_tab_is_nothing_to_us(stage: SlackStage) -> None:
    stage.double.open_home(stage.person("Tom"), "messages")
    await stage.rest()

    assert stage.double.home(stage.person("Tom")) is None


async def test_a_bot_s_visit_is_left_alone(stage: SlackStage) -> None:
    robot = stage.double.add_user("Robot", bot=True)
    stage.double.open_home(robot)
    await stage.rest()

    assert stage.double.home(robot) is None
