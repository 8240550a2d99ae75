"""A visitor without a browser: speaks Streamlit's web socket, so that many of them fit on one machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

MOST_MESSAGE = 64 * 1024 * 1024


class Visitor:
    """One session of one page."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def draw(self, **parameters: str) -> float:
        """Ask for the page with these URL parameters; returns the seconds until its script has run to the end.

        This is what the browser sends for a changed address, and but for the state of the button the same as for a
        click on a filter. Raises `RuntimeError` if the script fails.
        """
        asked = BackMsg()
        asked.rerun_script.query_string = urlencode(parameters)
        started = perf_counter()
        await self._socket.send(asked.SerializeToString())
        while True:
            message = ForwardMsg()
            answer = await self._socket.recv()
            message.ParseFromString(answer if isinstance(answer, bytes) else answer.encode())
            if message.WhichOneof("type") == "script_finished":
                break
            if message.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(message.delta.new_element.exception.message)
        if message.script_finished != ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY:
            raise RuntimeError("the script did not end well")
        return perf_counter() - started


@asynccontextmanager
async def visiting(address: str) -> AsyncIterator[Visitor]:
    """Open a session of the app at `address`."""
    place = f"ws://{urlsplit(address).netloc}/_stcore/stream"
    async with connect(place, subprotocols=["streamlit"], max_size=MOST_MESSAGE, open_timeout=60) as socket:  # type: ignore[list-item]
        yield Visitor(socket)
