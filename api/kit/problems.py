"""Errors that speak: every refusal is an RFC 9457 problem with a stable type and a French text."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """What is wrong in one field of a request."""

    loc: list[str | int] = Field(description="Chemin du champ, par exemple [« body », « amount »].")
    message: str = Field(description="Ce qui ne va pas et quoi faire.")


class ProblemBody(BaseModel):
    """The body of every error answer (RFC 9457)."""

    type: str = Field(description="Code stable du problème.")
    title: str = Field(description="Le problème en quelques mots.")
    status: int = Field(description="Code HTTP.")
    detail: str = Field(description="Ce qui s’est passé et quoi faire.")
    errors: list[FieldError] = Field(description="Les champs en cause, vide le plus souvent.")


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A refusal the caller can act on; subclasses give its stable type, status and title."""

    status: ClassVar[int] = 400
    type: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "Demande incorrecte"
    default: ClassVar[str] = "La demande ne peut pas être comprise."

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.default)
        self.detail = detail or self.default
        self.errors = list(errors)
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """The HTTP answer."""
        return problem_response(
            self.status, self.type, self.title, self.detail, self.errors, self.headers
        )


class Unauthenticated(Problem):
    status = 401
    type = "unauthenticated"
    title = "Connexion nécessaire"
    default = "Connectez-vous, puis présentez votre jeton dans l’en-tête Authorization."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    status = 403
    type = "forbidden"
    title = "Action non permise"
    default = "Votre rôle ne permet pas cette action. Demandez-la à l’administrateur."


class NotFound(Problem):
    status = 404
    type = "not-found"
    title = "Introuvable"
    default = "Cet élément n’existe pas ou ne vous est pas ouvert."


class Conflict(Problem):
    status = 409
    type = "conflict"
    title = "Conflit"
    default = "L’état actuel ne permet pas cette action."


class Stale(Problem):
    status = 412
    type = "stale"
    title = "Une autre personne est passée avant vous"
    default = (
        "Une autre personne a modifié cet élément pendant votre saisie. Relisez-le, "
        "puis reprenez votre changement."
    )


class TooLarge(Problem):
    status = 413
    type = "too-large"
    title = "Trop volumineux"
    default = "L’envoi dépasse la taille permise."


class Invalid(Problem):
    status = 422
    type = "invalid"
    title = "Saisie à corriger"
    default = "Un ou plusieurs champs sont à corriger."


class PreconditionRequired(Problem):
    status = 428
    type = "precondition-required"
    title = "Version à préciser"
    default = "Relisez l’élément et renvoyez son ETag dans l’en-tête If-Match."


class TooMany(Problem):
    status = 429
    type = "too-many"
    title = "Trop de tentatives"
    default = "Trop de tentatives. Patientez quelques minutes."

    def __init__(self, detail: str | None = None, *, seconds: int = 60) -> None:
        super().__init__(detail, headers={"Retry-After": str(seconds)})


class Unavailable(Problem):
    status = 503
    type = "unavailable"
    title = "Momentanément indisponible"
    default = "La base de données ne répond pas. Réessayez dans quelques instants."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"Retry-After": "5"})


def problem_response(
    status: int,
    type_: str,
    title: str,
    detail: str,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write a problem; nothing of the request's values is ever echoed."""
    body = {
        "type": type_,
        "title": title,
        "status": status,
        "detail": detail,
        "errors": [error.model_dump() for error in errors],
    }
    return Response(msgspec.json.encode(body), status, dict(headers or {}), MEDIA_TYPE)


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Document the refusals of an operation, for ``responses=``."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        known = by_status.setdefault(
            kind.status,
            {"description": "", "content": {MEDIA_TYPE: {"schema": _BODY_REF}}},
        )
        texts = filter(None, [known["description"], f"{kind.title} (« {kind.type} »)."])
        known["description"] = " ".join(texts)
    return by_status


