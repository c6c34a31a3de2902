"""What the operator's commands do: short transactions on a database at which the bot may be working."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from bot.app import adapter, adapters, now, offered, opened, registry
from bot.config import Config
from bot.core.errors import CauserieError
from bot.core.excerpt import excerpt
from bot.core.i18n import Catalogues, words
from bot.core.model import Fact, Language, Member, MemberId, Office, OfficeName, WorkspaceId
from bot.core.plain import Reader, plain_line, when
from bot.core.text import File, Named, When, without_buttons
from bot.engine.adapter import Finding
from bot.engine.erase import erase
from bot.engine.freezing import FROZEN_KEPT
from bot.engine.governance import works
from bot.engine.people import coordinators_of
from bot.engine.personal import exporting
from bot.engine.ports import Unit, Workspace
from bot.engine.rehearsal import rehearse
from storage.backup import backup as write_backup
from storage.backup import restore as put_back
from storage.migrate import upgrade as migrate
from storage.remembering import FILE as ERASURE_KEY
from storage.ritual import installed as installed_storages

t, _ = words("causerie")

LISTED = 200
EXCERPT = 100


class UnknownCommunityError(CauserieError):
    """There is no single community of this name or id."""


class UnknownMemberError(CauserieError):
    """There is no single member of this name or id."""


class ManifestMissingError(CauserieError):
    """This platform wants no manifest."""


class FolderUnusableError(CauserieError):
    """The files cannot be written there; choose another folder with --folder."""


async def rehearsed(config: Config, weeks: int) -> list[dict[str, str]]:
    """Return what would be said in every community, in its own language and zone, soonest first."""
    rows: list[dict[str, str]] = []
    async with opened(config, exclusive=False) as app:
        async with app.database.view() as unit:
            communities = await unit.commons.communities()
        for community in communities:
            said = await rehearse(app.engine, community.id, weeks)
            speaking = app.engine.voice_of(community)
            async with app.database.view() as unit:
                home = (await unit.directory.channel_names([community.home]))[community.home][1]
                people = await unit.commons.member_ids(community.id)
                externals = await unit.directory.externals(people)
                names = {externals[m]: member.name for m, member in (await unit.directory.members(people)).items()}
            reader = Reader(
                voice=speaking,
                zone=community.zone,
                name=partial(_named, names),
                channel=str,
                link=lambda _: None,
                now=now(),
            )
            rows += [
                {
                    "community": community.name,
                    "at": saying.at.isoformat(),
                    "when": when(When(saying.at), speaking.locale, community.zone, now()),
                    "to": ", ".join(names.get(p, p) for p in saying.people) or f"#{home}",
                    "what": plain_line(excerpt(without_buttons(saying.body), EXCERPT), reader),
                }
                for saying in said
            ]
    return rows


def _named(names: Mapping[str, str], external: str) -> str:
    return names.get(external, "…")


async def checked(config: Config) -> list[Finding]:
    """Look at the folder, the database, each community's rituals, and what could not be said or handled."""
    folder = Path(config.data.folder)
    findings = [_folder(folder)]
    if _nothing_yet(config, folder):
        return [*findings, Finding(ok=True, what="database: made at the first start"), *await _platforms(config)]
    try:
        async with opened(config, exclusive=False) as app, app.database.view() as unit:
            kind = "SQLite" if app.database.exclusive else "PostgreSQL"
            findings.append(Finding(ok=True, what=f"database: {kind}, up to date"))
            findings.append(Finding(ok=True, what=f"rituals: {', '.join(sorted(app.engine.registry.rituals))}"))
            communities = await unit.commons.communities()
            findings.append(Finding(ok=True, what=f"communities: {len(communities)}"))
            findings += [_frozen(w, w.frozen_at) for w in await unit.directory.workspaces() if w.frozen_at is not None]
            for community in communities:
                broken = [b.ritual for b in await unit.commons.bindings(community.id) if not works(app.engine, b)]
                said = f"{community.name}: its settings are no longer valid, so this ritual is paused:"
                findings += [Finding(ok=False, what=f"{said} {ritual}") for ritual in broken]
            dead = [r for r in await unit.outbox.rows(all_=False, limit=LISTED) if r.status == "dead"]
            findings.append(_count("dead letters", len(dead), "outbox"))
            findings.append(_count("facts not handled", len(await unit.inbox.dead()), "inbox"))
            if not await unit.records.honours():
                lost = (
                    f"{ERASURE_KEY} is missing from the data folder: put it back, or erased members' refusals are lost"
                )
                findings.append(Finding(ok=False, what=lost))
    except CauserieError as error:
        findings.append(Finding(ok=False, what=str(error)))
    return [*findings, *await _platforms(config)]


