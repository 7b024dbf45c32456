"""What a running board consists of, and how a request gets at it."""

from fastapi import Request

from streams.board.answers import Answers
from streams.board.database import AwayError, Database
from streams.board.memory import Memory
from streams.board.rankings import Rankings
from streams.board.rendered import Rendered
from streams.board.watch import Watch
from streams.board.where import Asked, Where, find_where
from streams.settings import Settings


class Board:
    """All parts of one process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings)
        self._watching = Database(settings, threads=1)
        self.watch = Watch(self._watching)
        self.answers = Answers(self.database, self.watch)
        self.rendered = Rendered()
        self.memory = Memory()

    def close(self) -> None:
        """Let go of ClickHouse."""
        self.watch.close()
        self.database.close()
        self._watching.close()

    def seen(self) -> Rankings:
        """Return which rankings there are; raises AwayError if ClickHouse was never seen and is away."""
        if self.watch.away_since is not None and not self.watch.seen.found:
            raise AwayError(self.watch.reason)
        return self.watch.seen

    def where(self, said: Asked) -> Where:
        """Return the ranking that a request means; raises MalformedError, NotThereError or AwayError."""
        return find_where(self.seen(), self.settings.formula, said)


def board_of(request: Request) -> Board:
    """Return the board that answers a request."""
    board: Board = request.app.state.board
    return board
