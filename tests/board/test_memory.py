"""What a board answers from memory, and what it makes ready before viewers hear of a change."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from streams.board.board import Board
from streams.board.front import Front
from streams.board.memory import Known, Memory, Question
from streams.board.rankings import Rankings
from streams.board.rendered import Body, takes_gzip
from tests.board.test_guard import lonely

PAGE = Question("/", b"level=commune", "vi", "auto")


def known(tag: str) -> Known:
    return Known(tag, "text/html", Body.of(tag.encode()), None)


def test_what_was_answered_of_another_version_is_not_found():
    memory = Memory()
    memory.keep(1, PAGE, known("one"), asked=True)
    assert memory.find(1, PAGE) == known("one")
    assert memory.find(2, PAGE) is None
    assert memory.find(1, PAGE._replace(theme="dark")) is None


def test_what_is_asked_most_is_made_ready_first_and_what_was_asked_once_is_not():
    memory = Memory()
    pages = [PAGE._replace(path=f"/{n}") for n in range(4)]
    for number, page in enumerate(pages):
        memory.keep(1, page, known("one"), asked=True)
        for _ in range(number):
            memory.find(1, page)
    assert memory.most_asked(2) == [pages[3], pages[2]]
    memory = Memory()
    memory.keep(1, PAGE, known("one"), asked=True)
    memory.keep(2, PAGE, known("two"), asked=False)
    assert memory.most_asked(2) == []


def test_what_a_pages_script_will_ask_for_is_made_ready_with_the_page_and_what_few_ask_for_is_not():
    memory = Memory()
    live = PAGE._replace(query=b"level=commune&part=live")
    seldom = PAGE._replace(query=b"page=7")
    memory.keep(1, PAGE, known("one")._replace(follows=live), asked=True)
    memory.keep(1, seldom, known("two"), asked=True)
    memory.find(1, seldom)
    for _ in range(60):
        memory.find(1, PAGE)
    assert set(memory.most_asked(4)) == {PAGE, live}


def test_answers_are_made_ready_from_what_is_not_told_yet_while_others_see_what_was():
    board = Board(lonely())
    seen_by: list[tuple[str, int]] = []
    asked, gate = asyncio.Event(), asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen_by.append((scope["path"], board.watch.seen.version))
        asked.set()
        await gate.wait()
        await PlainTextResponse("made")(scope, receive, send)

    async def scenario() -> None:
        front = Front(app, board)
        board.memory.keep(0, PAGE, known("one"), asked=True)
        board.memory.find(0, PAGE)
        preparing = asyncio.create_task(front.prepare(Rankings(version=7)))
        await asked.wait()
        seen_by.append(("outside", board.watch.seen.version))
        gate.set()
        await preparing

    asyncio.run(scenario())
    board.close()
    assert seen_by == [("/", 7), ("outside", 0)]


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, GZIP;q=0.8", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, identity", False),
        ("identity", False),
        ("", False),
    ],
)
def test_only_who_takes_it_gets_a_packed_answer(accepted: str, takes: bool):
    assert takes_gzip(accepted) is takes


def test_a_packed_body_is_the_body():
    assert Body.of("Xã Tân Phú".encode()).plain.decode() == "Xã Tân Phú"
