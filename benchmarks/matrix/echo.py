"""The peer, a bare bot of matrix-nio: ``python -m benchmarks.matrix.echo URL USER PASSWORD ROOM DIRECT [STORE]``.

What is said in ROOM it repeats in DIRECT. With a folder for its STORE of keys, it reads and writes encrypted rooms.
"""

from __future__ import annotations

import asyncio
import sys

from nio import AsyncClient, AsyncClientConfig, MatrixRoom, RoomMessageText

TIMEOUT_MS = 30_000


async def main(url: str, user: str, password: str, room: str, direct: str, store: str = "") -> None:
    """Work until ended."""
    client = AsyncClient(url, user, store_path=store, config=AsyncClientConfig(encryption_enabled=bool(store)))
    await client.login(password)
    if client.should_upload_keys:
        await client.keys_upload()
    for id_ in (room, direct):
        await client.join(id_)
    await client.sync(timeout=0, full_state=True)

    async def repeat(where: MatrixRoom, said: RoomMessageText) -> None:
        if where.room_id == room and said.sender != client.user_id:
            words = {"msgtype": "m.notice", "body": said.body}
            await client.room_send(direct, "m.room.message", words, ignore_unverified_devices=True)

    client.add_event_callback(repeat, RoomMessageText)
    await client.sync_forever(timeout=TIMEOUT_MS)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
