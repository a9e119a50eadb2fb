"""Find out what a person means by a name."""

from collections.abc import Callable, Iterable

from homeassistant.exceptions import ServiceValidationError

from .const import DOMAIN
from .pulse import folded, match


def pick(
    name: str, offered: Iterable[str], fold: Callable[[str], str] = folded
) -> str | None:
    """Return the name that is meant, as it is listed, None if there is none.

    Raises ServiceValidationError if there are several.
    """
    found = match(name, offered, fold)
    if len(found) > 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="ambiguous_name",
            translation_placeholders={"name": name, "names": ", ".join(found)},
        )
    return found[0] if found else None
