"""A client of Home Assistant's HTTP and WebSocket APIs."""

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

RESPONSE_TIMEOUT = 60
DOMAIN = "barco_pulse"

type Json = dict[str, Any]


class Client:
    """A client with the access token of a user."""

    def __init__(self, session: ClientSession, url: str, token: str) -> None:
        """Initialize with a session, which the caller closes, and a token from `login`."""
        self._session = session
        self._url = url
        self._token = token

    async def add_projector(self, projector: Projector) -> None:
        """Add a projector with the config flow of the integration.

        Raises:
            DemoError: The flow fails, and the projector was not added before.
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
        """Send a request to the HTTP API."""
        headers = {"Authorization": f"Bearer {self._token}"}
        async with self._session.post(
            self._url + path, json=body, headers=headers
        ) as response:
            if not response.ok:
                text = await response.text()
                raise DemoError(f"{path} returned status {response.status}: {text}")
            result: Json = await response.json()
            return result

    @asynccontextmanager
    async def websocket(self) -> AsyncIterator[WebSocket]:
        """Open a connection to the WebSocket API."""
        async with self._session.ws_connect(self._url + "/api/websocket") as socket:
            await socket.receive_json(timeout=RESPONSE_TIMEOUT)
            await socket.send_json({"type": "auth", "access_token": self._token})
            await socket.receive_json(timeout=RESPONSE_TIMEOUT)
            yield WebSocket(socket)


class WebSocket:
    """A connection to the WebSocket API, for one command at a time."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        """Initialize with an authenticated connection."""
        self._socket = socket
        self._last_id = 0

    async def call(self, command: str, **fields: Any) -> Any:
        """Send a command and return its result.

        Raises:
            DemoError: The command fails.
        """
        self._last_id += 1
        await self._socket.send_json({"id": self._last_id, "type": command, **fields})
        async with asyncio.timeout(RESPONSE_TIMEOUT):
            while True:
                response = await self._socket.receive_json()
                if response["id"] == self._last_id and response["type"] == "result":
                    break
        if not response["success"]:
            raise DemoError(f"{command}: {response['error']['message']}")
        return response["result"]

    async def event(self, seconds: float | None = None) -> bool:
        """Wait for an event of a subscription.

        Returns:
            True for an event, False if the connection was closed.

        Raises:
            TimeoutError: Neither happened within `seconds`.
        """
        message = await self._socket.receive(timeout=seconds)
        return message.type is WSMsgType.TEXT


async def login(session: ClientSession, url: str) -> Client:
    """Log in through the trusted network, which includes all of this machine.

    Raises:
        DemoError: The login fails.
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
        raise DemoError(f"Could not log in to Home Assistant: {error!r}") from error
    return Client(session, url, token)


def new_session() -> ClientSession:
    """Return a session with a timeout for each request."""
    return ClientSession(timeout=ClientTimeout(total=RESPONSE_TIMEOUT))
