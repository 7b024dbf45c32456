"""What a worker says at its start, when something is missing."""

from tests.integration.pipeline import run


def test_a_worker_without_topics_ends_with_one_line_that_says_how_to_make_them(database):
    done = run("worker")
    assert done.returncode == 2, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert "there is no topic" in last
    assert "nhip766 topics create" in last
    assert "Traceback" not in done.stderr
