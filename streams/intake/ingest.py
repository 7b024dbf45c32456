"""One run of intake: files in, events and dead letters out, a report at the end."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from schemas.events import Event
from schemas.reference import ReferenceRecord
from streams.intake.context import Intake
from streams.intake.dead_letters import DeadLetter
from streams.intake.documents import read_documents
from streams.intake.reception import Refused, receive
from streams.intake.report import IngestReport


class Outlet(Protocol):
    """Where a run's records go: the producer, or the screen of a dry run."""

    def send_event(self, event: Event) -> None: ...  # noqa: D102 - as in `EventProducer`
    def send_reference(self, record: ReferenceRecord) -> None: ...  # noqa: D102
    def send_dead_letter(self, letter: DeadLetter) -> None: ...  # noqa: D102


def ingest(
    files: Iterable[Path], intake: Intake, outlet: Outlet, *, progress: Callable[[int], None] = lambda _: None
) -> IngestReport:
    """Send all that the files hold, in their order; `progress` is told the bytes of each document."""
    report = IngestReport(intake.hazards)
    for file in files:
        for document in read_documents(file):
            report.documents += 1
            for outcome in receive(document, intake):
                report.count(outcome)
                if isinstance(outcome, Refused):
                    outlet.send_dead_letter(outcome.letter)
                    continue
                if outcome.reference is not None:
                    outlet.send_reference(outcome.reference)
                for event in outcome.events:
                    outlet.send_event(event)
            progress(len(document.raw))
    return report
