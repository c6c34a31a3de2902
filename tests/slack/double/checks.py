"""Checks that compose: each tells what is wrong with a value, and where, as Slack's own validation does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Problems:
    """What is wrong, in Slack's words: a sentence and a JSON pointer."""

    found: list[str] = field(default_factory=list)

    def add(self, pointer: str, sentence: str) -> None:
        """Note one."""
        self.found.append(f"{sentence} [json-pointer:{pointer}]")


Check = Callable[[Problems, str, object], None]


def string(longest: int | None = None, *, shortest: int = 1) -> Check:
    """Hold a string to a length in characters."""

    def check(problems: Problems, at: str, value: object) -> None:
        if not isinstance(value, str):
            problems.add(at, "must provide a string")
        elif len(value) < shortest:
            problems.add(at, f"must be more than {shortest - 1} characters")
        elif longest is not None and len(value) > longest:
            problems.add(at, f"must be less than {longest + 1} characters")

    return check


def boolean(problems: Problems, at: str, value: object) -> None:
    """Hold a value to true or false."""
    if not isinstance(value, bool):
        problems.add(at, "must provide a boolean")


def integer(lowest: int | None = None, highest: int | None = None) -> Check:
    """Hold a value to a whole number within bounds."""

    def check(problems: Problems, at: str, value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            problems.add(at, "must provide an integer")
        elif lowest is not None and value < lowest:
            problems.add(at, f"must be at least {lowest}")
        elif highest is not None and value > highest:
            problems.add(at, f"must be at most {highest}")

    return check


def anything(problems: Problems, at: str, value: object) -> None:
    """Accept whatever stands here."""


def among(*allowed: object) -> Check:
    """Hold a value to a few."""

    def check(problems: Problems, at: str, value: object) -> None:
        if value not in allowed:
            problems.add(at, f"must be one of {', '.join(map(str, allowed))}")

    return check


def array(item: Check, *, most: int, least: int = 1) -> Check:
    """Hold a list to a size, and each of its items to a check."""

    def check(problems: Problems, at: str, value: object) -> None:
        if not isinstance(value, list):
            problems.add(at, "must provide an array")
            return
        if len(value) > most:
            problems.add(at, f"no more than {most} items allowed")
        if len(value) < least:
            problems.add(at, f"no fewer than {least} items allowed")
        for index, one in enumerate(value):
            item(problems, f"{at}/{index}", one)

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *extra: Check) -> Check:
    """Hold an object to its keys, then to what holds of it as a whole."""
    known = {**required, **(optional or {})}

    def check(problems: Problems, at: str, value: object) -> None:
        if not isinstance(value, dict):
            problems.add(at, "must provide an object")
            return
        for key in required:
            if key not in value:
                problems.add(at, f"missing required field: {key}")
        for key, inner in value.items():
            if key not in known:
                problems.add(at, f"invalid additional property: {key}")
            else:
                known[key](problems, f"{at}/{key}", inner)
        for further in extra:
            further(problems, at, value)

    return check


def typed(shapes: Mapping[str, Check]) -> Check:
    """Hold an object to the shape that its type names; a type that may not stand here is unsupported."""

    def check(problems: Problems, at: str, value: object) -> None:
        if not isinstance(value, dict):
            problems.add(at, "must provide an object")
        elif (kind := str(value.get("type"))) in shapes:
            shapes[kind](problems, at, value)
        else:
            problems.add(f"{at}/type", f"unsupported type: {kind}")

    return check


def kind(name: str, required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *extra: Check) -> Check:
    """Hold an object to a type and its keys."""
    return record({"type": among(name), **required}, optional, *extra)
