"""The operator's configuration: a TOML file, then secret files, then the environment; the later wins.

``CAUSERIE__SECTION__KEY`` in the environment, or a file of that name in the secrets folder, sets
``key`` of ``[section]``. Whatever is unknown or of the wrong type is refused by name, never by value: any of
them may be a secret.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, ValidationInfo
from rapidfuzz import fuzz, process

from bot.core.errors import CauserieError

PREFIX = "CAUSERIE__"
SECRETS = Path("/run/secrets")

TYPED = "typed"
"""The context in which values come from where they have types."""

Values = dict[str, Any]
Tables = Mapping[str, Mapping[str, Any]]


def _path(value: object) -> Path:
    if isinstance(value, str) and value:
        return Path(value)
    raise ValueError


def _names(value: object, info: ValidationInfo) -> tuple[str, ...]:
    """Take a list, or from where there are only words one line with commas."""
    names = value.split(",") if isinstance(value, str) and info.context != TYPED else value
    if isinstance(names, list | tuple) and all(isinstance(name, str) for name in names):
        return tuple(name.strip() for name in names if name.strip())
    raise ValueError


# A strict Path takes no text, and TOML has nothing else.
Folder = Annotated[Path, PlainValidator(_path, json_schema_input_type=str), Field(description="the path of a folder")]
Names = Annotated[
    tuple[str, ...],
    PlainValidator(_names, json_schema_input_type=list[str]),
    Field(description="a list of names; in the environment, with commas between them"),
]


class ConfigurationError(CauserieError):
    """The configuration is refused."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Data(_Section):
    """Where Causerie keeps what it knows."""

    folder: Folder = Path("{user_data}")


class Storage(_Section):
    """The database and its backups."""

    url: str = Field(
        "sqlite+aiosqlite:///{data}/causerie.sqlite",
        pattern=r"^(sqlite\+aiosqlite:///|postgresql\+asyncpg://)",
        description="an address that begins with sqlite+aiosqlite:/// or postgresql+asyncpg://",
        repr=False,
    )
    backup_folder: Folder = Path("{data}/backups")


class Secrets(_Section):
    """Where secret files are."""

    folder: Folder = SECRETS


class Log(_Section):
    """What is told to the operator, and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    as_json: bool = Field(default=False, alias="json")


class Engine(_Section):
    """The engine's pace."""

    sweep_seconds: int = Field(30, ge=1, le=3600)
    lease_seconds: int = Field(60, ge=5, le=3600)
    history_days: int = Field(30, ge=1, le=3650)


class Local(_Section):
    """The playground in the browser."""

    enabled: Literal["alone", "always", "never"] = "alone"
    port: int = Field(8765, ge=0, le=65535)


class Slack(_Section):
    """A Slack workspace; configured once it has its tokens."""

    bot_token: str = Field("", pattern="^(xoxb-.+)?$", description="a bot token, which begins with xoxb-", repr=False)
    app_token: str = Field("", pattern="^(xapp-.+)?$", description="an app token, which begins with xapp-", repr=False)
    api_url: str = Field("https://slack.com/api/", pattern="^https?://.+", description="an http or https address")
    guests: bool = False
    shared_channels: bool = False

    @property
    def configured(self) -> bool:
        """Whether there is a token at all."""
        return bool(self.bot_token or self.app_token)


class Matrix(_Section):
    """A Matrix account; configured once it is named."""

    homeserver: str = Field(
        "",
        pattern=r"^(https?://\S+|[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?)?$",
        description="an http or https address, or a server's name",
    )
    user: str = Field("", pattern=r"^(@[^\s:]+:\S+)?$", description="a user id such as @causerie:example.org")
    prefix: str = Field("!causerie", pattern=r"^\S+$", description="one word")
    invites: Names = ()
    moderator_level: int = Field(50, ge=0, le=100)
    coordinators: Names = ()
    ignored: Names = ()
    encrypt_direct: bool = True

    @property
    def configured(self) -> bool:
        """Whether there is a user."""
        return bool(self.user)


