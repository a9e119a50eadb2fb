"""Find the name that a user means among the names that the projector lists."""

from collections.abc import Callable, Iterable

from homeassistant.exceptions import ServiceValidationError

from .const import DOMAIN
from .pulse import fold_name, match


def find_name(
    name: str, names: Iterable[str], fold: Callable[[str], str] = fold_name
) -> str | None:
    """Return the one of `names` that matches `name`, or None.

    Raises ServiceValidationError if several match.
    """
    found = match(name, names, fold)
    if len(found) > 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="ambiguous_name",
            translation_placeholders={"name": name, "names": ", ".join(found)},
        )
    return found[0] if found else None
