"""The board's application: made from settings, served by `nhip766 board`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.middleware import Middleware

from streams.board import failures
from streams.board.board import Board
from streams.board.documents.failure import FAILURES
from streams.board.front import Front
from streams.board.guard import Guard
from streams.board.meters import Measured
from streams.board.pages import ROUTERS
from streams.board.rendering import STATIC
from streams.board.static import StaticFolder
from streams.settings import Settings


def make_app(settings: Settings) -> FastAPI:
    """Return the application; it begins to look at ClickHouse when it is started, and starts without it, too."""
    board = Board(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await board.watch.look()
        watching = asyncio.create_task(board.watch.run())
        yield
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        board.close()

    app = FastAPI(
        title="Nhịp 766",
        summary="The index of Decision 766/QĐ-TTg, kept second by second.",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,  # its pages come from another server; /api/docs is ours
        redoc_url=None,
        responses=FAILURES,
        lifespan=lifespan,
        middleware=[
            Middleware(Measured),
            Middleware(Guard, settings=settings),
            Middleware(Front, board=board),
        ],
    )
    app.state.board = board
    failures.register(app)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFolder(STATIC))
    return app
