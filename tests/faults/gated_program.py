"""`nhip766 worker`, with a gate and a clock: it stops itself (SIGSTOP) at a point of a batch, once it is asked to.

It notes every batch it takes, and its clock can be stepped.

The moments between the steps of a batch are too short to be hit from outside; a process that stands still can be killed
by its test with certainty of where. What it does before, and when it is woken, is up to the real worker.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streams.agents.alert_desk import AlertDesk
from streams.agents.context import Context, wall_clock
from streams.agents.dossier_agent import DossierAgent
from streams.agents.engine.consumer import BatchConsumer
from streams.agents.engine.copies import Logged
from streams.agents.engine.producer import Outbox
from streams.cli.main import app
from streams.core.alert_book import Telling

TRIGGER, NOTES, CLOCK = (Path(given) for given in sys.argv[1:])

begin, take, send_states, settle = DossierAgent.__init__, DossierAgent.take, Outbox.send_states, Outbox.settle
tell, commit_offsets = AlertDesk.send, BatchConsumer._commit_offsets


@dataclass
class Batch:
    """The batch in work: its partition, the offset after its last record, whether it has sent states."""

    partition: int
    upto: int
    has_states: bool = False


in_work: ContextVar[Batch | None] = ContextVar("in_work", default=None)


def note(**said: Any) -> None:
    """Append a line; one write, so that it is whole whenever the process ends."""
    with NOTES.open("a", encoding="ascii") as notes:
        notes.write(json.dumps(said) + "\n")


def is_asked_for(point: str) -> bool:
    try:
        return TRIGGER.read_text("ascii") == point
    except FileNotFoundError:
        return False


def pass_gate(point: str, partition: int, upto: int) -> None:
    """Stand still here if the test has asked for it."""
    if is_asked_for(point):
        TRIGGER.unlink()
        note(at=point, partition=partition, upto=upto)
        os.kill(os.getpid(), signal.SIGSTOP)


def stepped_clock() -> int:
    """The machine's clock (ms), shifted by what a file says; a file is replaced as a whole."""
    try:
        return wall_clock() + int(CLOCK.read_text("ascii"))
    except FileNotFoundError:
        return wall_clock()


def begin_stepped(self: DossierAgent, context: Context, *others: Any) -> None:
    context.clock = stepped_clock
    begin(self, context, *others)


async def noted_take(self: DossierAgent, number: int, records: Sequence[Any]) -> None:
    batch = Batch(number, records[-1].offset + 1)
    note(taken=number, first=records[0].offset, count=len(records))
    token = in_work.set(batch)
    try:
        await take(self, number, records)
    finally:
        in_work.reset(token)


async def gated_send(self: Outbox, topic: str, partition: int, states: Mapping[str, bytes | None]) -> None:
    batch = in_work.get()
    if batch is not None and any(key[:2] in {"d:", "p:"} for key in states):
        batch.has_states = True
        pass_gate("merged", batch.partition, batch.upto)
    await send_states(self, topic, partition, states)


async def gated_settle(self: Outbox) -> list[Logged]:
    batch = in_work.get()
    if batch is None or not batch.has_states:
        return await settle(self)
    pass_gate("sent", batch.partition, batch.upto)
    acknowledged = await settle(self)
    pass_gate("logged", batch.partition, batch.upto)
    return acknowledged


async def gated_tell(self: AlertDesk, number: int, telling: Telling) -> None:
    pass_gate("telling", number, 0)
    await tell(self, number, telling)


async def gated_commit(
    self: BatchConsumer, offsets: Mapping[Any, int], start_new_transaction: bool = True
) -> bool:
    for tp, upto in offsets.items():
        if upto > (self._committed_offset.get(tp) or 0):
            pass_gate("done", tp.partition, upto)
    return await commit_offsets(self, offsets, start_new_transaction)


if __name__ == "__main__":
    DossierAgent.__init__ = begin_stepped  # type: ignore[method-assign]
    DossierAgent.take = noted_take  # type: ignore[method-assign]
    Outbox.send_states = gated_send  # type: ignore[method-assign]
    Outbox.settle = gated_settle  # type: ignore[method-assign]
    AlertDesk.send = gated_tell  # type: ignore[method-assign]
    BatchConsumer._commit_offsets = gated_commit  # type: ignore[method-assign]
    app(["worker"])
