"""Who may talk to the playground's server: this machine's own browser, on our own page, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_OUR_HOST = re.compile(r"(127\.0\.0\.1|localhost)(:[0-9]{1,5})?", re.IGNORECASE)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


@web.middleware
async def ours_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse another host (DNS rebinding) and another site's page, both with 403.

    A name that a stranger's domain resolves to this machine arrives with that domain as its host.
    """
    if not _OUR_HOST.fullmatch(request.host):
        raise web.HTTPForbidden(text="The playground answers on 127.0.0.1 and localhost only.\n")
    origin = request.headers.get("Origin")
    if origin is not None and origin.casefold() != f"http://{request.host}".casefold():
        raise web.HTTPForbidden(text="The playground answers its own page only, not another site's.\n")
    return await handler(request)


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Tell the browser to run and load nothing but our own files; a signal of every response."""
    response.headers.update(_HEADERS)
