"""A homeserver that refuses an event, or whose answer to it is lost, where a test asks for that."""

from __future__ import annotations

from collections.abc import Callable

from adapters.matrix.http import PATIENCE, Json, Server


class Failing(Server):
    """A server of which the next event of a kind that is sent may fail."""

    def __init__(self, server: Server) -> None:
        super().__init__(server.address, server.token)
        self.server = server
        self.fault: Callable[[], Exception] | None = None
        self.accepted = False
        self.kind = ""
        self.after = 0

    def fail(self, kind: str, fault: Callable[[], Exception], *, accepted: bool, after: int = 0) -> None:
        """Let the next event of a kind that begins so raise this, or one ``after`` that.

        ``accepted``: it arrives all the same.
        """
        self.kind, self.fault, self.accepted, self.after = kind, fault, accepted, after

    async def __call__(
        self, method: str, path: str, body: Json | bytes | None = None, *, media: str = "", patience: float = PATIENCE
    ) -> Json:
        if self.fault is None or method != "PUT" or f"/send/{self.kind}" not in path:
            return await self.server(method, path, body, media=media, patience=patience)
        if self.after:
            self.after -= 1
            return await self.server(method, path, body, media=media, patience=patience)
        fault, self.fault = self.fault, None
        if self.accepted:
            await self.server(method, path, body, media=media, patience=patience)
        raise fault()
