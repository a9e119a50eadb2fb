"""Test adding a projector by its address."""

from .camera import take
from .device_page import DevicePage
from .frontend import Frontend
from .projector import Projector

PIN = "2468"


def test_errors_in_the_form(frontend: Frontend, second_projector: Projector) -> None:
    """Show errors, and keep the form open."""
    flow = frontend.add_integration()
    flow.titled("Add a Barco Pulse projector")
    flow.says("Host name or IP address, as the projector's menu shows it.")
    flow.fill(host="192.168.1.40")
    take(frontend, "add")

    flow.fill(host="the hall")
    flow.submit()
    flow.says("This is neither a host name nor an IP address.")
    flow.fill(host="127.0.0.1", port=1)
    flow.submit()
    flow.says("Cannot connect. Check address and port")
    flow.fill(port=frontend.port)
    flow.submit()
    flow.says("The device at this address is not a Barco Pulse projector")
    flow.fill(port=second_projector.port, pin="secret")
    flow.submit()
    flow.says("A PIN consists of digits only.")


def test_pin(frontend: Frontend, second_projector: Projector) -> None:
    """Refuse a wrong PIN, and add and name the projector with the right one."""
    second_projector.install_pin(PIN)
    flow = frontend.add_integration()
    flow.fill(host="127.0.0.1", port=second_projector.port, pin="1")
    flow.submit()
    flow.says("The projector refused this PIN.")
    flow.fill(pin=PIN)
    flow.submit()

    flow.titled("Name and assign")
    flow.says("Hodr CS")
    flow.fill(**{"device name": "Lecture hall"})
    flow.submit("Finish")
    flow.gone()
    DevicePage(frontend, "Lecture hall")


def test_already_configured(frontend: Frontend, cinema_projector: Projector) -> None:
    """Refuse a projector that is already added."""
    flow = frontend.add_integration()
    flow.fill(host="localhost", port=cinema_projector.port, pin=cinema_projector.pin)
    flow.submit()
    flow.says("This projector was already set up. Its address was updated.")
    flow.close()
