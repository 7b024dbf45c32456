"""The exceptions for what a person can put right: wrong settings, a missing server, a bad file."""

from typing import Final

STOPPED_FOR_GOOD: Final = 3
"""Exit code of a worker that must not be started again before a person has looked."""


SERVER_AWAY: Final = 4
"""Exit code of a worker that a server let down: started again, it goes on as soon as the server is there."""


class UserError(Exception):
    """A mistake or an obstacle the person at the keyboard can remove.

    The message is one line, says what is wrong and what to do, and carries no personal data and no secret.
    The command line prints it as `error: ...` and exits with `exit_code`, without a traceback.
    """

    exit_code = 2


class StoppedForGoodError(UserError):
    """A worker stopped itself, and a new start alone would meet the same: a supervisor starts nothing again."""

    exit_code = STOPPED_FOR_GOOD


class ServerAwayError(UserError):
    """A server that a worker cannot do without did not answer, or failed it: nothing else is wrong."""

    exit_code = SERVER_AWAY
