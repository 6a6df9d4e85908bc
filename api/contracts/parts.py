"""What hangs on a contract, taken one at a time: put in its place, taken away, judged, told.

A part is named by its rank, from 1: files leave numbers out and give some twice. The ETag of the
contract keeps a rank from sliding under who sends it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import Session

from api.access.permissions import Actor
from api.contracts import service
from api.contracts.reading import Kept
from api.contracts.schemas import ContractRead
from api.kit.columns import euros_text
from api.kit.problems import FieldError, Invalid, NotFound
from api.rules import decp
from api.rules.records import ContractRecord, Kind, Party, Tariff

T = TypeVar("T")
Change = tuple[str, Any, Any]
Loc = tuple[str | int, ...]

_MONEY = frozenset({"amount", "investment"})
_NOT_OF: Mapping[Kind, str] = {
    Kind.CONTRACT: "est une concession : seul un marché a des actes de sous-traitance.",
    Kind.CONCESSION: "est un marché : seule une concession a des données d’exécution.",
}


def of_kind(kept: Kept, kind: Kind) -> None:
    """Refuse (Invalid) a contract of the other kind, which has no such part."""
    if kept.record.kind is not kind:
        raise Invalid(errors=[FieldError(loc=["path", "contract_id"], message=_NOT_OF[kind])])


def at(parts: Sequence[T], rank: int) -> T:
    """The part at a rank. Raises NotFound."""
    if rank > len(parts):
        raise NotFound
    return parts[rank - 1]


def put(parts: tuple[T, ...], rank: int, one: T) -> tuple[T, ...]:
    """The parts with ``one`` at a rank, the last of them added."""
    return (*parts[: rank - 1], one, *parts[rank:])


def without(parts: tuple[T, ...], rank: int) -> tuple[T, ...]:
    """The parts but that of a rank."""
    return (*parts[: rank - 1], *parts[rank:])


def refuse(errors: Sequence[FieldError]) -> None:
    """Refuse (Invalid) what has any error."""
    if errors:
        raise Invalid(errors=list(errors))


def unpublishable(
    record: ContractRecord, place: str, said: Callable[[str], Loc], later: str = ""
) -> list[FieldError]:
    """What the official schema would refuse of the part at ``place`` of the DECP object.

    ``said`` gives the field of the request of a DECP key; ``later`` is the key that may be said
    another day.
    """
    found = []
    for one in decp.missing_for_publication(record):
        whole, _, key = one.field.partition("].")
        if f"{whole}]" != place or (one.code == "required" and key == later):
            continue
        message = f"ne peut être publié ainsi. {one.message}"
        found.append(FieldError(loc=["body", *said(key)], message=message))
    return found


def by_start(names: Mapping[str, Loc]) -> Callable[[str], Loc]:
    """The field of the request of a DECP key, by the first name that the key begins with."""
    return lambda key: next((loc for name, loc in names.items() if key.startswith(name)), ())


def before(name: str, day: date | None, limit: date | None, what: str) -> list[FieldError]:
    """The error of a day of the request that is before another one."""
    if day is None or limit is None or day >= limit:
        return []
    message = f"est avant {what} ({limit:%d/%m/%Y}) : vérifiez les deux dates."
    return [FieldError(loc=["body", name], message=message)]


def keep(  # whose contract, what it becomes and what is told of it
    session: Session,
    actor: Actor,
    kept: Kept,
    after: ContractRecord,
    action: str,
    changes: Sequence[Change],
) -> ContractRead:
    """Write the contract with its parts as they are now, record and announce it."""
    service.replace_record(session, kept, after, {}, kept.imported_hash)
    return service.told_again(session, actor, kept, action, changes)


def moved(what: str, titles: type[BaseModel], old: object, new: object) -> list[Change]:
    """The facts of a part that differ, each under its French name, in plain JSON values."""
    found = []
    for name, field in titles.model_fields.items():
        was, now = _plain(name, getattr(old, name)), _plain(name, getattr(new, name))
        if was != now:
            title = field.title or name
            found.append((f"{what}, {title[0].lower()}{title[1:]}", was, now))
    return found


def _plain(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _MONEY:
        return euros_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Party):
        # Never its name: it may be a person's.
        return f"{value.id_type or ''} {value.identifier or ''}".strip() or None
    if isinstance(value, tuple):
        return [_tariff(one) for one in value]
    return value


def _tariff(one: Tariff) -> str:
    return f"{one.title} : {euros_text(one.amount)}"


def writable(
    session: Session, actor: Actor, contract_id: UUID, if_match: str | None, kind: Kind
) -> Kept:
    """The contract of a kind, under a lock, for who may change it and has read it as it is.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid on the other kind.
    """
    kept = service.writable(session, actor, contract_id, if_match)
    of_kind(kept, kind)
    return kept