_BODY_REF = {"$ref": "#/components/schemas/ProblemBody"}

_HTTP: dict[int, tuple[str, str, str]] = {
    404: (NotFound.type, NotFound.title, NotFound.default),
    405: (
        "method-not-allowed",
        "Méthode non permise",
        "Cette adresse n’accepte pas cette méthode.",
    ),
    413: (TooLarge.type, TooLarge.title, TooLarge.default),
    415: (
        "unsupported-type",
        "Type non accepté",
        "Envoyez du JSON (Content-Type: application/json).",
    ),
}


def http_exception(_request: Request, error: Exception) -> Response:
    """Answer Starlette's own refusals as problems."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is registered for
    type_, title, detail = _HTTP.get(
        error.status_code, ("bad-request", "Demande incorrecte", Problem.default)
    )
    return problem_response(error.status_code, type_, title, detail, (), error.headers)


_MESSAGES = {
    "missing": "est obligatoire.",
    "extra_forbidden": "n’est pas un champ connu.",
    "string_type": "n’est pas un texte.",
    "string_too_long": "dépasse {max_length} caractères.",
    "string_too_short": "est trop court ({min_length} caractères au moins).",
    "string_pattern_mismatch": "n’a pas la forme attendue.",
    "enum": "n’est pas dans la liste. Valeurs possibles : {expected}.",
    "literal_error": "n’est pas dans la liste. Valeurs possibles : {expected}.",
    "uuid_parsing": "n’est pas un identifiant.",
    "uuid_type": "n’est pas un identifiant.",
    "int_parsing": "n’est pas un nombre entier.",
    "int_type": "n’est pas un nombre entier.",
    "int_from_float": "n’est pas un nombre entier.",
    "greater_than_equal": "doit valoir au moins {ge}.",
    "less_than_equal": "doit valoir au plus {le}.",
    "greater_than": "doit être supérieur à {gt}.",
    "less_than": "doit être inférieur à {lt}.",
    "list_type": "n’est pas une liste.",
    "dict_type": "n’est pas un objet.",
    "too_long": "a trop d’éléments ({max_length} au plus).",
    "too_short": "n’a pas assez d’éléments ({min_length} au moins).",
    "json_invalid": "n’est pas du JSON valable.",
    "model_attributes_type": "n’est pas un objet JSON.",
    "bool_type": "n’est ni vrai ni faux.",
    "bool_parsing": "n’est ni vrai ni faux.",
    "date_from_datetime_parsing": "n’est pas une date. Exemple attendu : « 2026-11-20 ».",
}


def french_error(error: Mapping[str, Any]) -> FieldError:
    """A Pydantic error in French, without the value that was sent."""
    context = dict(error.get("ctx") or {})
    if "expected" in context:
        # Pydantic lists what it expects in English: 'f', 'h' or 'x'.
        context["expected"] = str(context["expected"]).replace("' or '", "' ou '").replace("'", "")
    kind = error["type"]
    if kind in ("too_short", "too_long") and isinstance(error.get("input"), str):
        # The bound of a text that is cleaned first: Pydantic says it as that of a list.
        kind = f"string_{kind}"
    if kind == "value_error":
        message = str(context.get("error", "n’est pas valable."))
    elif kind == "string_too_short" and context["min_length"] == 1:
        message = "ne peut pas être vide."
    else:
        message = _MESSAGES.get(kind, "n’est pas valable.").format(**context)
    loc = [part if isinstance(part, int) else _safe(str(part)) for part in error["loc"]]
    return FieldError(loc=loc, message=message)


def _safe(part: str) -> str:
    # An unknown field's name is the caller's text: keep it printable and short.
    return part.encode("utf-8", "replace").decode()[:80]


def validation_error(_request: Request, error: Exception) -> Response:
    """Answer a request whose parts don't validate: 422, one sentence per field."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what the handler is registered for
    return Invalid(errors=[french_error(item) for item in error.errors()]).response()
