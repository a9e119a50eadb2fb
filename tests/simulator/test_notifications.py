"""What the projector warns of: emitted, counted, listed, dismissed, muted."""

import pytest

from simulator import Simulator

from .client import Client


async def test_notifications(projector: Simulator, client: Client) -> None:
    """Emitted, counted, listed, dismissed."""
    signals = [
        "notification.emitted",
        "notification.dismissed",
        "notification.error.emitted",
    ]
    await client.call("signal.subscribe", {"signal": signals})
    await client.subscribe("notification.count")
    first = projector.notify("ERROR", "1017", "Inlet blocked")
    assert await client.changed() == {"notification.count": 1}
    emitted = (await client.signalled())[0]["notification.emitted"]["notification"]
    assert emitted["severity"] == "ERROR"
    assert emitted["code"] == "1017"
    assert emitted["message"] == "Inlet blocked"
    assert await client.signalled() == [{"notification.error.emitted": {}}]
    assert await client.call("notification.list") == [emitted]
    assert await client.call("notification.error.list") == [emitted]
    assert await client.call("notification.warning.list") == []
    dismiss = {"id": first, "response": "OK"}
    assert await client.call("notification.dismiss", dismiss) is None
    assert await client.changed() == {"notification.count": 0}
    assert await client.signalled() == [
        {"notification.dismissed": {"id": first, "response": "OK"}}
    ]
    assert (await client.error("notification.dismiss", dismiss))[0] == -32000


@pytest.mark.parametrize("severity", ["INFO", "CAUTION", "WARNING", "ERROR"])
async def test_one_subscription(
    projector: Simulator, client: Client, severity: str
) -> None:
    """By its bare name, to a notification of any severity."""
    for signal in ("notification.emitted", "notification.dismissed"):
        assert await client.call("signal.subscribe", {"signal": signal}) is True
    first = projector.notify(severity, "7", "")
    [emitted] = await client.signalled()
    assert emitted["notification.emitted"]["notification"]["severity"] == severity
    projector.dismiss(first)
    arguments = {"id": first, "response": "NONE"}
    assert await client.signalled() == [{"notification.dismissed": arguments}]


async def test_a_notification_as_arguments(
    projector: Simulator, client: Client
) -> None:
    """The guides tell of a member, and list its parts beside it."""
    projector.personality.notification_arguments = "direct"
    await client.call("signal.subscribe", {"signal": "notification.emitted"})
    projector.notify("ERROR", "1017", "Inlet blocked")
    [emitted] = await client.signalled()
    arguments = emitted["notification.emitted"]
    assert arguments == (await client.call("notification.list"))[0]
    assert arguments["code"] == "1017"


async def test_history_of_notifications(projector: Simulator, client: Client) -> None:
    """Newest first, from a severity upwards, a page at a time."""
    for code, severity in enumerate(("INFO", "WARNING", "ERROR", "CAUTION")):
        projector.notify(severity, str(code), "")
    serious = {"minimumseverity": "WARNING", "start": 0, "count": 10}
    log = await client.call("notification.log", serious)
    assert [entry["code"] for entry in log] == ["2", "1"]
    log = await client.call("notification.log", {"start": 1, "count": 2})
    assert [entry["code"] for entry in log] == ["2", "1"]
    projector.dismiss("1")
    assert len(await client.call("notification.list")) == 3


async def test_muted_notifications(projector: Simulator, client: Client) -> None:
    """Kept in the history only."""
    assert await client.call("notification.suppress", {"code": "7"}) is None
    assert await client.call("notification.listsuppressed") == ["7"]
    projector.notify("INFO", "7", "")
    assert await client.call("notification.list") == []
    assert await client.call("notification.unsuppress", {"code": "7"}) is None
    projector.notify("INFO", "7", "")
    assert len(await client.call("notification.list")) == 1
    await client.call("notification.suppress", {"code": "8"})
    assert await client.call("notification.unsuppressall") is None
    assert await client.call("notification.listsuppressed") == []


async def test_no_such_severity(projector: Simulator) -> None:
    """A test cannot misspell it."""
    with pytest.raises(ValueError, match="severity"):
        projector.notify("FATAL", "1", "")
