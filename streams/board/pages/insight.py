"""What pages 3 and 4 share: the unit meant, and questions whose mistakes are answered as such."""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from fastapi import Request

from streams.board.board import Board, board_of
from streams.board.documents.base import Stamp
from streams.board.documents.unit import find_unit_where
from streams.board.errors import MalformedError, NotThereError, TooMuchAskedError
from streams.board.where import Asked, Where
from streams.errors import UserError
from streams.insight.archive import TooMuchError
from streams.read.reader import Reader

T = TypeVar("T")

PATIENCE: Final = 90.0
"""Seconds that a question about many dossiers may take."""


class UnitWhere(NamedTuple):
    """A unit in a period, the mark of all figures that its answers depend on."""

    board: Board
    where: Where
    unit: str
    mark: str


async def unit_where(request: Request, code: str, said: Asked) -> UnitWhere:
    """Return the unit meant at its own level; raises NotThereError with what there is instead."""
    board = board_of(request)
    where, _, _ = await find_unit_where(board, code, said)
    return UnitWhere(board, where, code, f"{where.mark}|{board.watch.seen.reached}")


async def ask(at: UnitWhere, key: tuple[object, ...], question: Callable[[Reader], T]) -> tuple[T, Stamp]:
    """Return an answer with its stamp; a question that makes no sense raises MalformedError with its first word."""
    asked = (*key, at.where.choice, at.unit, at.where.said_as_of)

    def guarded(reader: Reader) -> T | _Mistake:
        try:
            return question(reader)
        except UserError as problem:
            if str(problem).startswith("ClickHouse"):
                raise
            return _Mistake(str(problem), isinstance(problem, TooMuchError))

    answer = await at.board.answers.get(asked, at.mark, guarded, PATIENCE)
    if isinstance(answer.value, _Mistake):
        if answer.value.too_much:
            raise TooMuchAskedError("from", answer.value.said, ())
        if at.where.as_of is not None:
            raise NotThereError("moment", at.where.said_as_of or "")
        field, _, said = answer.value.said.partition(": ")
        raise MalformedError(field if said else "question", said or field)
    reached = at.board.watch.seen.reached
    return answer.value, Stamp(
        formula=at.where.choice.formula,
        as_of=at.where.as_of or reached or answer.read_at,
        reached=reached,
        read_at=answer.read_at,
        stale=answer.stale,
    )


class _Mistake(NamedTuple):
    """A mistake of the person who asks, kept as an answer is."""

    said: str
    too_much: bool
