"""The playground's web server: the page, an API for what members do, and a live socket for what they see."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakSet

from aiohttp import WSCloseCode, web
from pydantic import BaseModel, ValidationError

from adapters.local.acts import ACTS, Say, SpeakAs
from adapters.local.chat import BOT, Chat, Reason, RefusedError
from adapters.local.desk import Desk, Move, Told
from adapters.local.guard import Handler, add_headers, ours_only
from adapters.local.view import ahead, seen

PAGE = Path(__file__).with_name("page")
_TOLD_KEPT = 50
_BODY_LIMIT = 256 * 1024
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Playground:
    chat: Chat
    desk: Desk
    told: deque[Told] = field(default_factory=lambda: deque(maxlen=_TOLD_KEPT))
    sockets: WeakSet[web.WebSocketResponse] = field(default_factory=WeakSet)


_PLAYGROUND = web.AppKey("playground", _Playground)


class _Clock(BaseModel):
    move: Move


def application(chat: Chat, desk: Desk) -> web.Application:
    """Return the application; it must be served on 127.0.0.1 only."""
    app = web.Application(middlewares=[ours_only, _refusals], client_max_size=_BODY_LIMIT)
    app[_PLAYGROUND] = _Playground(chat, desk)
    app.add_routes(
        [
            web.get("/", _index),
            web.static("/static", PAGE),
            web.get("/api/state", _state),
            web.get("/api/live", _live),
            web.get("/api/next", _next),
            web.get("/api/commands", _commands),
            web.post("/api/clock", _clock),
            web.post("/api/first", _first),
            web.post("/api/{act}", _act),
        ]
    )
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_close_sockets)
    return app


def _failed(what: str, error: BaseException) -> None:
    """Note a failure: its class and where it was raised, never its message, which may quote a member."""
    log.error("%s failed: %s\n%s", what, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer ``{"error": reason}``, for which the page has a sentence."""
    try:
        return await handler(request)
    except RefusedError as refused:
        return web.json_response({"error": refused.reason}, status=422)
    except ValidationError:
        return web.json_response({"error": "malformed"}, status=400)
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - the page has a sentence for it
        _failed(f"{request.method} {request.path}", error)
        return web.json_response({"error": "failed"}, status=500)


async def _index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")


def _speaker(chat: Chat, given: str | None) -> str:
    """Return who is spoken as: the one asked for, else the last one, else the first."""
    known = [persona.id for persona in chat.personas() if persona.id != BOT]
    for persona in (given, chat.noted("persona"), *known):
        if persona in known:
            return persona
    raise RefusedError(Reason.UNKNOWN)


async def _seen(request: web.Request) -> dict[str, Any]:
    here = request.app[_PLAYGROUND]
    return await seen(here.chat, here.desk, _speaker(here.chat, request.query.get("as")), list(here.told))


async def _state(request: web.Request) -> web.Response:
    return web.json_response(await _seen(request))


async def _live(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(heartbeat=20, max_msg_size=1024)
    await socket.prepare(request)
    request.app[_PLAYGROUND].sockets.add(socket)
    pushing = asyncio.ensure_future(_push(request, socket))
    reading = asyncio.ensure_future(_read(socket))
    try:
        await asyncio.wait({pushing, reading}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        pushing.cancel()
        reading.cancel()
    for failure in await asyncio.gather(pushing, reading, return_exceptions=True):
        if isinstance(failure, Exception) and not isinstance(failure, ConnectionError):
            _failed("the live socket", failure)
            await socket.close(code=WSCloseCode.INTERNAL_ERROR)
    return socket


async def _push(request: web.Request, socket: web.WebSocketResponse) -> None:
    chat = request.app[_PLAYGROUND].chat
    while True:
        version = chat.version
        await socket.send_json(await _seen(request))
        await chat.wait(version)


async def _read(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        """The page says nothing here; reading notices that it has left."""


async def _close_sockets(app: web.Application) -> None:
    for socket in list(app[_PLAYGROUND].sockets):
        await socket.close(code=WSCloseCode.GOING_AWAY)


async def _body(request: web.Request) -> bytes:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="The playground takes JSON only.\n")
    return await request.read()


async def _act(request: web.Request) -> web.Response:
    here = request.app[_PLAYGROUND]
    kind = ACTS.get(request.match_info["act"])
    if kind is None:
        raise web.HTTPNotFound(text="There is no such act.\n")
    act = kind.model_validate_json(await _body(request))
    if _speaker(here.chat, act.persona) != act.persona:
        raise RefusedError(Reason.UNKNOWN)
    made = act.do(here.chat)
    if made and isinstance(act, Say) and made.startswith("e"):
        here.chat.note("begun", "yes")
    answer = {"id": made}
    try:
        await here.desk.heard()
    except Exception as error:  # noqa: BLE001 - what was done is kept; the page says that it was not answered
        _failed(f"answering {request.path}", error)
        answer["warning"] = "unanswered"
    return web.json_response(answer)


async def _clock(request: web.Request) -> web.Response:
    here = request.app[_PLAYGROUND]
    move = _Clock.model_validate_json(await _body(request)).move
    told = await here.desk.move(move)
    here.told.extend(told)
    here.chat.changed()
    return web.json_response({"told": len(told)})


async def _next(request: web.Request) -> web.Response:
    here = request.app[_PLAYGROUND]
    persona = _speaker(here.chat, request.query.get("as"))
    return web.json_response(ahead(here.desk, await here.desk.upcoming(persona)))


async def _commands(request: web.Request) -> web.Response:
    here = request.app[_PLAYGROUND]
    persona = _speaker(here.chat, request.query.get("as"))
    hints = await here.desk.complete(request.query.get("q", ""), persona)
    return web.json_response([{"insert": h.insert, "usage": h.usage, "help": h.help} for h in hints])


async def _first(request: web.Request) -> web.Response:
    here = request.app[_PLAYGROUND]
    body = SpeakAs.model_validate_json(await _body(request))
    await here.desk.first_question(_speaker(here.chat, body.persona))
    here.chat.note("begun", "yes")
    return web.json_response({})
