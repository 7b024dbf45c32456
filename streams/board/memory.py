"""What was answered since anything changed, by what was asked; and what is asked most."""

import time
from collections import OrderedDict
from typing import Any, Final, NamedTuple

from streams.board.rendered import Body

KEPT: Final = 512
LATELY: Final = 60.0
"""Seconds for which what was asked is thought of."""


class Question(NamedTuple):
    """A page or a document, as somebody looks at it."""

    path: str
    query: bytes
    language: str
    theme: str


class Known(NamedTuple):
    """An answer: its ETag, its body, and the route that made it (which metrics name).

    `follows`: what a page's script will ask for when something changes.
    """

    tag: str
    media_type: str
    body: Body
    route: Any
    follows: Question | None = None


class Memory:
    """Answers that depend on nothing but the question and the version of what was seen (`Rankings.version`)."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, Question], Known] = OrderedDict()
        self._asked: OrderedDict[Question, tuple[float, float]] = OrderedDict()

    def find(self, version: int, question: Question) -> Known | None:
        """Return what is known, and note that it was asked."""
        known = self._known.get((version, question))
        if known is not None:
            self._note(question, known)
        return known

    def keep(self, version: int, question: Question, known: Known, *, asked: bool) -> None:
        """Keep an answer, and note that it was asked (or that nobody did)."""
        self._known[version, question] = known
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        if asked:
            self._note(question, known)

    def most_asked(self, most: int) -> list[Question]:
        """Return what was asked more than once lately, most often first; what is asked from now on counts double.

        What is asked less than a twentieth as often as the first is left out: many viewers would wait for few.
        """
        since = time.monotonic() - LATELY
        self._asked = OrderedDict(
            (question, (times / 2, last)) for question, (times, last) in self._asked.items() if last > since
        )
        least = max([1.0, *(times / 20 for times, _ in self._asked.values())])
        often = [(times, question) for question, (times, _) in self._asked.items() if times >= least]
        return [question for _, question in sorted(often, key=lambda one: -one[0])[:most]]

    def _note(self, question: Question, known: Known) -> None:
        for asked in (question, known.follows):
            if asked is not None:
                times, _ = self._asked.pop(asked, (0.0, 0.0))
                self._asked[asked] = times + 1, time.monotonic()
        while len(self._asked) > KEPT:
            self._asked.popitem(last=False)
