"""Where a server's client-server API is."""

from __future__ import annotations

import json
import re
from typing import Any

import aiohttp

from adapters.matrix.errors import ServerUnknownError
from adapters.matrix.http import PATIENCE, why

WELL_KNOWN = "/.well-known/matrix/client"
NOT_FOUND = 404


async def found(homeserver: str, http: aiohttp.ClientSession | None = None) -> str:
    """Return the address of the API, without a slash at its end, of an address or a server's name.

    A name is looked up as clients do, by what its website says of it; its port is other servers' affair.
    Raises ServerUnknownError.
    """
    if homeserver.startswith(("http://", "https://")):
        return homeserver.rstrip("/")
    name = re.sub(r":\d+$", "", homeserver)
    if http is not None:
        return await _looked_up(name, http)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE), trust_env=True) as own:
        return await _looked_up(name, own)


async def _looked_up(name: str, http: aiohttp.ClientSession) -> str:
    try:
        async with http.get(f"https://{name}{WELL_KNOWN}") as response:
            if response.status == NOT_FOUND:
                return f"https://{name}"
            told: Any = json.loads(await response.text(errors="replace"))
    except TimeoutError:
        raise ServerUnknownError(f"{name} does not answer in time") from None
    except (aiohttp.ClientError, OSError) as error:
        raise ServerUnknownError(f"{name}, {why(error)}") from None
    except ValueError:
        raise ServerUnknownError(f"{name} does not say where its server is") from None
    match told:
        case {"m.homeserver": {"base_url": str(address)}} if address.startswith(("http://", "https://")):
            return address.rstrip("/")
        case _:
            raise ServerUnknownError(f"{name} does not say where its server is")
