"""Secrets of channels: read from the environment or a file when the process starts, never shown and never logged."""

import os
from pathlib import Path

from streams.errors import UserError
from streams.notify.routing_model import Secret


def reveal(secret: Secret, channel: str) -> str:
    """Return a secret; raises UserError that names its place, and never its value, if it is not there or empty."""
    if secret.env is not None:
        value = os.environ.get(secret.env, "").strip()
        if not value:
            raise UserError(f"channel {channel}: the environment variable {secret.env} is not set")
        return value
    path = Path(secret.file or "")
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise UserError(f"channel {channel}: cannot read {path} ({type(problem).__name__})") from None
    if not value:
        raise UserError(f"channel {channel}: {path} is empty")
    return value
