"""The stories of the demo: each is a package with `build()`, found by its name here."""

import importlib

from streams.errors import UserError
from streams.scenarios.base import Scenario

_PACKAGES = {
    "binh-duong-q1-2024": "streams.scenarios.binh_duong",
    "phu-tho-2026-08": "streams.scenarios.phu_tho",
}

NAMES: tuple[str, ...] = tuple(_PACKAGES)


def scenario(name: str) -> Scenario:
    """The scenario called `name`. Raises UserError if there is none."""
    if name not in _PACKAGES:
        raise UserError(f"unknown scenario {name}; known: {', '.join(NAMES)}")
    built: Scenario = importlib.import_module(_PACKAGES[name]).build()
    return built
