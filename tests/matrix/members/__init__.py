"""Members of encrypted Matrix rooms, played by a client library that is not the bot's: matrix-js-sdk, on Node.

One process of Node plays them all, each a client of its own, with its crypto store in memory.
"""

from __future__ import annotations

from tests.matrix.members.install import NodeMissingError
from tests.matrix.members.member import Device, Member
from tests.matrix.members.messages import Message
from tests.matrix.members.process import Members, MembersError, playing

__all__ = ["Device", "Member", "Members", "MembersError", "Message", "NodeMissingError", "playing"]
