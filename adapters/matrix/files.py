"""Files that go with a message: uploaded, sealed where the room is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adapters.matrix.render import in_thread
from adapters.matrix.rooms import Room
from bot.core.text import File

if TYPE_CHECKING:
    from adapters.matrix.platform import MatrixPlatform


async def attached(
    platform: MatrixPlatform, room: Room, files: Sequence[File], key: str, thread: str | None = None
) -> None:
    """Send files into a room; under the same key, each is there once."""
    for number, file in enumerate(files):
        data = file.content.encode()
        said: dict[str, Any] = {
            "msgtype": "m.file",
            "body": file.name,
            "filename": file.name,
            "info": {"mimetype": file.media, "size": len(data)},
            "m.mentions": {},
        }
        if room.encrypted:
            from nio.crypto.attachments import encrypt_attachment  # noqa: PLC0415

            sealed, keys = encrypt_attachment(data)
            address = await platform.api.upload(sealed, "application/octet-stream", "file")
            said["file"] = {**keys, "url": address, "mimetype": file.media}
        else:
            said["url"] = await platform.api.upload(data, file.media, file.name)
        await platform.put(room, in_thread(said, thread) if thread else said, f"{key}/file/{number}")
