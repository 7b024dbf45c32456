"""The overrides are written against one version of Faust; another one is refused until their tests ran on it."""

from importlib.metadata import version
from typing import Final

from streams.errors import UserError

FAUST: Final = "0.15.3"


def check_engine() -> None:
    """Raise UserError unless the installed faust-streaming is the one the overrides were tested on."""
    installed = version("faust-streaming")
    if installed != FAUST:
        raise UserError(
            f"faust-streaming {installed} is installed, but the engine's overrides were tested on {FAUST} only; "
            f"install faust-streaming=={FAUST}"
        )