def _nothing_yet(config: Config, folder: Path) -> bool:
    """Whether the data folder and the database in it are still to be made."""
    return not folder.exists() and f"///{folder}/" in config.storage.url


async def _platforms(config: Config) -> list[Finding]:
    """Let each adapter that the configuration names look at its table."""
    folder = Path(config.data.folder)
    findings: list[Finding] = []
    try:
        for one, table in adapters(config):
            findings += await one.check(table, folder) if one.check else ()
    except CauserieError as error:
        findings.append(Finding(ok=False, what=str(error)))
    return findings


def manifest(platform: str, language: Language, *, as_json: bool) -> str:
    """Return what a platform wants to know of the app. Raises ManifestMissingError, and what ``adapter`` raises."""
    write = adapter(platform).manifest
    if write is None:
        raise ManifestMissingError(platform)
    known = registry()
    return write(known, Catalogues(known.locales), language, as_json=as_json)


def _count(what: str, number: int, where: str) -> Finding:
    return Finding(ok=not number, what=f"{what}: {number}" + (f" (`causerie {where} list`)" if number else ""))


def _frozen(workspace: Workspace, since: datetime) -> Finding:
    said = f"{workspace.platform} workspace {workspace.external}: frozen since {since:%Y-%m-%d}"
    end = since + FROZEN_KEPT
    return Finding(
        ok=False, what=f"{said}; install the app again, or all that is kept of it is purged on {end:%Y-%m-%d}"
    )


def _folder(folder: Path) -> Finding:
    if not folder.exists():
        return Finding(ok=True, what=f"data folder: {folder} (made at the first start)")
    writable = os.access(folder, os.W_OK)
    return Finding(ok=writable, what=f"data folder: {folder}" + ("" if writable else " cannot be written to"))


async def community_rows(config: Config) -> list[dict[str, Any]]:
    """Return the communities, with the names of those who coordinate them."""
    rows: list[dict[str, Any]] = []
    async with opened(config, exclusive=False) as app, app.database.view() as unit:
        for community in await unit.commons.communities():
            serving = await coordinators_of(app.engine, unit, community)
            names = await unit.directory.members(serving)
            rows.append(
                {
                    "id": community.id,
                    "name": community.name,
                    "language": community.language,
                    "zone": community.zone,
                    "members": len(await unit.commons.member_ids(community.id)),
                    "coordinators": ", ".join(names[m].name for m in serving if m in names),
                }
            )
    return rows


async def appoint(config: Config, community: str, member: str) -> None:
    """Name a coordinator. Raises UnknownCommunityError or UnknownMemberError; then nothing was changed."""
    async with opened(config, exclusive=False) as app, app.database.unit() as unit:
        named = [c for c in await unit.commons.communities() if community in {c.id, c.name}]
        if len(named) != 1:
            raise UnknownCommunityError(f"{community}; `causerie community list` shows them with their ids")
        found = named[0]
        person = await unit.directory.named(found.workspace, member)
        if person is None or not await unit.commons.belongs(found.id, person):
            raise UnknownMemberError(f"{member} in {found.name}; use the full name, or the id on the platform")
        await unit.commons.lock(found.id)
        if person not in await coordinators_of(app.engine, unit, found):
            office = Office(name=OfficeName.COORDINATOR, member=person, since=now())
            await unit.commons.appoint(found.id, office)
            line = t("The operator of the bot named {name} coordinator.", name=Named(person))
            await unit.commons.write(found.id, now(), None, line)
        await unit.commit()


async def export_data(config: Config, member: str, folder: Path) -> list[Path]:
    """Write all that is kept of a member into two files of a folder, and return them.

    Raises UnknownMemberError or FolderUnusableError.
    """
    async with opened(config, exclusive=False) as app, app.database.view() as unit:
        _, person = await _found(unit, member)
        theirs = await unit.commons.of_member(person.id)
        home = theirs[0] if theirs else None
        zone = app.engine.zone_of(home, person)
        written = await exporting.files(app.engine, unit, person, app.engine.voice_of(home, person), zone)
    return [_written(folder, file) for file in written]


def _written(folder: Path, file: File) -> Path:
    """Write a file that only its owner can read, in the place of whatever is there."""
    place = folder / file.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # What is there may be readable by others, or lead elsewhere: it is replaced, not written to.
        with NamedTemporaryFile("w", encoding="utf-8", dir=folder, delete=False) as beside:
            written = Path(beside.name)
            try:
                beside.write(file.content)
                beside.flush()
                written.replace(place)
            finally:
                written.unlink(missing_ok=True)
    except OSError as error:
        raise FolderUnusableError(f"{folder}, {error.strerror}") from None
    return place


