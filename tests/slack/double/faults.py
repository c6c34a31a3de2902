"""What can go wrong with a call."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RateLimited:
    """It is not processed, and may come again after so many seconds."""

    after: int = 1


@dataclass(frozen=True)
class ServerError:
    """It is not processed; the answer is no JSON."""

    status: int = 500


@dataclass(frozen=True)
class Slow:
    """It is processed after so many seconds."""

    seconds: float


@dataclass(frozen=True)
class AnswerLost:
    """It is processed; the connection is cut before the answer."""


@dataclass(frozen=True)
class Aborted:
    """The connection is cut before it is processed."""


@dataclass(frozen=True)
class Refused:
    """It is refused with an error code."""

    code: str


Fault = RateLimited | ServerError | Slow | AnswerLost | Aborted | Refused
