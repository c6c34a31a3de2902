"""A real homeserver for the tests: on the loopback only, with no federation, and nothing kept."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import yaml

HOW_TO_INSTALL = (
    "The tests of Matrix need Synapse, which `make test` installs: pip install -c constraints.txt -e '.[dev]'."
)
Limits = Literal["relaxed", "default"]

PATIENCE = 60
"""Seconds in which it starts or stops; a loaded machine takes ten."""

LAUNCHER = """
import os, runpy, signal, threading

def end_with_the_tests():
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGKILL)

threading.Thread(target=end_with_the_tests, daemon=True).start()
runpy.run_module("synapse.app.homeserver", run_name="__main__", alter_sys=True)
"""
"""The pipe to its input closes when the process of the tests ends, however that happens."""

FREE = {"per_second": 10_000, "burst_count": 10_000}
RELAXED: dict[str, Any] = {
    **dict.fromkeys(
        (
            "rc_message",
            "rc_registration",
            "rc_admin_redaction",
            "rc_joins_per_room",
            "rc_room_creation",
            "rc_reports",
            "rc_user_directory",
            "rc_profile",
            "rc_delayed_event_mgmt",
            "rc_media_create",
        ),
        FREE,
    ),
    "rc_login": {"address": FREE, "account": FREE, "failed_attempts": FREE},
    "rc_joins": {"local": FREE, "remote": FREE},
    "rc_invites": {"per_room": FREE, "per_user": FREE, "per_issuer": FREE},
}


class SynapseMissingError(RuntimeError):
    """There is no Synapse here; the message says how to install it."""


class SynapseFailedError(RuntimeError):
    """It did not start, or did not do what it was asked; the message ends with what it logged last."""


@dataclass(frozen=True)
class Registered:
    """A new account, logged in once."""

    user_id: str
    device_id: str
    token: str
    password: str


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Synapse:
    """A homeserver with its data in ``folder``: it can be stopped, killed and started again on the same port.

    ``limits``: "default" are Synapse's own rate limits, "relaxed" are none that a test would meet.
    """

    folder: Path
    limits: Limits = "relaxed"
    server_name: str = "localhost"
    port: int = field(default_factory=free_port)
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address, with no slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Run it, and come back when it answers. Raises SynapseMissingError, SynapseFailedError."""
        if find_spec("synapse") is None:
            raise SynapseMissingError(HOW_TO_INSTALL)
        configuration = self.folder / "homeserver.yaml"
        if not configuration.exists():
            self._settle(configuration)
        with (self.folder / "output.log").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", LAUNCHER, "-c", configuration],
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while not self._healthy():
            if self.process.poll() is not None:
                raise SynapseFailedError(f"Synapse ended with {self.process.returncode}:\n{self.last_logged()}")
            if time.monotonic() > deadline:
                self.kill()
                raise SynapseFailedError(f"Synapse does not answer after {PATIENCE} s:\n{self.last_logged()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End it as an operator does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop it and start it again, with the same address and data."""
        self.stop()
        self.start()

    def register(self, name: str, *, admin: bool = False, shown: str | None = None) -> Registered:
        """Make the account ``@name:server_name``; ``shown`` is its display name, by default the name itself."""
        password = f"{name}'s password"
        nonce = self._admin("GET", "register")["nonce"]
        fields = (nonce, name, password, "admin" if admin else "notadmin")
        mac = hmac.new(self.secret.encode(), "\0".join(fields).encode(), "sha1").hexdigest()
        asked = {"nonce": nonce, "username": name, "password": password, "admin": admin, "mac": mac}
        made = self._admin("POST", "register", {**asked, "displayname": shown or name})
        return Registered(made["user_id"], made["device_id"], made["access_token"], password)

    def last_logged(self) -> str:
        """Return the last lines of what it printed and logged."""
        files = [self.folder / "output.log", self.folder / "homeserver.log"]
        lines = [line for file in files if file.exists() for line in file.read_text("utf-8").splitlines()[-30:]]
        return "\n".join(lines)

    def _settle(self, configuration: Path) -> None:
        """Write what it reads."""
        seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        (self.folder / "signing.key").write_text(f"ed25519 a_test {seed}\n", "utf-8")
        (self.folder / "log.yaml").write_text(yaml.safe_dump(self._logging()), "utf-8")
        configuration.write_text(yaml.safe_dump(self._settings()), "utf-8")

    def _logging(self) -> dict[str, Any]:
        handler = {"class": "logging.FileHandler", "filename": str(self.folder / "homeserver.log"), "formatter": "line"}
        return {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
            "handlers": {"file": handler},
            "root": {"level": "WARNING", "handlers": ["file"]},
        }

    def _settings(self) -> dict[str, Any]:
        listener = {"port": self.port, "bind_addresses": ["127.0.0.1"], "type": "http", "tls": False}
        return {
            "server_name": self.server_name,
            "public_baseurl": f"{self.url}/",
            "listeners": [{**listener, "resources": [{"names": ["client"]}]}],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.sqlite")}},
            "signing_key_path": str(self.folder / "signing.key"),
            "media_store_path": str(self.folder / "media"),
            "log_config": str(self.folder / "log.yaml"),
            "registration_shared_secret": self.secret,
            "macaroon_secret_key": self.secret,
            "form_secret": self.secret,
            "bcrypt_rounds": 4,
            "caches": {"sync_response_cache_duration": "0s"},
            "presence": {"enabled": False},
            "report_stats": False,
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            **(RELAXED if self.limits == "relaxed" else {}),
        }

    def _healthy(self) -> bool:
        try:
            return self._ask("GET", "/health")[0] == 200
        except (OSError, HTTPException):
            return False

    def _admin(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        status, text = self._ask(method, f"/_synapse/admin/v1/{path}", json.dumps(body) if body else None)
        if status != 200:
            raise SynapseFailedError(f"{path} gave {status} {text}:\n{self.last_logged()}")
        told: dict[str, Any] = json.loads(text)
        return told

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        process, self.process = self.process, None
        process.send_signal(how)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        finally:
            if process.stdin is not None:
                process.stdin.close()


@contextmanager
def running(limits: Limits = "relaxed") -> Iterator[Synapse]:
    """Run a homeserver while the context lasts. Raises SynapseMissingError, SynapseFailedError."""
    server = Synapse(Path(tempfile.mkdtemp(prefix="causerie-synapse-")), limits)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(server.folder)
