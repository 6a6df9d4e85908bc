"""The calculator of hours, and the usual values of each purchase family that fill it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import Form, fields_of, from_record, only_said, read_typed, submitted, to_body
from web.rendering import with_params
from web.visit import Visit, api_of, go, member, once, once_in

CALCULATOR, PARAMETERS = "/insertion/calcul", "/insertion/parametres"
# What each formula asks for, in the order of the form.
GENERAL = ("amount", "labour_share", "rate", "hourly_cost")
CLEANING = ("amount", "months", "taken_over_hours_per_month", "rate", "labour_share", "hourly_cost")
VARIANTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "general": ("Formule générale", GENERAL),
    "cleaning": ("Nettoyage avec reprise de personnel", CLEANING),
}
OF_FAMILY = ("labour_share", "rate", "hourly_cost")
MOST_FAMILIES = 100


async def calculator(request: Request) -> Response:
    """Hours that a purchase can hold, worked out from what the address says: nothing is kept."""
    visit = await member(request)
    given = request.query_params
    variant = given.get("variant", "general")
    variant = variant if variant in VARIANTS else "general"
    families = await families_of(visit, visit.siret)
    form = _form(visit, variant)
    form.typed = read_typed(form.fields, FormData(given))
    chosen = next((one for one in families if one["family"] == given.get("family")), None)
    if chosen is not None and "reprendre" in given:
        form.typed |= from_record({name: form.fields[name] for name in OF_FAMILY}, chosen)
    result = await _result(visit, form, variant) if given.get("amount", "").strip() else None
    return visit.page(
        "studies/calculator.html",
        status=422 if form.errors or form.general else 200,
        blocks=("resultat",),
        form=form,
        variant=variant,
        variants=VARIANTS,
        names=VARIANTS[variant][1],
        families=families,
        family=given.get("family", ""),
        result=result,
        study=_study(form, given.get("family"), result),
        tabs=_tabs(form, variant, given.get("family")),
    )


async def families_of(visit: Visit, siret: str | None) -> list[dict[str, Any]]:
    """The values in use of an organisation, by name of family; none when they are not ours."""
    if siret is None:
        return []
    try:
        page = await visit.read(
            "list_calculation_parameters", organisation=siret, limit=MOST_FAMILIES
        )
    except ApiProblem as problem:
        if problem.status not in (403, 404):
            raise
        return []
    return sorted(page["items"], key=lambda one: str(one["family"]).casefold())


def _form(visit: Visit, variant: str) -> Form:
    fields = fields_of(api_of(visit.request).document, "CalculationIn")
    names = VARIANTS[variant][1]
    optional = OF_FAMILY if variant == "cleaning" else ()
    needed = {name for name in names if name not in optional or name == "rate"}
    shown = {name: replace(fields[name], required=name in needed) for name in names}
    if variant == "general":
        # The help tells of both formulas; here one is chosen.
        shown["hourly_cost"] = replace(shown["hourly_cost"], help="En euros par heure.")
    else:
        shown["hourly_cost"] = replace(
            shown["hourly_cost"], help="En euros par heure ; 20 € si vous laissez vide."
        )
    return Form(shown)


async def _result(visit: Visit, form: Form, variant: str) -> dict[str, Any] | None:
    said = to_body(form.fields, form.typed) | {"variant": variant}
    body = only_said(said)
    answer = await submitted(form, visit.call("calculate_hours", content={"json": body}))
    if isinstance(answer, ApiProblem):
        return None
    found: dict[str, Any] = answer.data
    return found


def _tabs(form: Form, variant: str, family: str | None) -> list[tuple[str, str, bool]]:
    kept = {name: value for name, value in form.typed.items() if name in GENERAL}
    return [
        (
            words,
            with_params(CALCULATOR, {**kept, "variant": code, "family": family}),
            code == variant,
        )
        for code, (words, _) in VARIANTS.items()
    ]


def _study(form: Form, family: str | None, result: dict[str, Any] | None) -> str | None:
    """The address of a request of study that carries this calculation."""
    if result is None:
        return None
    carried = {
        "estimate": form.typed.get("amount"),
        "months": form.typed.get("months"),
        "family": family,
        "comment": f"Calcul : {result['formula']}",
    }
    return with_params("/insertion/etudes/nouvelle", carried)


async def parameters(request: Request) -> Response:
    """The values of an organisation by purchase family, with the day they were said."""
    visit = await member(request)
    form = _parameter_form(visit)
    form.typed = from_record(form.fields, {"family": request.query_params.get("family")})
    return await _parameters(visit, form, 200)


def _parameter_form(visit: Visit) -> Form:
    fields = fields_of(api_of(visit.request).document, "ParameterCreate")
    fields.pop("organisation")
    fields["family"] = replace(
        fields["family"], help="Par exemple « Peinture intérieure » ou « Nettoyage de bureaux »."
    )
    return Form(fields)


async def _parameters(visit: Visit, form: Form, status: int) -> Response:
    given = visit.request.query_params
    offered = await organisations_offered(visit)
    sirets = [one["siret"] for one in offered]
    asked = given.get("organisation")
    siret = asked if asked in sirets else visit.siret
    history = "true" if given.get("historique") == "oui" else None
    found: dict[str, Any] = {"items": [], "next": None}
    if siret is not None:
        found = await visit.read(
            "list_calculation_parameters",
            organisation=siret,
            history=history,
            cursor=given.get("cursor") or None,
        )
    return visit.page(
        "studies/parameters.html",
        status=status,
        parameters=found,
        form=form,
        offered=offered,
        siret=siret,
        history=history is not None,
        own=siret == visit.siret,
        once=once(),
    )


async def organisations_offered(visit: Visit) -> list[dict[str, Any]]:
    """Whose values or figures can be asked: one's own, and of the buyers that one serves."""
    own = [visit.organisation] if visit.organisation and visit.siret else []
    if not own or own[0]["kind"] != "facilitator":
        return own
    mandates = await visit.read("list_mandates")
    buyers = {
        one["buyer"]["siret"]: one["buyer"]
        for one in mandates
        if one["running"] and one["facilitator"]["id"] == own[0]["id"] and one["buyer"]["siret"]
    }
    return own + sorted(buyers.values(), key=lambda one: str(one["name"]))


async def create_parameter(request: Request) -> Response:
    """Say the values of a family; those said before stay in the history."""
    visit = await member(request)
    data = await visit.form()
    form = _parameter_form(visit)
    form.typed = read_typed(form.fields, data)
    said = to_body(form.fields, form.typed) | {"organisation": visit.siret}
    body = only_said(said)
    call = visit.call(
        "create_calculation_parameter",
        content={"json": body},
        idempotency_key=once_in(data),
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return await _parameters(visit, form, answer.status)
    return go(PARAMETERS, "parametre")


routes = [
    Route(CALCULATOR, calculator, methods=["GET"]),
    Route(PARAMETERS, parameters, methods=["GET"]),
    Route(PARAMETERS, create_parameter, methods=["POST"]),
]
