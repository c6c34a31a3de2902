"""The command line. Exit codes: 0 done; 1 it failed, or something is to be mended; 2 wrong usage or configuration."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import webbrowser
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import __version__
from bot.config import Config, ConfigurationError, load
from bot.core.errors import CauserieError
from bot.core.model import Language

T = TypeVar("T")

app = typer.Typer(
    help="A chat bot that animates communities of practice.", no_args_is_help=True, pretty_exceptions_enable=False
)
outbox = typer.Typer(help="What is to be said: list it, send dead letters again.", no_args_is_help=True)
inbox = typer.Typer(help="What was heard and could not be handled: list it, handle it again.", no_args_is_help=True)
database = typer.Typer(help="The database: bring it up to date, back it up, restore it.", no_args_is_help=True)
communities = typer.Typer(help="The communities: list them, give one that lost it a coordinator.", no_args_is_help=True)
data = typer.Typer(help="What is kept of one member: give it to them, erase it.", no_args_is_help=True)
matrix = typer.Typer(help="The bot's Matrix account: log it in, show its fingerprint.", no_args_is_help=True)
app.add_typer(communities, name="community")
app.add_typer(data, name="data")
app.add_typer(outbox, name="outbox")
app.add_typer(inbox, name="inbox")
app.add_typer(database, name="db")
app.add_typer(matrix, name="matrix")

out = Console()
err = Console(stderr=True)

CHATTY = ("aiosqlite", "alembic", "apscheduler", "peewee", "slack_sdk", "sqlalchemy")
"""Libraries of which only warnings are told: some of them log statements and requests, with members' words in them."""
UNTOLD = ("nio",)
"""Libraries of which nothing is told: what they warn of quotes whole events."""

ConfigPath = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file.", envvar="CAUSERIE_CONFIG")
]
Json = Annotated[bool, typer.Option("--json", help="For scripts.")]


class SecretUnreadableError(CauserieError):
    """The file with the secret cannot be read, or is empty."""


class FolderError(CauserieError):
    """The folder cannot be made; choose another with data.folder, or --folder for the demo."""


def main() -> None:
    """Run a command; a known error is one sentence, and an exit code."""
    try:
        app()
    except ConfigurationError as error:
        err.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(2)
    except CauserieError as error:
        err.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)


def _configured(path: Path | None) -> Config:
    default = Path("config.toml")
    config = load(path or (default if default.exists() else None), os.environ)
    _log(config.log.level, as_json=config.log.as_json)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    for untold in UNTOLD:
        logging.getLogger(untold).setLevel(logging.CRITICAL + 1)
    return config


def _log(level: str, *, as_json: bool) -> None:
    line = "%(asctime)s %(levelname)s %(name)s %(message)s"
    logging.basicConfig(level=level.upper(), format=line, force=True)
    if as_json:
        from pythonjsonlogger.json import JsonFormatter  # noqa: PLC0415 - what is not asked for is not loaded

        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonFormatter(line))


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end; an error within task groups comes out as the error it is."""
    try:
        return asyncio.run(work)
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderError(f"{folder}, {error.strerror}") from None


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until a signal asks to stop, and stop in order."""
    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        out.print("Stopped. Nothing is lost: what was under way goes on at the next start.")


@app.command()
def run(config: ConfigPath = None) -> None:
    """Run the bot on the platforms that the configuration names."""
    from bot.app import opened, sessions  # noqa: PLC0415 - what a command does not need is not loaded

    loaded = _configured(config)
    _make(Path(loaded.data.folder))

    async def work() -> None:
        async with opened(loaded) as bot:
            bot.sessions.extend(sessions(bot.engine, loaded))
            if not bot.sessions:
                raise ConfigurationError("no platform is configured. `causerie demo` opens the playground")
            for session in bot.sessions:
                await session.open()
                where = getattr(session, "address", "")
                out.print(f"Running. {where}".strip(), highlight=False)
            await bot.run(timedelta(seconds=loaded.engine.sweep_seconds))

    _run(_until_stopped(work()))


