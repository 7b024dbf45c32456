"""The one exception for what a person can put right: wrong settings, a missing server, a bad file."""


class UserError(Exception):
    """A mistake or an obstacle the person at the keyboard can remove.

    The message is one line, says what is wrong and what to do, and carries no personal data and no secret.
    The command line prints it as `error: ...` and exits with 2, without a traceback.
    """