class Config(_Section):
    """All of it. ``adapters`` and ``rituals`` hold one table per installed package, which validates its own."""

    data: Data = Data()
    storage: Storage = Storage()
    secrets: Secrets = Secrets()
    log: Log = Log()
    engine: Engine = Engine()
    local: Local = Local()
    slack: Slack = Slack()
    matrix: Matrix = Matrix()
    adapters: Tables = Field(default_factory=dict, repr=False)
    rituals: Tables = Field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class _Source:
    """Values from one place; ``place`` tells the operator where there a key is set."""

    values: Values
    place: Callable[[Sequence[str]], str]
    typed: bool = False


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Return the configuration of the file at ``path``, if any, the secret files and ``environ``.

    Folders come back absolute where they were given so, with ``{user_data}``, ``{data}`` and ``~`` replaced. Raises
    ``ConfigurationError`` that names each key refused and what is allowed there.
    """
    sources = [_file(path)] if path else []
    environment = _Source(_nested(environ), lambda path: f"environment variable {_variable(path, environ)}")
    first = _merged([*sources, environment])
    sources += [_secret_files(first.secrets.folder), environment]
    return _resolved(_merged(sources))


def _file(path: Path) -> _Source:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: is not TOML: {error}") from None
    return _Source(values, lambda _: f"in {path}", typed=True)


def _secret_files(folder: Path) -> _Source:
    try:
        files = [f for f in sorted(folder.iterdir()) if f.name.upper().startswith(PREFIX) and f.is_file()]
        contents = {f.name: f.read_text(encoding="utf-8").strip() for f in files}
    except FileNotFoundError:
        if folder != SECRETS:
            raise ConfigurationError(f"secrets.folder: {folder} is not there") from None
        contents = {}
    except OSError as error:
        raise ConfigurationError(f"secrets.folder: {error.filename}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"secrets.folder: a file in {folder} is not UTF-8 text") from None
    return _Source(_nested(contents), lambda path: f"secret file {folder / _variable(path, contents)}")


def _nested(variables: Mapping[str, str]) -> Values:
    values: Values = {}
    for name, value in sorted(variables.items()):
        if not name.upper().startswith(PREFIX):
            continue
        *tables, key = name[len(PREFIX) :].lower().split("__")
        inner = values
        for table in tables:
            inner = inner.setdefault(table, {})
            if not isinstance(inner, dict):
                raise ConfigurationError(f"{name}: the environment gives {table} both a value and keys")
        inner[key] = value
    return values


def _variable(path: Sequence[str], variables: Mapping[str, str]) -> str:
    """Return the variable that set the key at ``path``, or something in it."""
    spelled = PREFIX + "__".join(path).upper()
    return next(name for name in sorted(variables) if name.upper().startswith(spelled))


def _merged(sources: Sequence[_Source]) -> Config:
    """Validate each source by itself, a typed one strictly, so that a refusal says where to look; then join them."""
    refusals: list[str] = []
    values: Values = {}
    for source in sources:
        try:
            if source.typed:
                Config.model_validate(source.values, strict=True, context=TYPED)
            else:
                Config.model_validate_strings(source.values)
        except ValidationError as error:
            for found in error.errors(include_url=False, include_context=False, include_input=False):
                path = [str(part) for part in found["loc"]]
                refusals.append(f"{'.'.join(path)} ({source.place(path)}) {_allowed(path, found['type'])}")
        values = _joined(values, source.values)
    if refusals:
        raise ConfigurationError("\n".join(refusals))
    return Config.model_validate(values)


def _joined(under: Values, over: Values) -> Values:
    both = {k: _joined(under[k], v) for k, v in over.items() if isinstance(v, dict) and isinstance(under.get(k), dict)}
    return {**under, **over, **both}


def _allowed(path: Sequence[str], refusal: str) -> str:
    """Say what the key at ``path`` may be, or, when there is no such key, which there are."""
    section, name = path[0], path[1] if len(path) > 1 else None
    keys = {s: _keys(model) for s, model in _SECTIONS.items()}
    if refusal == "extra_forbidden":
        known = [f"{s}.{k}" for s in keys for k in keys[s]] if name is not None else list(Config.model_fields)
        near = process.extractOne(".".join(path), known, scorer=fuzz.ratio, score_cutoff=70)
        guess = f"did you mean {near[0]}? " if near else ""
        place = f"[{section}] has" if name is not None else "the sections are"
        return f"is unknown; {guess}{place} {', '.join(keys[section] if name is not None else known)}"
    if name in keys.get(section, ()):
        return f"must be {_kind(_SECTIONS[section].model_json_schema()['properties'][name])}"
    return "must be a table of keys"


def _kind(schema: Mapping[str, Any]) -> str:
    match schema:
        case {"enum": [*names]}:
            return f"one of {', '.join(names)}"
        case {"type": "boolean"}:
            return "true or false"
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"a whole number from {least} to {most}"
        case _:
            return str(schema["description"])


def _keys(section: type[_Section]) -> list[str]:
    return [field.alias or name for name, field in section.model_fields.items()]


def _resolved(config: Config) -> Config:
    def folder(path: Path, **places: Path) -> Path:
        return Path(_filled(str(path), places)).expanduser()

    data = folder(config.data.folder, user_data=user_data_path("causerie"))
    storage = {
        "url": _filled(config.storage.url, {"data": data}),
        "backup_folder": folder(config.storage.backup_folder, data=data),
    }
    return config.model_copy(
        update={
            "data": config.data.model_copy(update={"folder": data}),
            "storage": config.storage.model_copy(update=storage),
        }
    )


def _filled(text: str, places: Mapping[str, Path]) -> str:
    for name, path in places.items():
        text = text.replace(f"{{{name}}}", str(path))
    return text


_SECTIONS: dict[str, type[_Section]] = {
    name: field.annotation
    for name, field in Config.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, _Section)
}
