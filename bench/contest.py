"""The contest: every contender in turn, round by round, on the same broker, topics and machine."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from bench.contenders.common import Task
from bench.environment import contenders_python
from bench.figures import Section, number
from bench.filling import fill
from bench.installation import installation, make_topics, settings_of
from bench.load import events
from bench.processes import BROKER, CLICKHOUSE, server, use_of
from bench.stage import Stage
from bench.standings import CONTENDERS, ONCE, Contender, Own, Score, Standings
from bench.whole_path import run

PATIENCE: Final = 300.0
PATIENCE_PER_EVENT: Final = 1e-3
Topics = dict[float, Task]


def measure(stage: Stage) -> Iterator[Section]:
    """Run the rounds; give what is known after each."""
    standings = Standings(stage.plan.events, compiled=stage.compiled is not None)
    contenders = _contenders(stage, standings)
    begun = time.monotonic()
    for turn in range(stage.plan.rounds):
        if turn and (time.monotonic() - begun) * (turn + 1) / turn > stage.plan.contest_seconds:
            stage.say("contest: no time for a further round")
            break
        for name, contend in contenders.items():
            if name not in standings.failed and not (name in ONCE and turn):
                _try(stage, standings, name, partial(contend, turn))
        yield standings.section()


def _contenders(stage: Stage, standings: Standings) -> dict[str, Callable[[int], Score]]:
    """Return all of them; those whose packages cannot be installed have failed already."""
    topics, python = _fill(stage), None
    try:
        python = contenders_python(stage.folder / "bench-venv", stage.say)
    except (subprocess.SubprocessError, OSError) as problem:
        said = f"its packages cannot be installed here: {problem}"
        standings.failed |= {contender.name: said for contender in CONTENDERS if contender.theirs}
    contend = {each.name: partial(_theirs, stage, standings, each, topics, python) for each in CONTENDERS}
    return contend | {own.name: partial(_ours, stage, own) for own in standings.ours.values()}


def _try(stage: Stage, standings: Standings, name: str, contend: Callable[[], Score]) -> None:
    """Take a score; a contender that fails is out, with the last line of what it said."""
    try:
        score = contend()
    except (RuntimeError, subprocess.SubprocessError, OSError, ValueError) as problem:
        said = str(getattr(problem, "stderr", None) or problem).strip() or repr(problem)
        standings.failed[name] = said.splitlines()[-1][:200]
        stage.say(f"contest: {name} failed: {standings.failed[name]}")
    else:
        standings.add(name, score)
        stage.say(f"contest: {name}: {number(score.rate)} events/s")


def _fill(stage: Stage) -> Topics:
    """Return a filled topic for each share of the load."""
    plan, servers, topics = stage.plan, stage.servers, {}
    for share in sorted({1.0, *(contender.share for contender in CONTENDERS)}):
        count, name, begun = int(plan.events * share), _name(share), time.monotonic()
        with settings_of(servers, name, partitions=str(plan.partitions)) as settings:
            topic = make_topics(settings)
            fill(settings.kafka, topic, plan.partitions, events(count, until=stage.until))
        stage.say(f"contest: {count:,} events in {topic}, {time.monotonic() - begun:.0f} s")
        topics[share] = Task(servers.kafka_bootstrap, topic, plan.partitions, count, name)
    return topics


def _name(share: float) -> str:
    return f"bench_{int(share * 100)}"


def _theirs(
    stage: Stage,
    standings: Standings,
    contender: Contender,
    topics: Topics,
    python: Path | None,
    turn: int,
) -> Score:
    given = topics[contender.share]._replace(name=f"{contender.module}_{turn}")
    program = str(python) if contender.theirs else sys.executable
    servers = server(CLICKHOUSE), server(BROKER)
    before = [use_of(pid) for pid in servers]
    with settings_of(stage.servers, given.name):
        ran = subprocess.run(  # noqa: S603  (our own command line)
            [program, "-m", f"bench.contenders.{contender.module}", given.text()],
            capture_output=True,
            text=True,
            timeout=PATIENCE + PATIENCE_PER_EVENT * given.events,
            check=True,
        )
    found = json.loads(next(line for line in reversed(ran.stdout.splitlines()) if line.startswith("{")))
    clickhouse, broker = (
        use_of(pid).since(then).processor for pid, then in zip(servers, before, strict=True)
    )
    standings.note_counts(contender.share, found["counted"])
    used = clickhouse if not contender.theirs else found["processor"]
    each = 1e6 / given.events
    return Score(found["events"] / found["seconds"], used * each, broker * each)


def _ours(stage: Stage, own: Own, turn: int) -> Score:
    more = {"topic_prefix": _name(1.0), "partitions": str(stage.plan.partitions)}
    more |= dict.fromkeys(("archive", "alerts"), str(own.whole))
    name = f"ours_{own.workers}_{turn}_{own.whole}_{own.compiled}"
    with installation(stage.servers, name, **more) as place:
        found = run(place, own.workers, stage.compiled if own.compiled else None)
    return Score(found.scored, found.workers + found.clickhouse, found.broker, found.in_clickhouse)
