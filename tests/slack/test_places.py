"""What becomes of channels and people on Slack becomes of them here."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bot.engine.platform import RetryLaterError
from bot.engine.reconcile import Compared, compare, reconcile
from tests.scenarios.stage import Line
from tests.slack.conftest import FRIDAY, MONDAY
from tests.slack.double import RateLimited
from tests.slack.double.faults import Refused
from tests.slack.stage import SlackStage, slack


async def members(stage: SlackStage) -> set[str]:
    """Return who belongs to the community, by their first names."""
    async with stage.session.engine.database.view() as unit:
        (community,) = await unit.commons.communities()
        ids = await unit.commons.member_ids(community.id)
        return {member.name.split()[0] for member in (await unit.directory.members(ids)).values()}


ALL = {"Nadia", "Paul", "Amélie", "Tom", "Inès"}


async def test_people_who_are_there_at_setup_are_members_the_bot_is_not(stage: SlackStage) -> None:
    assert await members(stage) == ALL


async def test_joins_and_leaves(stage: SlackStage) -> None:
    zoe = stage.double.add_user("Zoé Lambert", locale="fr-CA", tz="America/Montreal")
    robot = stage.double.add_user("Robot", bot=True)
    stage.double.join(zoe, stage.home)
    stage.double.join(robot, stage.home)
    await stage.leave("Tom")

    assert await members(stage) == ALL - {"Tom"} | {"Zoé"}
    async with stage.session.engine.database.view() as unit:
        known = await unit.directory.known(stage.session.workspace, zoe)
        assert known is not None
        member = (await unit.directory.members([known]))[known]
    assert (member.language, member.zone) == ("fr", "America/Montreal")


async def test_what_happened_while_the_bot_was_away_is_found_out(stage: SlackStage) -> None:
    double = stage.double
    double.subscriptions = frozenset()
    zoe = double.add_user("Zoé Lambert")
    double.join(zoe, stage.home)
    double.leave(stage.person("Tom"), stage.home)
    double.deactivate(stage.person("Inès"))
    await stage.rest()
    assert await members(stage) == ALL

    await reconcile(stage.session.engine)
    await stage.rest()

    assert await members(stage) == ALL - {"Tom", "Inès"} | {"Zoé"}


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members", "users.info"])
async def test_a_fact_waits_for_no_list_and_a_comparison_does(stage: SlackStage, method: str) -> None:
    port = stage.session.port
    zoe = stage.double.add_user("Zoé Lambert")
    stage.double.join(zoe, stage.channels["field-visits"])
    await stage.rest()
    stage.double.fail(method, RateLimited(after=1))

    with pytest.raises(RetryLaterError):
        await port.people(stage.channels["field-visits"])
    assert zoe in {p.external for p in await port.people(stage.channels["field-visits"], patient=True)}


async def test_members_are_compared_without_asking_again_who_they_are(stage: SlackStage) -> None:
    double, engine = stage.double, stage.session.engine
    others = [double.add_user(f"Member {n}") for n in range(160)]
    double.channels[stage.home].members += others
    before = len(double.calls)

    await reconcile(engine)
    await stage.rest()
    first = Counter(name for name, _ in double.calls[before:])
    assert (first["users.list"], first["users.info"]) == (1, 0)
    assert len(await members(stage)) == len(ALL) + 1, "they all go by Member"

    double.change(others[0], name="Zoé Lambert")
    await stage.rest()
    before = len(double.calls)
    await reconcile(engine)
    again = Counter(name for name, _ in double.calls[before:])
    assert (again["users.list"], again["users.info"]) == (0, 0)
    assert "Zoé" in await members(stage)


async def test_who_could_not_be_addressed_is_asked_for_again(stage: SlackStage) -> None:
    guest = stage.double.add_user("Guest", guest=True)
    stage.double.join(guest, stage.home)
    await stage.rest()
    stage.double.subscriptions -= {"user_change"}
    stage.double.users[guest].guest = False

    await reconcile(stage.session.engine)
    await stage.rest()

    assert await members(stage) == ALL | {"Guest"}


async def test_a_closed_account_is_a_departure_and_coming_back_is_none(stage: SlackStage) -> None:
    stage.double.deactivate(stage.person("Tom"))
    await stage.rest()
    assert await members(stage) == ALL - {"Tom"}

    stage.double.reactivate(stage.person("Tom"))
    await stage.rest()
    assert "Coordinated by" in await stage.command("Tom", "status")


async def test_a_profile_s_language_and_zone_are_a_member_s_defaults(stage: SlackStage) -> None:
    stage.double.change(stage.person("Paul"), name="Paul M.", tz="America/Montreal", locale="fr-CA")
    await stage.rest()

    told = await stage.alone("Paul", "moi")
    assert told.split("\n")[0] == "Langue : Français. Fuseau horaire : America/Montreal."
    await stage.press("Paul", "Modifier")
    await stage.submit("Paul", zone="Paris", language="en")
    stage.double.change(stage.person("Paul"), tz="Asia/Tokyo", locale="fr-FR")
    await stage.rest()
    assert "Language: English. Time zone: Europe/Paris." in await stage.alone("Paul", "me")


async def test_of_strangers_nothing_is_kept(stage: SlackStage) -> None:
    zoe = stage.double.add_user("Zoé Lambert")
    stage.double.change(zoe, name="Zoé L.")
    await stage.rest()

    async with stage.session.engine.database.view() as unit:
        assert await unit.directory.known(stage.session.workspace, zoe) is None


async def test_of_bots_guests_and_strangers_in_a_channel_nothing_is_kept(stage: SlackStage) -> None:
    double, home = stage.double, stage.home
    others = [double.add_user("Robot", bot=True), double.add_user("Guest", guest=True)]
    for other in others:
        double.join(other, home)
    await stage.rest()
    stranger = double.add_user("Stranger", stranger=True)
    double.channels[home].members.append(stranger)
    await reconcile(stage.session.engine)

    async with stage.session.engine.database.view() as unit:
        assert await unit.directory.told_of(stage.session.workspace, [*others, stranger]) == frozenset()


async def kept_as(stage: SlackStage, channel: str) -> bool | None:
    """Return whether a channel is kept as a direct conversation; None when it is not kept."""
    async with stage.session.engine.database.view() as unit:
        known = await unit.directory.channel(stage.session.workspace, channel)
        return None if known is None else await unit.directory.is_direct(known)


async def test_a_channel_into_which_slack_lets_nobody_look_is_asked_for_again(stage: SlackStage) -> None:
    tom = stage.person("Tom")
    lobby = stage.double.add_channel("lobby", [tom], with_bot=True)
    stage.double.fail("conversations.info", Refused("fatal_refusal"))

    stage.double.say(tom, lobby, f"<@{stage.double.bot_user}> status")
    await stage.rest()
    assert await kept_as(stage, lobby) is None
    stage.double.say(tom, lobby, f"<@{stage.double.bot_user}> status")
    await stage.rest()

    assert await kept_as(stage, lobby) is False


async def test_a_conversation_of_several_is_told_by_the_permission_that_is_missing(stage: SlackStage) -> None:
    tom = stage.person("Tom")
    together = stage.double.group(tom, stage.person("Paul"))

    stage.double.say(tom, together, f"<@{stage.double.bot_user}> status")
    await stage.rest()

    assert await kept_as(stage, together) is True


async def test_a_channel_that_could_not_be_asked_for_in_time_is_asked_for_again(
    stage: SlackStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tom = stage.person("Tom")
    together = stage.double.group(tom, stage.person("Paul"))
    with monkeypatch.context() as hurried:
        hurried.setattr("adapters.slack.news.LOOK_UP", 0.0)
        hurried.setattr("adapters.slack.session.PATIENCE", 0.0)
        stage.double.say(tom, together, f"<@{stage.double.bot_user}> status")
        await stage.rest()
    assert await kept_as(stage, together) is None

    stage.double.say(tom, together, f"<@{stage.double.bot_user}> status")
    await stage.rest()

    assert await kept_as(stage, together) is True


async def test_a_private_channel_without_the_bot_is_no_home_yet(stage: SlackStage) -> None:
    tom = stage.person("Tom")
    stage.channels["private"] = stage.double.add_channel("private", [tom], private=True)
    await stage.command("Tom", "setup", channel="private")
    assert stage.form("Tom") is not None

    await stage.submit("Tom", name="Hidden")

    told = [line.words for line in (*stage.whispered("Tom"), *stage.seen("Tom"))]
    assert any(words.startswith("I am not in") for words in told), told


async def test_a_channel_is_renamed(stage: SlackStage) -> None:
    stage.double.rename(stage.home, "trainers")
    await stage.rest()
    stage.channels["trainers"] = stage.channels.pop("practice")

    async with stage.session.engine.database.view() as unit:
        assert await unit.directory.channel_named(stage.session.workspace, "trainers") is not None
        assert await unit.directory.channel_named(stage.session.workspace, "practice") is None


async def test_a_channel_gets_another_id_and_its_thread_goes_on(stage: SlackStage, question: Line) -> None:
    await stage.say("Tom", "Before.", thread=question.id)
    stage.home = stage.channels["practice"] = stage.double.change_id(stage.home)
    await stage.rest()
    await stage.say("Inès", "After.", thread=question.id)
    await stage.until(FRIDAY)

    digest = stage.seen()[-1]
    assert digest.words.startswith("2 people answered")
    assert all(stage.home in link for link in digest.links)


async def test_an_archived_home_is_told_once_to_who_coordinates(stage: SlackStage) -> None:
    stage.double.archive(stage.home)
    await stage.rest()
    assert "archived" in stage.seen("Nadia")[-1].words, "at once, before there is anything to say"
    await stage.until(FRIDAY + timedelta(days=7))

    told = [line.words for line in stage.seen("Nadia") if "archived" in line.words]
    assert len(told) == 1
    assert "community move" in told[0]
    assert stage.seen("Tom") == []


async def test_a_bot_that_was_removed_says_so_once_and_goes_on_when_it_is_back(stage: SlackStage) -> None:
    stage.double.remove_bot(stage.person("Tom"), stage.home)
    await stage.until(MONDAY)
    assert len([line for line in stage.seen("Nadia") if "Invite me again" in line.words]) == 1

    stage.double.invite_bot(stage.person("Tom"), stage.home)
    await stage.rest()

    assert stage.seen()[-1].buttons == ("Write an answer",)


async def test_what_waited_is_said_when_the_channel_is_open_again(stage: SlackStage) -> None:
    stage.double.archive(stage.home)
    await stage.until(MONDAY)
    before = stage.seen()

    stage.double.unarchive(stage.home)
    await stage.rest()

    assert [line.buttons for line in stage.seen()[len(before) :]] == [("Write an answer",)]


async def test_what_waited_for_too_long_is_not_said(stage: SlackStage) -> None:
    stage.double.subscriptions -= {"channel_left", "member_left_channel"}
    stage.double.remove_bot(stage.person("Tom"), stage.home)
    await stage.until(MONDAY)
    before = stage.seen()
    stage.clock.at += timedelta(days=8)

    stage.double.invite_bot(stage.person("Tom"), stage.home)
    await stage.session.idle()

    async with stage.session.engine.database.view() as unit:
        assert "dead" in {row.status for row in await unit.outbox.rows(all_=False, limit=100)}
    assert stage.seen() == before


async def test_a_channel_shared_with_others_is_refused_with_an_explanation(stage: SlackStage) -> None:
    tom = stage.person("Tom")
    shared = stage.double.add_channel("with-others", [tom], shared=True)
    stage.channels["with-others"] = shared
    stage.double.invite_bot(tom, shared)
    await stage.rest()
    (line,) = [m for m in stage.double.messages(shared) if m.bot_id]
    assert "shared with another organisation" in stage.double.words(line)

    assert "shared with another organisation" in await stage.command("Tom", "setup", channel="with-others")
    assert stage.form("Tom") is None
    assert len([m for m in stage.double.messages(shared) if m.bot_id]) == 1


async def test_a_home_that_becomes_shared_falls_silent_and_who_coordinates_is_told(stage: SlackStage) -> None:
    stage.double.connect(stage.home)
    await stage.until(MONDAY)

    assert len(stage.seen()) == 1
    assert len([line for line in stage.seen("Nadia") if "shared with another organisation" in line.words]) == 1


async def test_who_is_in_a_shared_home_is_not_compared(stage: SlackStage, caplog: pytest.LogCaptureFixture) -> None:
    stage.double.connect(stage.home)
    await stage.rest()

    assert await compare(stage.session.engine) == Compared()
    assert [record for record in caplog.records if record.name == "causerie.reconcile"] == []


async def test_shared_channels_where_they_are_allowed() -> None:
    async with slack("en", shared_channels=True) as stage:
        stage.double.connect(stage.home)
        stranger = stage.double.add_user("Stranger", stranger=True)
        stage.double.join(stranger, stage.home)
        await stage.until(MONDAY)
        question = stage.seen()[-1]
        assert question.buttons == ("Write an answer",)
        stage.double.say(stranger, stage.home, "From outside.", thread=question.id)
        await stage.rest()

        assert await members(stage) == ALL
        assert "answers are gathered" in await stage.command("Tom", "status")


async def test_a_guest_who_asks_is_told_why_nothing_happens(stage: SlackStage) -> None:
    guest = stage.double.add_user("Guest", guest=True, locale="fr-FR")
    stage.double.join(guest, stage.home)
    stage.people["Guest Person"] = guest

    told = await stage.command("Guest", "état")
    assert told.startswith("Dans cet espace, Causerie n’est pas ouvert")
    assert await members(stage) == ALL
