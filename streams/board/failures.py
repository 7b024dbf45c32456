"""Every failure as a page for people and as a document for programs."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from streams.board.database import AwayError
from streams.board.errors import (
    MalformedError,
    NotThereError,
    RefusedError,
    TooMuchAskedError,
    UnsentError,
)
from streams.board.rendering import look_of, render
from streams.board.texts import text


def register(app: FastAPI) -> None:
    """Answer each kind of failure."""
    app.add_exception_handler(NotThereError, _not_there)
    app.add_exception_handler(MalformedError, _malformed)
    app.add_exception_handler(TooMuchAskedError, _too_much)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(UnsentError, _unsent)
    app.add_exception_handler(AwayError, _away)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)


async def _not_there(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, NotThereError)  # noqa: S101 - the handler of this kind
    document = {
        "error": f"no_such_{problem.kind}",
        "said": problem.said,
        "instead": [offer.address for offer in problem.offers],
    }
    values = {"kind": problem.kind, "said": problem.said, "offers": problem.offers}
    return _answer(request, 404, document, "not_there.html", values)


async def _malformed(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, MalformedError)  # noqa: S101 - the handler of this kind
    return _faults(request, [(problem.field, problem.problem)])


async def _too_much(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, TooMuchAskedError)  # noqa: S101 - the handler of this kind
    document = {"error": "malformed", "fields": [{"field": problem.field, "problem": problem.problem}]}
    values = {"kind": "too_much", "said": "", "offers": problem.offers}
    return _answer(request, 422, document, "not_there.html", values)


async def _invalid(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, RequestValidationError)  # noqa: S101 - the handler of this kind
    return _faults(request, [(str(fault["loc"][-1]), str(fault["msg"])) for fault in problem.errors()])


def _faults(request: Request, faults: list[tuple[str, str]]) -> Response:
    document = {"error": "malformed", "fields": [{"field": field, "problem": said} for field, said in faults]}
    return _answer(request, 422, document, "malformed.html", {"faults": faults})


async def _refused(request: Request, problem: Exception) -> Response:
    document = {"error": "refused", "problem": str(problem)}
    return _answer(request, 403, document, "failed.html", {"title": "refused.title", "said": str(problem)})


async def _unsent(request: Request, problem: Exception) -> Response:
    document = {"error": "not_sent", "problem": str(problem)}
    return _answer(request, 503, document, "failed.html", {"title": "unsent.title", "said": str(problem)})


async def _away(request: Request, problem: Exception) -> Response:
    document = {"error": "clickhouse_away", "problem": str(problem)}
    response = _answer(request, 503, document, "away.html", {})
    response.headers["retry-after"] = "2"
    return response


async def _http(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)  # noqa: S101 - the handler of this kind
    if problem.status_code == 404:
        return _answer(
            request,
            404,
            {"error": "no_such_page"},
            "not_there.html",
            {"kind": "page", "said": "", "offers": ()},
        )
    document = {"error": str(problem.detail)}
    values = {"title": "failed.title", "said": f"{problem.status_code}: {problem.detail}"}
    response = _answer(request, problem.status_code, document, "failed.html", values)
    response.headers.update(problem.headers or {})
    return response


async def _failed(request: Request, problem: Exception) -> Response:
    del problem  # the server logs it with its trace
    values = {"title": "failed.title", "said": text(look_of(request).language, "failed.text")}
    return _answer(request, 500, {"error": "failed"}, "failed.html", values)


def _answer(
    request: Request, status: int, document: dict[str, Any], template: str, values: dict[str, Any]
) -> Response:
    headers = {"cache-control": "no-store"}
    if request.url.path.startswith("/api/") and request.url.path != "/api/docs":
        return JSONResponse(document, status, headers)
    return HTMLResponse(render(request, look_of(request), template, values), status, headers)
