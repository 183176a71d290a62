"""The HTTP paths of the simulated address register (CommunicationParty API, version 1)."""

from __future__ import annotations

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elmeld_tui.model.directory import DirectoryParty
from elmeld_tui.simulator.register import Register, as_json, certificate_as_json, certificate_summary

_MOST_IN_ONE_ANSWER = 100
"""Of the national register, for bulk and for a page of a search."""


async def _party(request: Request) -> Response:
    return _answer(request, lambda found: as_json(_register(request), found))


async def _bulk(request: Request) -> Response:
    body = await _json(request)
    her_ids = body.get("herIds") if isinstance(body, dict) else None
    if not isinstance(her_ids, list) or len(her_ids) > _MOST_IN_ONE_ANSWER:
        return _problem(400, "herIds must be a list of at most 100")
    found = [_register(request).get(str(her_id)) for her_id in her_ids]
    return _parties(request, [party for party in found if party is not None])


async def _search(request: Request) -> Response:
    body = await _json(request)
    page, size = request.query_params.get("Page", "1"), request.query_params.get("Size", "100")
    if not isinstance(body, dict) or not page.isdecimal() or not size.isdecimal():
        return _problem(400, "the body must be an object, Page and Size numbers")
    if int(page) < 1 or not 1 <= int(size) <= _MOST_IN_ONE_ANSWER:
        return _problem(400, "Page begins at 1, Size is 1 to 100")
    return _parties(request, _register(request).search(body, page=int(page), size=int(size)))


async def _organization(request: Request) -> Response:
    found = _register(request).organisation(request.path_params["number"])
    if found is None:
        return _problem(404, "unknown organisation")
    return JSONResponse(as_json(_register(request), found))


async def _certificates(request: Request) -> Response:
    return _answer(request, _current_certificates)


async def _signing(request: Request) -> Response:
    return _answer(request, lambda found: certificate_as_json(found.signing_certificate))


async def _encryption(request: Request) -> Response:
    return _answer(request, lambda found: certificate_as_json(found.encryption_certificate))


ROUTES = (
    Route("/api/v1/communicationparty/search", _search, methods=["POST"]),
    Route("/api/v1/communicationparty", _bulk, methods=["POST"]),
    Route("/api/v1/communicationparty/{her_id}", _party, methods=["GET"]),
    Route("/api/v1/organization/{number}", _organization, methods=["GET"]),
    Route("/api/v1/certificate/{her_id}", _certificates, methods=["GET"]),
    Route("/api/v1/certificate/{her_id}/signing", _signing, methods=["GET"]),
    Route("/api/v1/certificate/{her_id}/encryption", _encryption, methods=["GET"]),
)
"""The paths of the register; the application's ``state.register`` answers."""


def _register(request: Request) -> Register:
    register: Register = request.app.state.register
    return register


def _parties(request: Request, found: list[DirectoryParty]) -> Response:
    return JSONResponse({"communicationParties": [as_json(_register(request), party) for party in found]})


def _answer(request: Request, shape: Callable[[DirectoryParty], object]) -> Response:
    found = _register(request).get(request.path_params["her_id"])
    if found is None:
        return _problem(404, "unknown HER-id")
    return JSONResponse(shape(found))


def _current_certificates(party: DirectoryParty) -> object:
    return [
        {
            "isCurrent": True,
            "signingCertificate": certificate_summary(party.signing_certificate),
            "encryptionCertificate": certificate_summary(party.encryption_certificate),
        }
    ]


async def _json(request: Request) -> object:
    try:
        return await request.json()
    except json.JSONDecodeError:
        return None


def _problem(status: int, title: str) -> Response:
    """Return an error as the register gives it (RFC 9457)."""
    problem = {"type": "about:blank", "title": title, "status": status}
    return JSONResponse(problem, status_code=status, media_type="application/problem+json")
