"""The addresses that the app calls: methods, uploads, response_urls and sockets."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

from aiohttp import web

from tests.slack.double import api_chat, api_conversations, api_others
from tests.slack.double.api import call
from tests.slack.double.arguments import Arguments, RefusalError
from tests.slack.double.checks import Json
from tests.slack.double.faults import Aborted, AnswerLost, Fault, RateLimited, Refused, ServerError, Slow
from tests.slack.double.responses import respond
from tests.slack.double.views import Views

HANDLERS = (api_chat, api_conversations, api_others)
"""Importing them fills the table of methods."""
BODY_BYTES = 10_000_000
Process = Callable[[], web.Response]


class Server:
    """An HTTP server on a free port. ``log``: where each call becomes a line of JSON."""

    def __init__(self, slack: Views, log: Path | None = None) -> None:
        self.slack = slack
        self.log = log
        self.calls: list[tuple[str, Json]] = []
        self._faults: defaultdict[str, list[Fault]] = defaultdict(list)
        self._tickets: set[str] = set()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen, and tell the workspace its own address."""
        app = web.Application(client_max_size=BODY_BYTES)
        app.router.add_route("*", "/api/{method}", self._method)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_post("/respond/{name}", self._respond)
        app.router.add_get("/link", self._link)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.slack.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Close the sockets and stop listening."""
        await self.slack.sockets.close()
        if self._runner:
            await self._runner.cleanup()

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method meet these faults, one each."""
        self._faults[method] += faults

    def _note(self, name: str, arguments: Json) -> None:
        self.calls.append((name, arguments))
        self.slack.sockets.poke()
        if self.log:
            line = json.dumps({"method": name, "arguments": arguments}) + "\n"
            # In one piece: other processes may write to the same file.
            with self.log.open("ab", buffering=0) as lines:
                lines.write(line.encode())

    async def _method(self, request: web.Request) -> web.StreamResponse:
        name, (args, token) = request.match_info["method"], await _arguments(request)
        self._note(name, args.readable())
        return await self._through_faults(request, name, lambda: self._answer(request, name, args, token))

    async def _through_faults(self, request: web.Request, name: str, process: Process) -> web.StreamResponse:
        fault = self._faults[name].pop(0) if self._faults[name] else None
        match fault:
            case RateLimited(after):
                return self._limited(after)
            case ServerError(status):
                return web.Response(status=status, text="upstream failed")
            case Aborted():
                return _cut(request)
            case AnswerLost():
                process()
                self.slack.sockets.poke()
                return _cut(request)
            case Refused(code):
                return self._json(RefusalError(code).answer())
            case Slow(seconds):
                await asyncio.sleep(seconds)
        answer = process()
        self.slack.sockets.poke()
        return answer

    def _answer(self, request: web.Request, name: str, args: Arguments, token: str) -> web.Response:
        try:
            if name == "apps.connections.open":
                return self._json(self._open(request, token))
            if name != "api.test":
                self._admit(token)
            return self._json(call(self.slack, name, args))
        except RefusalError as refusal:
            return self._limited() if refusal.code == "ratelimited" else self._json(refusal.answer())

    def _limited(self, after: int = 1) -> web.Response:
        answer = self._json({"ok": False, "error": "ratelimited"})
        answer.set_status(429)
        answer.headers["Retry-After"] = str(after)
        return answer

    def _admit(self, token: str) -> None:
        if not token:
            raise RefusalError("not_authed")
        if token == self.slack.app_token:
            raise RefusalError("not_allowed_token_type")
        if token != self.slack.bot_token:
            raise RefusalError("invalid_auth")
        if self.slack.token_error:
            raise RefusalError(self.slack.token_error)

    def _open(self, request: web.Request, token: str) -> Json:
        if token == self.slack.bot_token:
            raise RefusalError("not_allowed_token_type")
        if token != self.slack.app_token:
            raise RefusalError("invalid_auth" if token else "not_authed")
        ticket = self.slack.new_id("ticket")
        self._tickets.add(ticket)
        return {"ok": True, "url": f"ws://{request.host}/link?ticket={ticket}&app_id={self.slack.app_id}"}

    def _json(self, body: Json) -> web.Response:
        scopes = ",".join(sorted(self.slack.scopes))
        return web.json_response(body, headers={"x-oauth-scopes": scopes, "x-accepted-oauth-scopes": scopes})

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=408, text="ticket is used or unknown")
        self._tickets.remove(ticket)
        return await self.slack.sockets.serve(request)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        stored = self.slack.files.get(request.match_info["file"])
        if stored is None:
            return web.Response(status=404)
        if request.content_type == "multipart/form-data":
            (part, *_) = (await request.post()).values()
            content = part.file.read() if isinstance(part, web.FileField) else str(part).encode()
        else:
            content = await request.read()

        def process() -> web.Response:
            if len(content) != stored["size"]:
                return web.Response(status=400, text="length differs")
            stored["content"] = content
            return web.Response(text=f"OK - {len(content)}")

        return await self._through_faults(request, "upload", process)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        args, _ = await _arguments(request)
        self._note("response_url", args.readable())
        name = request.match_info["name"]

        def process() -> web.Response:
            try:
                respond(self.slack, name, args)
            except RefusalError as refusal:
                return web.json_response(refusal.answer(), status=404 if refusal.code.endswith("_url") else 400)
            return web.Response(text="ok")

        return await self._through_faults(request, "response_url", process)


def _cut(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _arguments(request: web.Request) -> tuple[Arguments, str]:
    args = Arguments(request.query)
    if request.content_type == "application/json":
        body = json.loads(await request.text() or "{}")
        args.update(body if isinstance(body, dict) else {})
    elif request.content_type == "multipart/form-data":
        args.update({k: v for k, v in (await request.post()).items() if isinstance(v, str)})
    elif request.can_read_body:
        args.update(parse_qsl(await request.text(), keep_blank_values=True))
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    given = str(args.pop("token", ""))
    return args, token or given
