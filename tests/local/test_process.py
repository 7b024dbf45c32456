"""A guarded process: started again when it falls, ended with its children, explained when it will not start."""

import os
import sys

import pytest

from streams.errors import UserError
from streams.local.guardian import may_start_again
from streams.local.process import GuardedProcess, accepts, free_ports

LISTEN = """
import os, socket, sys, time
if os.fork():
    os.wait()
held = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(600)
"""


def _guarded(tmp_path, *command, **options):
    return GuardedProcess("the server", command, dict(os.environ), tmp_path / "log", **options)


@pytest.mark.parametrize("kill", [False, True])
def test_a_stop_ends_the_server_with_the_children_it_started(tmp_path, kill):
    (port,) = free_ports(1)
    server = _guarded(tmp_path, sys.executable, "-c", LISTEN, str(port))
    server.start()
    server.await_ready(lambda: accepts(port), 30)
    server.stop(kill=kill)
    assert not accepts(port)
    assert not server.running


def test_a_stop_of_what_does_not_run_is_nothing(tmp_path):
    _guarded(tmp_path, "true").stop()


def test_a_server_that_falls_is_started_again_and_given_up_in_the_end(tmp_path):
    tries = tmp_path / "tries"
    server = _guarded(tmp_path, "sh", "-c", f"echo x >> {tries}; echo no luck; exit 3", restarts=2)
    server.start()
    with pytest.raises(UserError, match=r"^the server ended while starting: "):
        server.await_ready(lambda: False, 30)
    assert tries.read_text() == "x\n" * 3
    server.stop()


def test_a_server_that_cannot_start_is_quoted(tmp_path):
    server = _guarded(tmp_path, "sh", "-c", "echo first; echo the port is taken >&2; exit 1")
    server.start()
    with pytest.raises(UserError, match=r"ended while starting: the port is taken \(log: "):
        server.await_ready(lambda: False, 30)
    server.stop()


def test_a_server_that_stays_silent_is_not_waited_for_for_ever(tmp_path):
    server = _guarded(tmp_path, "sleep", "600")
    server.start()
    with pytest.raises(UserError, match="did not answer within 0 s: it said nothing"):
        server.await_ready(lambda: False, 0.2)
    server.stop()


def test_free_ports_are_free_and_differ():
    ports = free_ports(5)
    assert len(set(ports)) == 5
    assert not any(accepts(port) for port in ports)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("[info     ] worker started\nerror: no such topic\n", "no such topic"),
        (
            "[error    ] worker fails problem=KeyError\n[info     ] worker stopped\n",
            "[error    ] worker fails problem=KeyError",
        ),
        ("Traceback (most recent call last):\nImportError: no such name\n", "ImportError: no such name"),
        ("[info     ] worker stopped\n", "[info     ] worker stopped"),
        ("", "it said nothing"),
    ],
)
def test_of_a_log_that_goes_on_after_an_error_the_error_is_quoted(tmp_path, lines, words):
    server = _guarded(tmp_path, "true")
    server.log.write_text(lines)
    assert server.last_words() == words


@pytest.mark.parametrize(
    ("starts", "restarts", "again"),
    [([0], 0, False), ([0], 1, True), ([0, 990], 1, False), ([0, 990], 2, True), ([0, 930], 1, True)],
)
def test_a_server_is_started_again_so_often_in_a_minute_and_without_leave_never(starts, restarts, again):
    assert may_start_again(starts, restarts, 1000.0) is again
