"""The routing file as a strict schema: channels, who is told what by which of them, and the morning digest."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.alerts import AlertKind, Severity

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""Name of a channel: it stands in logs, metrics and the state, never an address or a person's name."""

UnitPattern = Annotated[str, Field(pattern=r"^[0-9A-Za-z._/-]{0,64}\*?$", min_length=1)]
"""A unit's code; with a star at its end every code that begins so."""

Seconds = Annotated[float, Field(gt=0, le=3600)]

Rings = Literal["working_hours", "at_once"]

NO_DIGEST: Final = "alertmanager"
"""The type of channel that has no place for a digest."""


class Part(BaseModel):
    """Base of every part of the file: unknown keys refused, no coercion, immutable."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Secret(Part):
    """Where a secret stands: an environment variable or a file. It is never written into the routing file."""

    env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    file: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Secret":
        if (self.env is None) == (self.file is None):
            raise ValueError("give env (name of a variable) or file (path), one of them")
        return self


class Patience(Part):
    """What every channel has: whether it waits for working hours, and how long it is given."""

    rings: Rings = "at_once"
    timeout_seconds: Seconds = 10.0
    longest_pause_seconds: Seconds = 300.0


class AppriseChannel(Patience):
    """People, through one of Apprise's services: mail, Telegram, Zalo, Teams, ... `url` holds one Apprise URL.

    What comes within `group_seconds` is one message, of at most `lines` alerts written out; at most `messages_per_hour`
    are sent, what comes beyond is gathered for the next one.
    """

    type: Literal["apprise"]
    url: Secret
    rings: Rings = "working_hours"
    timeout_seconds: Seconds = 30.0
    group_seconds: Annotated[float, Field(ge=0, le=3600)] = 60.0
    messages_per_hour: Annotated[int, Field(ge=1, le=3600)] = 20
    lines: Annotated[int, Field(ge=1, le=200)] = 20


class WebhookChannel(Patience):
    """A program: one signed POST per change of an alert, in their order."""

    type: Literal["webhook"]
    url: str
    secret: Secret

    @field_validator("url")
    @classmethod
    def _plain(cls, url: str) -> str:
        return plain_address(url)


class AlertmanagerChannel(Patience):
    """An Alertmanager (API v2): open alerts are firing there, and are told again every `resend_seconds`."""

    type: Literal["alertmanager"]
    url: str
    resend_seconds: Seconds = 300.0

    @field_validator("url")
    @classmethod
    def _plain(cls, url: str) -> str:
        return plain_address(url)


Channel = Annotated[AppriseChannel | WebhookChannel | AlertmanagerChannel, Field(discriminator="type")]


class Route(Part):
    """Alerts of these units, kinds, severities and steps of the ladder go to these channels; left out is any."""

    units: Annotated[list[UnitPattern], Field(min_length=1)] | None = None
    kinds: Annotated[list[AlertKind], Field(min_length=1)] | None = None
    severities: Annotated[list[Severity], Field(min_length=1)] | None = None
    levels: Annotated[list[Annotated[int, Field(ge=0, le=9)]], Field(min_length=1)] | None = None
    channels: Annotated[list[Name], Field(min_length=1)]


class DigestRoute(Part):
    """The digest of each of these units goes to these channels."""

    units: Annotated[list[UnitPattern], Field(min_length=1)]
    channels: Annotated[list[Name], Field(min_length=1)]


class Digest(Part):
    """One message per unit each working morning, local time."""

    at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "07:30"
    routes: Annotated[list[DigestRoute], Field(min_length=1)]

    @property
    def minute(self) -> int:
        """Minute of the local day at which digests are made."""
        hours, minutes = self.at.split(":")
        return int(hours) * 60 + int(minutes)


class Routing(Part):
    """The whole file."""

    version: Literal[1]
    channels: Annotated[dict[Name, Channel], Field(min_length=1)]
    routes: Annotated[list[Route], Field(min_length=1)]
    digest: Digest | None = None


def plain_address(url: str) -> str:
    """Return an http address; raises ValueError for one with a user or a password, or of another kind."""
    scheme, _, rest = url.partition("://")
    host = rest.split("/", 1)[0]
    if scheme not in {"http", "https"} or not host or any(letter.isspace() for letter in url):
        raise ValueError("give an address like https://host/path")
    if "@" in host:
        raise ValueError("no user and no password in an address: secrets come from the environment or a file")
    return url
