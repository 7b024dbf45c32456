"""People, through one of Apprise's services; what the service is, its URL says, which holds the secret too."""

import logging
from collections.abc import Sequence
from typing import Final

from apprise import Apprise, AppriseAsset
from apprise.common import NotifyFormat, NotifyType, OverflowMode
from apprise.plugins.email import NotifyEmail

from streams.errors import UserError
from streams.notify.message import alerts_message
from streams.notify.notice import ChannelDownError, Letter, Notice

_TALKATIVE: Final = ("apprise", "urllib3", "requests")
"""Their lines may hold the URL of a service, and with it the secret: they are never let through."""

_TYPES: Final = {
    "info": NotifyType.INFO,
    "warning": NotifyType.WARNING,
    "serious": NotifyType.WARNING,
    "critical": NotifyType.FAILURE,
}


class ByApprise:
    """The port over one Apprise service.

    Args:
        name: of the channel, for errors.
        url: Apprise's address of the service.
        seconds: limit of one message.
        lines: most alerts that a message writes out.

    Raises UserError, without the URL, if Apprise knows no such service.
    """

    def __init__(self, name: str, url: str, seconds: float, lines: int) -> None:
        for logger in _TALKATIVE:
            logging.getLogger(logger).disabled = True
        asset = AppriseAsset(app_id="Nhip766", app_desc="Nhịp 766", service_timeout=seconds)
        service = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        if service is None:
            raise UserError(f"channel {name}: its url is none that Apprise knows (see docs/notify.md)")
        service.socket_connect_timeout = service.socket_read_timeout = seconds
        if service.overflow_mode == OverflowMode.UPSTREAM:
            service.overflow_mode = OverflowMode.SPLIT  # else a service refuses what is too long, for ever
        self._shows_pages = isinstance(service, NotifyEmail)
        self._apprise = Apprise(asset=asset)
        self._apprise.add(service)
        self._lines = lines

    def tell(self, notices: Sequence[Notice]) -> None:
        """Send all notices as one message."""
        message = alerts_message(notices, self._lines)
        self._send(message.title, message.text, NotifyFormat.TEXT, _TYPES[message.severity])

    def send_letter(self, letter: Letter) -> None:
        """Send a letter: its page by mail, else its text."""
        if self._shows_pages:
            self._send(letter.title, letter.html, NotifyFormat.HTML, NotifyType.INFO)
        else:
            self._send(letter.title, letter.text, NotifyFormat.TEXT, NotifyType.INFO)

    def close(self) -> None:
        """Nothing is held open."""

    def _send(self, title: str, body: str, body_format: NotifyFormat, kind: NotifyType) -> None:
        result = self._apprise.notify(body=body, title=title, body_format=body_format, notify_type=kind)
        if not result:
            raise ChannelDownError(f"the service says {result.status.name.lower()}")
