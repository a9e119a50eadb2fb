"""Home Assistant's own interfaces, used as its frontend uses them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    ClientWebSocketResponse,
    WSMsgType,
)

from .settings import DemoError, Projector

ANSWER_SECONDS = 60
DOMAIN = "barco_pulse"

type Json = dict[str, Any]


class Client:
    """A logged-in user of a running Home Assistant."""

    def __init__(self, session: ClientSession, url: str, token: str) -> None:
        """Use a session that the caller closes, and a token from `login`."""
        self._session = session
        self._url = url
        self._token = token

    async def add_projector(self, projector: Projector) -> None:
        """Take a projector through the integration's config flow.

        Raises:
            DemoError: the flow ends neither with it added nor with it added before.
        """
        fields = {"host": "127.0.0.1", "port": projector.port}
        if projector.pin is not None:
            fields["pin"] = projector.pin
        flow = await self._post("/api/config/config_entries/flow", {"handler": DOMAIN})
        result = await self._post(
            f"/api/config/config_entries/flow/{flow['flow_id']}", fields
        )
        added = result["type"] == "create_entry"
        if not added and result.get("reason") not in (
            "already_configured",
            "address_updated",
        ):
            raise DemoError(
                f"The projector could not be added: {result.get('errors') or result}"
            )

    async def _post(self, path: str, body: Json) -> Json:
        """Send a request of the HTTP API."""
        headers = {"Authorization": f"Bearer {self._token}"}
        async with self._session.post(
            self._url + path, json=body, headers=headers
        ) as response:
            if not response.ok:
                text = await response.text()
                raise DemoError(f"{path} answers {response.status}: {text}")
            answer: Json = await response.json()
            return answer

    @asynccontextmanager
    async def websocket(self) -> AsyncIterator[WebSocket]:
        """Open a connection of the websocket API."""
        async with self._session.ws_connect(self._url + "/api/websocket") as socket:
            await socket.receive_json(timeout=ANSWER_SECONDS)
            await socket.send_json({"type": "auth", "access_token": self._token})
            await socket.receive_json(timeout=ANSWER_SECONDS)
            yield WebSocket(socket)


class WebSocket:
    """A connection of the websocket API, with one command at a time."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        """Take over an authenticated connection."""
        self._socket = socket
        self._last_id = 0

    async def call(self, command: str, **fields: Any) -> Any:
        """Send a command and return its result.

        Raises:
            DemoError: Home Assistant refuses it.
        """
        self._last_id += 1
        await self._socket.send_json({"id": self._last_id, "type": command, **fields})
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                answer = await self._socket.receive_json()
                if answer["id"] == self._last_id and answer["type"] == "result":
                    break
        if not answer["success"]:
            raise DemoError(f"{command}: {answer['error']['message']}")
        return answer["result"]

    async def event(self, seconds: float | None = None) -> bool:
        """Wait for an event that this connection subscribed to.

        Returns:
            Whether one came; False when the connection was closed instead.

        Raises:
            TimeoutError: neither happened in this time.
        """
        message = await self._socket.receive(timeout=seconds)
        return message.type is WSMsgType.TEXT


async def login(session: ClientSession, url: str) -> Client:
    """Log in as the browser does: anyone on this machine is the demo's user.

    Raises:
        DemoError: Home Assistant lets nobody in.
    """
    client_id = url + "/"
    flow = {
        "client_id": client_id,
        "redirect_uri": client_id,
        "handler": ["trusted_networks", None],
        "type": "authorize",
    }
    try:
        async with session.post(url + "/auth/login_flow", json=flow) as response:
            code = (await response.json())["result"]
        grant = {
            "client_id": client_id,
            "grant_type": "authorization_code",
            "code": code,
        }
        async with session.post(url + "/auth/token", data=grant) as response:
            token = (await response.json())["access_token"]
    except (ClientError, KeyError, TimeoutError) as error:
        raise DemoError(f"Home Assistant lets nobody in: {error!r}") from error
    return Client(session, url, token)


def new_session() -> ClientSession:
    """Return a session whose every request has a deadline."""
    return ClientSession(timeout=ClientTimeout(total=ANSWER_SECONDS))