async def member_named(config: Config, member: str) -> str:
    """Return the name of the one member who is meant. Raises UnknownMemberError."""
    async with opened(config, exclusive=False) as app, app.database.view() as unit:
        return (await _found(unit, member))[1].name


async def erase_data(config: Config, member: str) -> None:
    """Erase all that is kept of a member, in one transaction. Raises UnknownMemberError."""
    async with opened(config, exclusive=False) as app, app.database.unit() as unit:
        workspace, person = await _found(unit, member)
        await erase(app.engine, unit, workspace, person.id, Fact(f"erased:{now().isoformat()}"))
        await unit.commit()


async def _found(unit: Unit, named: str) -> tuple[WorkspaceId, Member]:
    """Return the one member of this name or id on the platform, and their workspace."""
    found: dict[MemberId, WorkspaceId] = {}
    for workspace in await unit.directory.workspaces():
        for person in (
            await unit.directory.known(workspace.id, named),
            await unit.directory.named(workspace.id, named),
        ):
            if person is not None:
                found[person] = workspace.id
    people = await unit.directory.members(found)
    if len(people) != 1:
        raise UnknownMemberError(f"{named}; use the full name, or the id on the platform")
    ((person, member),) = people.items()
    return found[person], member


async def outbox_rows(config: Config, *, everything: bool) -> list[dict[str, Any]]:
    """Return the outbox's rows, newest first, without anybody's words."""
    async with opened(config, exclusive=False) as app, app.database.view() as unit:
        rows = await unit.outbox.rows(all_=everything, limit=LISTED)
    return [
        {
            "id": r.id,
            "kind": r.kind,
            "status": r.status,
            "label": r.label,
            "tries": r.tries,
            "next": r.next_at.isoformat(timespec="seconds"),
            "error": r.error,
        }
        for r in rows
    ]


async def replay_outbox(config: Config, number: int | None) -> int:
    """Let dead letters be sent again; return how many."""
    async with opened(config, exclusive=False) as app, app.database.unit() as unit:
        count = await unit.outbox.replay(number, now())
        await unit.commit()
    return count


async def dead_facts(config: Config) -> list[dict[str, Any]]:
    """Return the facts whose handling failed too often."""
    async with opened(config, exclusive=False) as app, app.database.view() as unit:
        facts = await unit.inbox.dead()
    return [{"id": f.id, "fact": f.fact, "at": f.at.isoformat(timespec="seconds"), "error": f.error} for f in facts]


async def replay_inbox(config: Config, number: int | None) -> int:
    """Let dead facts be handled again; return how many."""
    async with opened(config, exclusive=False) as app, app.database.unit() as unit:
        count = await unit.inbox.revive(number)
        await unit.commit()
    return count


async def upgrade(config: Config) -> None:
    """Bring the database up to date."""
    await migrate(config.storage.url, installed_storages())


async def backup(config: Config) -> AsyncIterator[Path]:
    """Write a backup, and give each file once it is there: the database's, then one for each adapter with belongings.

    Where what an adapter keeps cannot be backed up, the database's file stays.
    """
    file = await asyncio.to_thread(write_backup, config.storage.url, Path(config.storage.backup_folder), now())
    yield file
    # After the database: what an adapter keeps may be newer than the place from which it reads on, never older.
    for one, _ in adapters(config):
        if (owned := one.belongings) is None:
            continue
        beside = beside_of(file, one.name)
        if await asyncio.to_thread(owned.backup, Path(config.data.folder), beside):
            yield beside


def beside_of(file: Path, adapter_name: str) -> Path:
    """Return where an adapter's part of a backup is, beside the database's."""
    return file.with_name(f"{file.stem}.{adapter_name}.zip")


async def restore(config: Config, file: Path) -> list[Path]:
    """Put a backup in the place of what is there: the database, and what adapters keep; return the files it took.

    Of the database's file, those beside it are taken too; an adapter's own may be put back alone.
    """
    return await asyncio.to_thread(_restored, config, file)


def _restored(config: Config, file: Path) -> list[Path]:
    folder = Path(config.data.folder)
    alone = [name for name in offered() if file.name.endswith(f".{name}.zip")]
    parts = dict.fromkeys(alone, file) or {name: beside_of(file, name) for name in offered()}
    belongings = [(o, part) for name, part in parts.items() if part.exists() and (o := adapter(name).belongings)]
    for owned, part in belongings:
        owned.refuse(part, folder)
    if not belongings or not alone:
        put_back(file, config.storage.url)
    for owned, part in belongings:
        owned.restore(part, folder)
    return [*([] if alone else [file]), *(part for _, part in belongings)]
