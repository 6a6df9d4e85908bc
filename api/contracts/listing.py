"""The register as a list: one statement by page, by keyset, rows encoded straight to JSON.

This is the busiest read of the service; its statement is built from the filters by Core and the
answer never passes through the models (docs/decisions/0004, figures in `make bench`).
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import SQLModel

import api.access.models
import api.contracts.models
import api.suppliers.models  # noqa: F401 - the three register the tables used below
from api.access.permissions import Actor, Permission, visible
from api.contracts.conversion import cents
from api.contracts.schemas import ContractFilter, MarkState
from api.kit.columns import euros_text
from api.kit.pages import bad_cursor, decode_cursor, encode_cursor
from api.rules.text import fold
from api.suppliers import naming

Condition = sa.ColumnElement[bool]

_TABLES = SQLModel.metadata.tables
_CONTRACT = _TABLES["contract"].c
_BUYER = _TABLES["organisation"].c
_DOCUMENT = _TABLES["contract_document"].c
_MARK = _TABLES["contract_mark"].c
_HELD = _TABLES["contract_supplier"].c

_SUPPLIERS = (
    sa.select(sa.func.aggregate_strings(naming.known_name(), " ; "))
    .select_from(_TABLES["contract_supplier"].join(_TABLES["supplier"]))
    .where(_HELD.contract_id == _CONTRACT.id)
    .correlate(_TABLES["contract"])
    .scalar_subquery()
)

_ITEMS = (
    sa.select(
        _CONTRACT.id,
        _BUYER.siret,
        _BUYER.name,
        _CONTRACT.kind,
        _CONTRACT.reference,
        _CONTRACT.subject,
        _CONTRACT.nature,
        _CONTRACT.procedure,
        _CONTRACT.cpv,
        _CONTRACT.amount,
        _CONTRACT.notified_on,
        _CONTRACT.months,
        _SUPPLIERS,
        _DOCUMENT.decp.is_not(None),
        _CONTRACT.version,
        _CONTRACT.listed_on,
    )
    .select_from(
        _TABLES["contract"].join(_TABLES["organisation"]).join(_TABLES["contract_document"])
    )
    .order_by(_CONTRACT.listed_on.desc(), _CONTRACT.id.desc())
    .limit(sa.bindparam("rows", type_=sa.Integer()))
)

_OWN = sa.bindparam("own", type_=sa.Uuid(), expanding=True)


def page(connection: sa.Connection, actor: Actor, filters: ContractFilter) -> bytes:
    """One page of the contracts the actor may see, as the JSON of Page[ContractItem].

    Observed buyers are public data: they are listed when asked for by SIRET.
    Raises Invalid on a foreign cursor.
    """
    values = _values(filters) | _after(filters.cursor)
    statement = _statement(tuple(values))
    values |= {"own": visible(actor, Permission.CONTRACTS_READ), "rows": filters.limit + 1}
    rows = connection.execute(statement, values).all()
    following = None
    if len(rows) > filters.limit:
        rows = rows[: filters.limit]
        following = encode_cursor(rows[-1][15].isoformat(), rows[-1][0].hex)
    return msgspec.json.encode({"items": [_item(row) for row in rows], "next": following})


@lru_cache(maxsize=512)
def _statement(names: tuple[str, ...]) -> sa.Select[Any]:
    """The statement of a page for the filters that are set, built once: building costs more than
    running."""
    statement = _ITEMS if "buyer" in names else _ITEMS.where(_CONTRACT.buyer_id.in_(_OWN))
    return statement.where(*(_condition(name) for name in names if name not in _BESIDE))


# Values that belong to the condition of another name.
_BESIDE = {"year_end", "after_id"}


def _condition(name: str) -> Condition:
    if name.startswith("word_"):
        return _CONTRACT.search_text.like(sa.bindparam(name, type_=sa.Text()), escape="\\")
    return _CONDITIONS[name]()


def _named_buyer() -> Condition:
    named = sa.select(_BUYER.id).where(
        _BUYER.siret == sa.bindparam("buyer"), sa.or_(_BUYER.id.in_(_OWN), _BUYER.observed)
    )
    return _CONTRACT.buyer_id == named.correlate(None).scalar_subquery()


def _beyond() -> Condition:
    last = (sa.bindparam("after", type_=sa.Date()), sa.bindparam("after_id", type_=sa.Uuid()))
    return sa.tuple_(_CONTRACT.listed_on, _CONTRACT.id) < sa.tuple_(*last)


def _of_year() -> Condition:
    days = (sa.bindparam("year", type_=sa.Date()), sa.bindparam("year_end", type_=sa.Date()))
    return _CONTRACT.listed_on.between(*days)


def _marked(name: str, state: MarkState) -> Condition:
    said = sa.select(_MARK.contract_id).where(
        _MARK.contract_id == _CONTRACT.id, _MARK.code == sa.bindparam(name)
    )
    if state is MarkState.UNKNOWN:
        return ~said.exists()
    return said.where(_MARK.value.is_(state is MarkState.YES)).exists()


_CONDITIONS: dict[str, Callable[[], Condition]] = {
    "buyer": _named_buyer,
    "year": _of_year,
    "kind": lambda: _CONTRACT.kind == sa.bindparam("kind"),
    "nature": lambda: _CONTRACT.nature == sa.bindparam("nature"),
    "procedure": lambda: _CONTRACT.procedure == sa.bindparam("procedure"),
    "consultation": lambda: _CONTRACT.consultation_reference == sa.bindparam("consultation"),
    "project": lambda: _CONTRACT.project_id == sa.bindparam("project"),
    "amount_min": lambda: _CONTRACT.amount >= sa.bindparam("amount_min"),
    "amount_max": lambda: _CONTRACT.amount <= sa.bindparam("amount_max"),
    "complete": lambda: _DOCUMENT.decp.is_not(None),
    "incomplete": lambda: _DOCUMENT.decp.is_(None),
    "mark_yes": lambda: _marked("mark_yes", MarkState.YES),
    "mark_no": lambda: _marked("mark_no", MarkState.NO),
    "mark_unknown": lambda: _marked("mark_unknown", MarkState.UNKNOWN),
    "after": _beyond,
}


def _values(filters: ContractFilter) -> dict[str, Any]:
    """The filters that are set, by the name of their condition."""
    plain = ("buyer", "kind", "nature", "procedure", "consultation", "project")
    found = {name: value for name in plain if (value := getattr(filters, name)) is not None}
    if filters.year is not None:
        found["year"], found["year_end"] = date(filters.year, 1, 1), date(filters.year, 12, 31)
    for name in ("amount_min", "amount_max"):
        if (amount := getattr(filters, name)) is not None:
            found[name] = cents(amount)
    if filters.publishable is not None:
        # Said in the name; the value only has to exist.
        found["complete" if filters.publishable else "incomplete"] = True
    if filters.mark is not None:
        found[f"mark_{filters.mark_state}"] = filters.mark
    for number, word in enumerate(fold(filters.q or "").split()):
        found[f"word_{number}"] = f"%{_literally(word)}%"
    return found


def _literally(word: str) -> str:
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return word


def _after(cursor: str | None) -> dict[str, Any]:
    key = decode_cursor(cursor, 2)
    if key is None:
        return {}
    try:
        return {"after": date.fromisoformat(key[0] or ""), "after_id": UUID(key[1] or "")}
    except ValueError as error:
        raise bad_cursor() from error


def _item(row: Any) -> dict[str, Any]:
    # msgspec writes an identifier and a day as they should be.
    return {
        "id": row[0],
        "buyer_siret": row[1],
        "buyer_name": row[2],
        "kind": row[3],
        "reference": row[4],
        "subject": row[5],
        "nature": row[6],
        "procedure": row[7],
        "cpv": row[8],
        "amount": None if row[9] is None else euros_text(row[9]),
        "notified_on": row[10],
        "months": row[11],
        "suppliers": row[12],
        "publishable": bool(row[13]),
        "version": row[14],
    }
