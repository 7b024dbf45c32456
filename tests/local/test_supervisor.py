"""A supervisor of real processes: it keeps them, gives up in words, and leaves none behind."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from streams.errors import SERVER_AWAY, STOPPED_FOR_GOOD, StoppedForGoodError, UserError
from streams.local.falls import FAILURES
from streams.local.probing import SILENT_PROBES, Prober
from streams.local.process import free_ports
from streams.local.supervisor import Child, Supervisor

PATIENCE = 30.0

STAY = """
import os, pathlib, signal, sys, threading
folder = pathlib.Path(sys.argv[1])
done = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: done.set())
(folder / f"pid-{os.environ['NUMBER']}").write_text(str(os.getpid()))
print("here I am", flush=True)
done.wait()
(folder / f"stopped-{os.environ['NUMBER']}").touch()
"""

SUPERVISE = f"""
import os, sys
from streams.local.supervisor import Child, Supervisor
stay = {STAY!r}
children = [
    Child(number, [sys.executable, "-c", stay, sys.argv[1]], {{**os.environ, "NUMBER": str(number)}})
    for number in (1, 2)
]
Supervisor(children, lambda number, line: print(f"[{{number}}] {{line}}", flush=True), first_pause=0.1).run()
"""


SERVE = """
import os, pathlib, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
folder = pathlib.Path(sys.argv[1])

class Page(BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self):
        Page.asked += 1
        if Page.asked == 2:  # so the answer to the first was heard
            (folder / f"asked-{os.getpid()}").touch()
        self.send_response(503 if (folder / f"ill-{os.getpid()}").exists() else 200)
        self.end_headers()

    def log_message(self, *arguments):
        pass

server = HTTPServer(("127.0.0.1", int(sys.argv[2])), Page)
print(os.getpid(), flush=True)
server.serve_forever()
"""


def _child(number, *command, **environment):
    return Child(number, command, {**os.environ, **environment})


def _until(question, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return answer


def _pid(folder: Path, number: int) -> int:
    file = folder / f"pid-{number}"
    return int(_until(lambda: file.exists() and file.read_text()))


def _is_gone(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def _supervisor(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_every_child_stop_in_good_order(tmp_path, number):
    supervisor = _supervisor(tmp_path)
    children = [_pid(tmp_path, one) for one in (1, 2)]
    supervisor.send_signal(number)
    said, _ = supervisor.communicate(timeout=PATIENCE)
    assert supervisor.returncode == 0
    assert sorted(path.name for path in tmp_path.glob("stopped-*")) == ["stopped-1", "stopped-2"]
    assert "[1] here I am\n" in said
    assert "[2] here I am\n" in said
    assert all(_is_gone(pid) for pid in children)


def test_no_child_outlives_a_supervisor_that_was_killed(tmp_path):
    supervisor = _supervisor(tmp_path)
    children = [_pid(tmp_path, one) for one in (1, 2)]
    supervisor.kill()
    supervisor.communicate(timeout=PATIENCE)
    _until(lambda: all(_is_gone(pid) for pid in children))


def test_a_child_that_is_killed_is_started_again_and_the_others_go_on(tmp_path):
    supervisor = _supervisor(tmp_path)
    killed, other = _pid(tmp_path, 1), _pid(tmp_path, 2)
    os.kill(killed, signal.SIGKILL)
    again = _until(lambda: (pid := _pid(tmp_path, 1)) != killed and pid)
    assert not _is_gone(again)
    assert not _is_gone(other)
    supervisor.terminate()
    supervisor.communicate(timeout=PATIENCE)
    assert supervisor.returncode == 0


def test_a_child_that_falls_again_and_again_stops_the_whole_with_one_clear_line(tmp_path):
    tries = tmp_path / "tries"
    falls = _child(1, "sh", "-c", f"echo x >> {tries}; echo the port is taken; exit 1")
    stays = _child(2, sys.executable, "-c", STAY, str(tmp_path), NUMBER="2")
    supervisor = Supervisor([falls, stays], lambda *_: None, first_pause=0.05)
    with pytest.raises(
        UserError, match=r"^worker 1 ended 5 times in a row \(exit code 1\): the port is taken$"
    ):
        supervisor.run()
    assert tries.read_text() == "x\n" * FAILURES
    assert _is_gone(_pid(tmp_path, 2))


def test_a_child_that_stopped_for_good_is_not_started_again_and_its_line_is_repeated(tmp_path):
    tries = tmp_path / "tries"
    child = _child(1, "sh", "-c", f"echo x >> {tries}; echo 'error: look first' >&2; exit {STOPPED_FOR_GOOD}")
    with pytest.raises(StoppedForGoodError, match=r"^look first$"):
        Supervisor([child], lambda *_: None, first_pause=0.05).run()
    assert tries.read_text() == "x\n"


STOP_AFTER = f"""
import os, pathlib, signal, sys
tries = pathlib.Path(sys.argv[1])
tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
if len(tries.read_text()) > {2 * FAILURES}:
    print("enough", flush=True)
    signal.pause()
