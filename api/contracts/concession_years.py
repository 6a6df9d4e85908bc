"""Execution data of a concession, said each year: what was invested, what users pay.

Fields and bounds are those of the DECP format of 2022 (order of 22 December 2022, art. R3131-1 of
the code de la commande publique): what is entered can be published.
"""

import re
from uuid import UUID

from msgspec.structs import replace
from sqlmodel import Session

from api.access.permissions import Actor
from api.contracts import conversion, parts
from api.contracts.concession_years_schemas import ConcessionYearIn
from api.contracts.parts import Loc
from api.contracts.schemas import ConcessionYearRead, ContractRead
from api.kit.columns import to_cents
from api.kit.problems import FieldError
from api.rules.records import ConcessionYearRecord, ContractRecord, Kind, Tariff

_name = parts.by_start(
    {"datePublication": ("published_on",), "depenses": ("investment",), "tarifs": ("tariffs",)}
)
_TARIFF = re.compile(r"tarifs\[([0-9]+)\]\.(\w+)")


def _said(key: str) -> Loc:
    """The field of the request that a DECP key tells."""
    found = _TARIFF.fullmatch(key)
    if found is None:
        return _name(key)
    return "tariffs", int(found[1]) - 1, "amount" if found[2] == "tarif" else "title"


def add(
    session: Session, actor: Actor, contract_id: UUID, data: ConcessionYearIn, if_match: str | None
) -> ContractRead:
    """Add the data of one more year.

    Raises as ``service.change``, Invalid on what is no concession and on data that could not be
    published.
    """
    kept = parts.writable(session, actor, contract_id, if_match, Kind.CONCESSION)
    after = _with_year(kept.record, len(kept.record.concession_years) + 1, data)
    told = conversion.differences(kept.record, after)
    return parts.keep(session, actor, kept, after, "contract.concession_year_added", told)


def change(  # which year, what it becomes, who says so on which version
    session: Session,
    actor: Actor,
    contract_id: UUID,
    rank: int,
    data: ConcessionYearIn,
    if_match: str | None,
) -> ContractRead:
    """Put data in place of those of a rank.

    Raises as ``add``, and NotFound on a rank that no data have.
    """
    kept = parts.writable(session, actor, contract_id, if_match, Kind.CONCESSION)
    old = parts.at(kept.record.concession_years, rank)
    after = _with_year(kept.record, rank, data)
    what = f"Données d’exécution du {old.published_on:%d/%m/%Y}" if old.published_on else _UNDATED
    told = parts.moved(what, ConcessionYearRead, old, after.concession_years[rank - 1])
    return parts.keep(session, actor, kept, after, "contract.concession_year_changed", told)


_UNDATED = "Données d’exécution sans date"


def remove(
    session: Session, actor: Actor, contract_id: UUID, rank: int, if_match: str | None
) -> ContractRead:
    """Remove the data of a rank.

    Raises as ``service.change``, and NotFound on a rank that no data have.
    """
    kept = parts.writable(session, actor, contract_id, if_match, Kind.CONCESSION)
    parts.at(kept.record.concession_years, rank)
    left = parts.without(kept.record.concession_years, rank)
    after = replace(kept.record, concession_years=left)
    told = conversion.differences(kept.record, after)
    return parts.keep(session, actor, kept, after, "contract.concession_year_removed", told)


def _with_year(record: ContractRecord, rank: int, data: ConcessionYearIn) -> ContractRecord:
    one = ConcessionYearRecord(
        published_on=data.published_on,
        investment=to_cents(data.investment),
        tariffs=tuple(Tariff(each.title, to_cents(each.amount)) for each in data.tariffs),
    )
    errors = parts.before(
        "published_on", one.published_on, record.notified_on, "la signature de la concession"
    )
    if one in parts.without(record.concession_years, rank):
        message = "est déjà celle de données identiques."
        errors.append(FieldError(loc=["body", "published_on"], message=message))
    after = replace(record, concession_years=parts.put(record.concession_years, rank, one))
    errors += parts.unpublishable(after, f"donneesExecution[{rank}]", _said)
    parts.refuse(errors)
    return after
