"""The simulator's own paths: how a clinic registers itself, and how an exercise is controlled."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elmeld_tui.model.identifiers import is_her_id
from elmeld_tui.simulator import agreements
from elmeld_tui.simulator.behaviour import Behaviour, Rule
from elmeld_tui.simulator.cast import PARTNERS, named
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.letters import SUBJECTS, send
from elmeld_tui.simulator.register import NotARegistrationError, as_json
from elmeld_tui.simulator.scenario import ScenarioError, read_scenario


async def _put_party(request: Request) -> Response:
    """Enter or replace a party: ``{name, type, organizationNumber, endpoint, signingCertificate, …}``."""
    net = _net(request)
    her_id = request.path_params["her_id"]
    body = await _object(request)
    if body is None or not is_her_id(her_id):
        return _refused("the path must end in a HER-id and the body be an object")
    try:
        party = net.register.put(her_id, body)
    except NotARegistrationError as error:
        return _refused(str(error))
    net.post_changed.set()
    return JSONResponse(as_json(net.register, party))


async def _put_behaviour(request: Request) -> Response:
    """Tell a partner how to behave: ``{partner, how, times}``."""
    body = await _object(request) or {}
    if more := body.keys() - {"partner", "how", "times"}:
        return _refused(f"{', '.join(sorted(more))}: not told here; a scenario says more of a behaviour")
    partner, how, times = body.get("partner"), body.get("how"), body.get("times", 1)
    if named(str(partner)) is None or how not in set(Behaviour) or not isinstance(times, int):
        partners = ", ".join(partner.name for partner in PARTNERS)
        return _refused(f"partner is one of {partners}; how is one of {', '.join(Behaviour)}; times is a number")
    net = _net(request)
    net.store.behave(str(partner), Behaviour(str(how)), times)
    net.post_changed.set()
    return JSONResponse({"partner": partner, "how": how, "times": times})


async def _put_scenario(request: Request) -> Response:
    """Let everyone behave by a scenario file from now on: the body is TOML (docs/simulator.md)."""
    try:
        rules = read_scenario((await request.body()).decode())
    except (ScenarioError, UnicodeDecodeError) as error:
        return _refused(str(error))
    net = _net(request)
    net.store.play(rules)
    return JSONResponse({"scenario": _told(rules)})


def _told(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    return [{name: value for name, value in asdict(rule).items() if value} for rule in rules]


async def _send(request: Request) -> Response:
    """Let a partner write to a registered party: ``{what, to}``; answers with the ids of what is on its way."""
    body = await _object(request) or {}
    net = _net(request)
    receiver = net.register.get(str(body.get("to")))
    what = str(body.get("what"))
    if receiver is None or what not in SUBJECTS:
        return _refused(f"to is a registered HER-id; what is one of {', '.join(SUBJECTS)}")
    letter = await run_in_threadpool(send, net, what, receiver)
    return JSONResponse({"messageId": letter.message_id, "msgId": letter.msg_id}, status_code=202)


async def _journal(request: Request) -> Response:
    """Say what the partners have taken in and what they have sent, without content."""
    net = _net(request)
    rules = net.store.rules()
    letters = [asdict(letter) for letter in net.store.letters()]
    return JSONResponse(
        {
            "documents": [asdict(document) for document in net.store.documents()],
            "letters": [
                {k: v for k, v in letter.items() if k not in {"body", "content_type"}} for letter in letters
            ],
            "behaviour": {rule.partner: {"how": rule.how, "times": rule.times} for rule in reversed(rules)},
            "scenario": _told(rules),
        }
    )


async def _agreement(request: Request) -> Response:
    """Give NAV's agreement (CPA) with the organisation that a HER-id is or belongs to."""
    raw = await run_in_threadpool(agreements.offer, _net(request), request.path_params["her_id"])
    if raw is None:
        return JSONResponse({"title": "no such party, or not one to agree with", "status": 404}, status_code=404)
    return Response(raw, media_type="application/xml")


ROUTES = (
    Route("/simulator/parties/{her_id}", _put_party, methods=["PUT"]),
    Route("/simulator/cpa/{her_id}", _agreement, methods=["GET"]),
    Route("/simulator/behaviour", _put_behaviour, methods=["PUT"]),
    Route("/simulator/scenario", _put_scenario, methods=["PUT"]),
    Route("/simulator/send", _send, methods=["POST"]),
    Route("/simulator/journal", _journal, methods=["GET"]),
)
"""The simulator's own paths; the application's ``state.net`` answers."""


def _net(request: Request) -> Helsenett:
    net: Helsenett = request.app.state.net
    return net


async def _object(request: Request) -> dict[str, Any] | None:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None
    return body if isinstance(body, dict) else None


def _refused(title: str) -> Response:
    return JSONResponse({"title": title, "status": 400}, status_code=400)