"""


def _stop_when_enough(number, line):
    if line == "enough":
        os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize(
    "ending", [f"sys.exit({SERVER_AWAY})", "os.kill(os.getpid(), signal.SIGKILL)", "os._exit(0)"]
)
def test_a_child_that_a_server_let_down_or_somebody_ends_is_started_again_however_often(tmp_path, ending):
    tries = tmp_path / "tries"
    child = _child(1, sys.executable, "-c", f"{STOP_AFTER}{ending}", str(tries))
    with contextlib.suppress(UserError):  # it does not know how to stop in good order
        Supervisor([child], _stop_when_enough, first_pause=0.0001).run()
    assert len(tries.read_text()) == 2 * FAILURES + 1


def test_a_child_that_falls_for_whatever_reason_while_a_server_is_away_is_started_again(tmp_path):
    tries = tmp_path / "tries"
    child = _child(1, sys.executable, "-c", f"{STOP_AFTER}sys.exit(1)", str(tries))
    with contextlib.suppress(UserError):
        Supervisor([child], _stop_when_enough, first_pause=0.0001, away=lambda: "Kafka").run()
    assert len(tries.read_text()) == 2 * FAILURES + 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent is gone")
def test_a_child_whose_guardian_is_killed_goes_with_it_and_is_started_again(tmp_path):
    supervisor = _supervisor(tmp_path)
    first, other = _pid(tmp_path, 1), _pid(tmp_path, 2)
    os.kill(_parent(first), signal.SIGKILL)
    again = _until(lambda: (pid := _pid(tmp_path, 1)) != first and pid)
    assert _is_gone(first)
    assert not _is_gone(again)
    assert not _is_gone(other)
    supervisor.terminate()
    supervisor.communicate(timeout=PATIENCE)
    assert supervisor.returncode == 0


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_pauses_grow_before_each_new_start():
    falls = _child(1, "sh", "-c", "exit 1")
    began = time.monotonic()
    with pytest.raises(UserError, match="it said nothing"):
        Supervisor([falls], lambda *_: None, first_pause=0.1).run()
    assert time.monotonic() - began >= 0.1 + 0.2 + 0.4 + 0.8


def test_a_child_that_does_not_stop_in_good_order_is_ended_and_named(tmp_path):
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    stubborn = f"{deaf}; print('up', flush=True); time.sleep(600)"
    heard = []

    def stop_when_up(number, line):
        heard.append(line)
        os.kill(os.getpid(), signal.SIGTERM)

    supervisor = Supervisor([_child(7, sys.executable, "-c", stubborn)], stop_when_up, grace=0.2)
    with pytest.raises(UserError, match="worker 7 did not stop in good order"):
        supervisor.run()
    assert heard == ["up"]


@pytest.mark.parametrize("hang", ["stopped", "unwell"])
def test_a_child_that_hangs_after_it_was_well_is_killed_and_started_again(tmp_path, hang):
    (port,) = free_ports(1)
    child = _child(1, sys.executable, "-c", SERVE, str(tmp_path), str(port))
    child.health = f"http://127.0.0.1:{port}/healthz"
    pids: list[int] = []

    def hear(number, line):
        pids.append(int(line))
        if len(pids) == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    def make_it_hang():
        _until(lambda: pids and (tmp_path / f"asked-{pids[0]}").exists(), 120)
        if hang == "stopped":
            os.kill(pids[0], signal.SIGSTOP)
        else:
            (tmp_path / f"ill-{pids[0]}").touch()

    hanging = threading.Thread(target=make_it_hang)
    hanging.start()
    with contextlib.suppress(UserError):  # it does not know how to stop in good order
        Supervisor([child], hear, first_pause=0.05, probe_pause=0.2).run()
    hanging.join()
    assert len(pids) == 2
    assert all(_is_gone(pid) for pid in pids)


def test_a_child_that_never_answered_is_left_alone(tmp_path):
    (port,) = free_ports(1)
    asked = []
    prober = Prober(
        lambda: asked.append(port) or {"it": f"http://127.0.0.1:{port}/healthz"}, pytest.fail, pause=0.01
    )
    prober.start()
    _until(lambda: len(asked) > 2 * SILENT_PROBES)
    prober.stop()
