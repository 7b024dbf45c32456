"""What dead letters are worth today, and what becomes of them: put back among the events, left, or dropped."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Literal, NamedTuple

from streams.agents.reading import Refusal, read_record
from streams.core.reference import Reference
from streams.core.settlement import SETTLED
from streams.intake.dead_letter_log import BuriedRecord
from streams.intake.dead_letters import Outcome, outcome_letter
from streams.intake.producer import EventProducer
from streams.intake.topic_reading import RecordsByPlace

Policy = Literal["stop", "reinsert", "drop"]

NO_ORIGINAL: Final = "no_original"
"""The original was read from a file: send the file again, once it is mended."""
GONE: Final = "gone"
"""The topic no longer holds the original."""
CHANGED: Final = "changed"
"""Something else stands at the original's place: the topic was made anew."""
PIECE: Final = 500


class Verdict(NamedTuple):
    """Today's judgement: `original` is the record to put back, or `reason` says why there is none."""

    original: Any | None
    reason: str | None


class Judge:
    """Judges letters as a worker would judge their originals now."""

    def __init__(self, records: RecordsByPlace, reference: Reference) -> None:
        self._records = records
        self._reference = reference

    def judge(self, letter: BuriedRecord) -> Verdict:
        """Return the verdict on a letter; raises UserError if Kafka does not answer."""
        if letter.is_of_file:
            return Verdict(None, NO_ORIGINAL)
        place = letter.place
        record = self._records.fetch(place["topic"], int(place["partition"]), int(place["offset"]))
        if record is None:
            return Verdict(None, GONE)
        if sha256(record.value or b"").hexdigest() != letter.sha256:
            return Verdict(None, CHANGED)
        if letter.reason == SETTLED:
            return Verdict(None, SETTLED)
        read = read_record(record, self._reference)
        if isinstance(read, Refusal):
            return Verdict(None, read.reason)
        return Verdict(None, "clock_tick") if read.type == "clock.tick" else Verdict(record, None)


@dataclass
class ReplayReport:
    """What became of the letters; `refused` counts, by today's reason, those that are still not valid."""

    looked_at: int = 0
    reinserted: int = 0
    dropped: int = 0
    left: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    stopped_at: str | None = None


class LetterReplay:
    """One run over open letters.

    A valid original is sent to the event topic as it was, and then its letter is closed: a run that is cut short
    between the two sends the event again, which changes nothing. Without a producer nothing is sent (a dry run).
    """

    def __init__(
        self, judge: Judge, policy: Policy, producer: EventProducer | None, clock: Callable[[], int]
    ) -> None:
        self._judge = judge
        self._policy = policy
        self._producer = producer
        self._clock = clock
        self._closings: list[tuple[Outcome, BuriedRecord]] = []
        self.report = ReplayReport()

    def run(self, letters: Iterable[BuriedRecord]) -> ReplayReport:
        """Deal with letters in their order; raises UserError if Kafka does not answer."""
        for letter in letters:
            verdict = self._judge.judge(letter)
            self.report.looked_at += 1
            if verdict.original is not None:
                self._reinsert(letter, verdict.original)
            elif not self._refuse(letter, str(verdict.reason)):
                break
            if len(self._closings) >= PIECE:
                self._close()
        self._close()
        return self.report

    def _reinsert(self, letter: BuriedRecord, original: Any) -> None:
        self.report.reinserted += 1
        self._closings.append(("reinserted", letter))
        if self._producer is not None:
            self._producer.send_as_is(original.key, original.value)

    def _refuse(self, letter: BuriedRecord, reason: str) -> bool:
        """Deal with a letter that is still not valid; tell whether to go on. One of a file stops nothing."""
        self.report.refused[reason] += 1
        if self._policy == "drop":
            self.report.dropped += 1
            self._closings.append(("dropped", letter))
            return True
        self.report.left += 1
        if self._policy == "stop" and not letter.is_of_file:
            self.report.stopped_at = letter.position
            return False
        return True

    def _close(self) -> None:
        """Write what became of the letters, after what was sent for them is acknowledged."""
        closings, self._closings = self._closings, []
        if self._producer is None:
            return
        self._producer.flush()
        for outcome, letter in closings:
            closing = outcome_letter(
                outcome, letter.reason, letter.place, letter.sha256, letter.size, self._clock()
            )
            self._producer.send_dead_letter(closing)
        self._producer.flush()
