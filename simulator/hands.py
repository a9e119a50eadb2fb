"""What a test or a person does to a projector, other than through its network."""

from collections.abc import Callable
from types import EllipsisType

from .device import Device
from .jsontypes import JsonObject, JsonValue
from .life import Life
from .model import Model
from .network import Network
from .power import BusyError
from .wake import normalized

_VERSIONS = ("system.firmwareversion", "firmware.firmwareversion")


class Hands:
    """The hands of a simulator: the keys, the plug, the signals, the services."""

    model: Model
    device: Device
    network: Network
    _life: Life

    @property
    def state(self) -> str:
        """Return the power state, "off" while there are no mains."""
        return self.device.power.state if self.network.has_mains else "off"

    def change(self, name: str, value: JsonValue) -> None:
        """Change a value as by hand or by another controller.

        Types and ranges are not checked, so that absurd values can be had too. The
        value of an environment block without properties is `<block>.value`.

        Raises:
            KeyError: there is no such value, or not now.
            RpcError, ValueError: the projector cannot be in this state, or has no
                such source.
        """
        if not self.device.store.holds(name):
            raise KeyError(name)
        self.device.apply(name, value)

    def power_on(self) -> None:
        """Press power on on the IR remote; ignored while the state changes."""
        if self.state == "eco":
            self.device.power.boot("on")
        else:
            self._press(self.device.power.power_on)

    def power_off(self) -> None:
        """Press power off on the IR remote; ignored while the state changes."""
        self._press(self.device.power.power_off)

    def signal(self, name: str, arguments: JsonObject) -> None:
        """Emit a signal."""
        self.device.signal(name, arguments)

    def notify(self, severity: str, code: str, message: str) -> str:
        """Let the projector warn of something; return the notification's id."""
        return self.device.notify(severity, code, message)

    def dismiss(self, notification_id: str) -> None:
        """Take a notification off the list; KeyError if there is none."""
        self.device.dismiss(notification_id)

    def rename_source(self, name: str) -> None:
        """Rename the selected source in the menu; ValueError if that cannot be."""
        self.device.inputs.rename(name)

    def drop(self, *, reset: bool = False) -> None:
        """Close every open connection, with RST if asked."""
        self.network.drop(reset=reset)

    def cut_mains(self) -> None:
        """Pull the plug: nothing answers any more, and nobody says goodbye."""
        self._life.stop()
        self.device.stop()
        self.network.vanish()

    def restore_mains(self) -> None:
        """Put the plug back: the projector boots and knows no old connection."""
        if self.network.has_mains:
            return
        self.network.return_from_nothing()
        self.device.boot()
        self._life.start()

    def update_firmware(
        self, version: str, *, pin: str | EllipsisType | None = ...
    ) -> None:
        """Install another firmware, as owners live it: the projector reboots.

        Every connection is reset, and the projector boots as after mains.

        Args:
            version: what the projector tells as its version from then on.
            pin: the PIN from then on, None for none; without it the PIN stays.

        Raises:
            ValueError: the projector has no mains.
        """
        if not self.network.has_mains:
            raise ValueError("no firmware update without mains")
        self.cut_mains()
        for name in _VERSIONS:
            self.device.put(name, version)
        if not isinstance(pin, EllipsisType):
            self.device.pin = pin
        self.restore_mains()

    def wake(self, mac: str) -> bool:
        """Receive a magic packet; tell whether it woke the projector."""
        mine = normalized(self.model.mac)
        if self.state != "eco" or not mine or normalized(mac) != mine:
            return False
        self.device.power.boot("ready")
        return True

    def _press(self, key: Callable[[], None]) -> None:
        if not self.network.has_mains:
            return
        try:
            key()
        except BusyError as error:
            self.network.note(str(error))