@app.command()
def demo(
    language: Annotated[str, typer.Option(help="The community's language: en or fr.")] = "en",
    port: Annotated[int, typer.Option(help="The page's port; 0 lets the machine choose.")] = 8765,
    folder: Annotated[Path | None, typer.Option(help="Where the playground is kept.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    plain: Annotated[bool, typer.Option("--plain", help="Show messages only: no buttons, forms or whispers.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew: forget the playground that is there.")] = False,
) -> None:
    """Open the playground: a small community on this machine, with a clock that can be moved."""
    from bot.app import demo as playground  # noqa: PLC0415 - as above

    tongue = _language(language)
    home = folder or Path(load(None, {}).data.folder) / f"demo-{tongue}"
    config = _demo_config(home)
    _make(home)
    if fresh:
        for file in home.glob("*"):
            if file.name.startswith(("playground.", "causerie.sqlite")):
                file.unlink()
    logging.basicConfig(level="WARNING", force=True)

    async def work() -> None:
        async with playground(config, tongue, port, plain=plain) as (bot, address):
            out.print(f"The playground is open: [bold]{address}[/bold]", highlight=False)
            out.print("Stop it with Ctrl-C; it goes on from there next time.", highlight=False)
            if browser and sys.stdout.isatty():
                webbrowser.open(address)
            await bot.run(timedelta(seconds=config.engine.sweep_seconds))

    _run(_until_stopped(work()))


def _language(given: str) -> Language:
    languages: dict[str, Language] = {"en": "en", "fr": "fr"}
    if given not in languages:
        raise typer.BadParameter("it is en or fr")
    return languages[given]


def _demo_config(home: Path) -> Config:
    return load(None, {"CAUSERIE__DATA__FOLDER": str(home.absolute())})


@app.command()
def rehearse(
    weeks: Annotated[int, typer.Option(min=1, max=104, help="How many weeks to play.")] = 8,
    config: ConfigPath = None,
    as_json: Json = False,
) -> None:
    """Show what would be said in the weeks to come, when and to whom. Nothing of it happens."""
    from bot.operate import rehearsed  # noqa: PLC0415 - as above

    rows = _run(rehearsed(_configured(config), weeks))
    if as_json:
        out.print_json(json.dumps(rows))
        return
    if not rows:
        out.print(f"Nothing would be said in the next {weeks} weeks.")
        return
    for community in dict.fromkeys(row["community"] for row in rows):
        table = Table("When", "To", "What", title=escape(community), title_justify="left")
        for row in rows:
            if row["community"] == community:
                table.add_row(*(escape(row[key]) for key in ("when", "to", "what")))
        out.print(table)


@app.command()
def check(config: ConfigPath = None, as_json: Json = False) -> None:
    """Look whether everything is in order, and say what to mend."""
    from bot.operate import checked  # noqa: PLC0415 - as above

    findings = _run(checked(_configured(config)))
    if as_json:
        out.print_json(json.dumps([{"ok": f.ok, "what": f.what} for f in findings]))
    else:
        for finding in findings:
            out.print(
                ("[green]ok[/green]   " if finding.ok else "[red]mend[/red] ") + escape(finding.what), highlight=False
            )
    if not all(f.ok for f in findings):
        raise typer.Exit(1)


@app.command()
def manifest(
    platform: Annotated[str, typer.Argument(help="The platform: slack.")],
    language: Annotated[str, typer.Option(help="The language in which the app is described: en or fr.")] = "en",
    as_json: Json = False,
) -> None:
    """Write what a platform wants to know of the app, to be pasted there."""
    from bot.operate import manifest as written  # noqa: PLC0415 - as above

    out.print(written(platform, _language(language), as_json=as_json), highlight=False, markup=False, soft_wrap=True)


@communities.command("list")
def community_list(config: ConfigPath = None, as_json: Json = False) -> None:
    """List the communities and who coordinates them."""
    from bot.operate import community_rows  # noqa: PLC0415 - as above

    rows = _run(community_rows(_configured(config)))
    if as_json:
        out.print_json(json.dumps(rows))
    elif not rows:
        out.print("There is no community yet.")
    else:
        _table(rows, ("id", "name", "language", "zone", "members", "coordinators"))


@communities.command("appoint")
def community_appoint(
    community: Annotated[str, typer.Argument(help="The community's name or id.")],
    member: Annotated[str, typer.Argument(help="The member's name, or their id on the platform.")],
    config: ConfigPath = None,
) -> None:
    """Name a coordinator, for a community whose last one is gone; the community's journal shows it."""
    from bot.operate import appoint  # noqa: PLC0415 - as above

    _run(appoint(_configured(config), community, member))
    out.print(f"{member} coordinates {community} from now on.", highlight=False, markup=False)


Member = Annotated[str, typer.Argument(help="The member's name, or their id on the platform.")]


@data.command("export")
def data_export(
    member: Member,
    folder: Annotated[Path, typer.Option(help="Where the two files are written.")] = Path(),
    config: ConfigPath = None,
) -> None:
    """Write all that is kept of a member: as JSON, and as a page to read."""
    from bot.operate import export_data  # noqa: PLC0415 - as above

    for file in _run(export_data(_configured(config), member, folder)):
        out.print(str(file), highlight=False, markup=False, soft_wrap=True)


@data.command("erase")
def data_erase(
    member: Member,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigPath = None,
) -> None:
    """Erase all that is kept of a member, in every community; it cannot be undone."""
    from bot.operate import erase_data, member_named  # noqa: PLC0415 - as above

    loaded = _configured(config)
    name = _run(member_named(loaded, member))
    if not yes and not typer.confirm(f"Erase all that is kept of {name}? It cannot be undone."):
        out.print("Nothing was erased.")
        raise typer.Exit(1)
    _run(erase_data(loaded, member))
    out.print(f"All that was kept of {name} is erased.", highlight=False, markup=False)


@outbox.command("list")
def outbox_list(
    everything: Annotated[bool, typer.Option("--all", help="Also what was sent.")] = False,
    config: ConfigPath = None,
    as_json: Json = False,
) -> None:
    """List what waits to be said and what could not be said; nobody's words are shown."""
    from bot.operate import outbox_rows  # noqa: PLC0415 - as above

    rows = _run(outbox_rows(_configured(config), everything=everything))
    if as_json:
        out.print_json(json.dumps(rows))
    elif not rows:
        out.print("Nothing waits.")
    else:
        _table(rows, ("id", "kind", "status", "label", "tries", "next", "error"))


@outbox.command("replay")
def outbox_replay(
    number: Annotated[int | None, typer.Argument(help="The row's number; all dead letters without it.")] = None,
    config: ConfigPath = None,
) -> None:
    """Send dead letters again."""
    from bot.operate import replay_outbox  # noqa: PLC0415 - as above

    _said_again(_run(replay_outbox(_configured(config), number)), "to be sent again")


@inbox.command("list")
def inbox_list(config: ConfigPath = None, as_json: Json = False) -> None:
    """List the facts whose handling failed too often; nobody's words are shown."""
    from bot.operate import dead_facts  # noqa: PLC0415 - as above

    rows = _run(dead_facts(_configured(config)))
    if as_json:
        out.print_json(json.dumps(rows))
    elif not rows:
        out.print("Nothing failed.")
    else:
        _table(rows, ("id", "fact", "at", "error"))


@inbox.command("replay")
def inbox_replay(
    number: Annotated[int | None, typer.Argument(help="The fact's number; all without it.")] = None,
    config: ConfigPath = None,
) -> None:
    """Handle dead facts again."""
    from bot.operate import replay_inbox  # noqa: PLC0415 - as above

    _said_again(_run(replay_inbox(_configured(config), number)), "to be handled again")


@database.command("upgrade")
def db_upgrade(config: ConfigPath = None) -> None:
    """Bring the database up to date; on SQLite, a copy is kept beside it first."""
    from bot.operate import upgrade  # noqa: PLC0415 - as above

    loaded = _configured(config)
    _make(Path(loaded.data.folder))
    _run(upgrade(loaded))
    out.print("The database is up to date.")


@database.command("backup")
def db_backup(config: ConfigPath = None) -> None:
    """Write a backup and say where: the database, and beside it the keys of Matrix, which are secret."""
    from bot.operate import backup  # noqa: PLC0415 - as above

    async def work() -> None:
        async for file in backup(loaded):
            out.print(str(file), highlight=False, markup=False, soft_wrap=True)

    loaded = _configured(config)
    _run(work())


@database.command("restore")
def db_restore(file: Path, config: ConfigPath = None) -> None:
    """Put a backup in the place of what is there, which is kept beside it. Stop the bot first.

    With the database's file go the files beside it that were made with it; the keys of Matrix may be put back alone.
    """
    from bot.operate import restore  # noqa: PLC0415 - as above

    for taken in _run(restore(_configured(config), file)):
        out.print(f"Restored {taken}", highlight=False, markup=False, soft_wrap=True)


@matrix.command("login")
def matrix_login(
    user: Annotated[str, typer.Option(help="The bot's user id, such as @causerie:example.org.")] = "",
    homeserver: Annotated[str, typer.Option(help="The address or name of its server; by default the id's.")] = "",
    password_file: Annotated[Path | None, typer.Option(help="A file with the password, which is asked else.")] = None,
    token: Annotated[bool, typer.Option("--token", help="Use an access token; it is asked.")] = False,
    token_file: Annotated[Path | None, typer.Option(help="A file with an access token to use.")] = None,
    name: Annotated[str, typer.Option(help="The name shown for the bot; Causerie, if it has none.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Log in as a new device, though there is an account.")] = False,
    reset_signing: Annotated[
        bool, typer.Option("--reset-signing", help="Put new cross-signing keys in the place of another program's.")
    ] = False,
    config: ConfigPath = None,
) -> None:
    """Log the bot in to Matrix, once: its account and keys are kept in the data folder.

    In CAUSERIE_MATRIX_PASSWORD or CAUSERIE_MATRIX_TOKEN of the environment the secret is not asked.
    """
    from adapters.matrix import login, words  # noqa: PLC0415 - as above
    from adapters.matrix.account import home  # noqa: PLC0415

    loaded = _configured(config)
    folder = home(Path(loaded.data.folder))
    there = login.first(folder, again=again)
    known = user or loaded.matrix.user or (there.user if there else "")
    wanted = login.Wanted(
        user=login.user_id(known or typer.prompt("The bot's user id, such as @causerie:example.org")),
        homeserver=homeserver or loaded.matrix.homeserver,
        token=(spoken := _secret("token", token_file, asked=token)),
        password=_secret("password", password_file, asked=not spoken),
        name=name,
        again=again,
        reset_signing=reset_signing,
    )
    account = _run(login.login(folder, wanted))
    out.print(words.logged_in(account, loaded.matrix.user), highlight=False, markup=False, soft_wrap=True)


@matrix.command("show")
def matrix_show(config: ConfigPath = None) -> None:
    """Show the bot's user, device and fingerprint, for those who verify it."""
    from adapters.matrix import words  # noqa: PLC0415 - as above
    from adapters.matrix.account import home  # noqa: PLC0415
    from adapters.matrix.check import status  # noqa: PLC0415

    loaded = _configured(config)
    found = _run(status(home(Path(loaded.data.folder)), loaded.matrix.homeserver))
    out.print(words.described(found), highlight=False, markup=False, soft_wrap=True)


def _secret(what: str, file: Path | None, *, asked: bool) -> str:
    """Return a secret from a file, the environment, or unseen from the keyboard; never from the command's own words."""
    if file is not None:
        try:
            secret = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            secret = ""
        if not secret:
            raise SecretUnreadableError(str(file))
        return secret
    kept = os.environ.get(f"CAUSERIE_MATRIX_{what.upper()}", "")
    return kept or (typer.prompt(f"The {what}", hide_input=True) if asked else "")


@app.command()
def version() -> None:
    """Say which version this is."""
    out.print(__version__, highlight=False)


def _said_again(count: int, what: str) -> None:
    if count == 0:
        err.print("There is no such row.")
        raise typer.Exit(1)
    out.print(f"{count} {what}; the running bot takes them up.")


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    table = Table(*columns)
    for row in rows:
        table.add_row(*(escape(str(row[c])) for c in columns))
    out.print(table)
