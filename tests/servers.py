"""A private PostgreSQL server for the tests: no network, no password, nothing kept."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

OLDEST = 15
HOW_TO_INSTALL = (
    f"The tests need PostgreSQL {OLDEST} or newer. On Debian or Ubuntu: apt-get install postgresql. "
    "Elsewhere, put initdb, pg_ctl and psql on the PATH."
)
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class PostgresMissingError(RuntimeError):
    """There is no usable PostgreSQL here; the message says how to install it."""


def programs(debian: Path = Path("/usr/lib/postgresql")) -> Path:
    """Return the folder of PostgreSQL's programs, Debian's newest or the PATH's; raise ``PostgresMissingError``."""
    packaged = [(int(folder.name), folder / "bin") for folder in debian.glob("[0-9]*") if folder.name.isdecimal()]
    for version, folder in sorted(packaged, reverse=True):
        if version >= OLDEST and (folder / "initdb").exists():
            return folder
    on_path = shutil.which("initdb")
    if on_path is None:
        raise PostgresMissingError(HOW_TO_INSTALL)
    told = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=True).stdout
    version = int("".join(c if c.isdecimal() else " " for c in told).split()[0])
    if version < OLDEST:
        raise PostgresMissingError(f"{HOW_TO_INSTALL} {on_path} is version {version}.")
    return Path(on_path).resolve().parent


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server while the context lasts and yield the address of its maintenance database.

    It listens on a socket in its own folder only, and trades safety across power cuts for speed. Under root it
    runs as ``postgres``, for it refuses root. Raises ``PostgresMissingError``.
    """
    found, runs_as = programs(), _account()
    folder = Path(tempfile.mkdtemp(prefix="causerie-"))
    data = folder / "data"

    def run(program: str, *arguments: str | Path) -> None:
        command: list[str | Path] = [found / program, "-D", data, *arguments]
        groups: list[str] | None = None if runs_as is None else []
        with (folder / "setup.log").open("a+") as log:
            done = subprocess.run(
                command,
                cwd=folder,
                stdout=log,
                stderr=log,
                check=False,
                user=runs_as,
                group=runs_as,
                extra_groups=groups,
            )
            log.seek(0)
            if done.returncode:
                message = f"{program} gave {done.returncode}:\n{log.read()}"
                raise RuntimeError(message)

    try:
        if runs_as is not None:
            shutil.chown(folder, runs_as, runs_as)
        run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write(SETTINGS.format(folder=folder))
        run("pg_ctl", "start", "--wait", "--silent", "--log", folder / "server.log")
        try:
            yield f"postgresql+asyncpg://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")
    finally:
        shutil.rmtree(folder)


def create_database(server: str, template: str | None = None) -> str:
    """Return the address of a new database on the server of address ``server``.

    It is a copy of the database of address ``template``, which nobody may be connected to; without one, empty.
    """
    name = f"test_{uuid4().hex}"
    source = "template1" if template is None else _name(template)
    _psql(server, f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def drop_database(address: str) -> None:
    """Remove the database, ending the connections that a killed process left on it."""
    _psql(address, f'DROP DATABASE "{_name(address)}" WITH (FORCE)')


def _account() -> str | None:
    """Return the system account to change to; None when the tests already run as an ordinary user."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise PostgresMissingError(HOW_TO_INSTALL) from None


def _name(address: str) -> str:
    return urlsplit(address).path.removeprefix("/")


def _psql(address: str, statement: str) -> None:
    host = parse_qs(urlsplit(address).query)["host"][0]
    command: list[str | Path] = [programs() / "psql", "-X", "-q", "-h", host, "-U", "postgres", "-d", "postgres"]
    subprocess.run([*command, "-c", statement], check=True, capture_output=True, text=True)
