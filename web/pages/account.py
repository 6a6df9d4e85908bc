"""Coming in, going out, choosing the organisation one works for."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.security import safe_path
from web.visit import anyone, api_of, go, member, session_of


async def sign_in(request: Request) -> Response:
    """The form of connection."""
    visit = await anyone(request)
    target = safe_path(request.query_params.get("suite"))
    if visit.viewer is not None:
        return go(target)
    return visit.page("account/sign_in.html", suite=target, username="", problem=None)


async def open_session(request: Request) -> Response:
    """Exchange an address and a password for a session, then go where one wanted to."""
    visit = await anyone(request)
    data = await visit.form()
    target = safe_path(str(data.get("suite", "")))
    form = {"username": str(data.get("username", "")), "password": str(data.get("password", ""))}
    address = request.client.host if request.client else None
    try:
        answer = await api_of(request).call(
            "create_token", content={"data": form}, forwarded_for=address
        )
    except ApiProblem as problem:
        return visit.page(
            "account/sign_in.html",
            status=problem.status,
            suite=target,
            username=form["username"],
            problem=problem,
        )
    session_of(request).open(answer.data)
    return go(target)


async def close_session(request: Request) -> Response:
    """Revoke the session, and forget it even when the API can't be told."""
    session = session_of(request)
    token = session.get("refresh")
    session.close()
    if token is not None:
        try:
            body = {"refresh_token": token}
            await api_of(request).call("revoke_token", content={"json": body})
        except ApiProblem:
            pass  # the browser forgets it in any case, and it ends by itself within hours
    return go("/", "deconnecte")


async def choose_organisation(request: Request) -> Response:
    """Look for another of one's organisations from now on."""
    visit = await member(request)
    data = await visit.form()
    wanted = str(data.get("siret", ""))
    own = visit.viewer.organisations if visit.viewer else []
    if any(one["siret"] == wanted for one in own):
        session_of(request).prefer(wanted)
    return go(safe_path(str(data.get("suite", ""))))


routes = [
    Route("/connexion", sign_in, methods=["GET"]),
    Route("/connexion", open_session, methods=["POST"]),
    Route("/deconnexion", close_session, methods=["POST"]),
    Route("/organisation", choose_organisation, methods=["POST"]),
]
