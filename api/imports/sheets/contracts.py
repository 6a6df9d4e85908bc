"""Spreadsheets of contracts: a contract is known by its number, within a buyer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Permission
from api.contracts import dependents, reading, writing
from api.contracts.announcing import announce
from api.contracts.models import Contract, Origin
from api.contracts.reading import BESIDE, Kept
from api.contracts.writing import DAYS, FACTS, Written
from api.imports.acceptance import moved_back
from api.imports.encoding import encoded
from api.imports.models import RowState
from api.imports.sheets.base import Base, need
from api.imports.sheets.contract_fields import FIELDS, MARK
from api.imports.sheets.judging import digest_of
from api.imports.sheets.models import SheetRow
from api.imports.sheets.naming import directorates_by_id, find_directorates, refuse_foreign
from api.imports.sheets.target import COLLISION, UNKNOWN, Known, Line
from api.kit.bulk import find_many, read_id, update_many
from api.programme.models import Project
from api.rules.records import ContractRecord, Kind, Party
from api.spending import joining
from api.suppliers.service import Identity, identity, register

SUPPLIERS: Final = "suppliers"
_PLAIN = (*FACTS, *DAYS)
_BESIDE = ("consultation_reference", "lot_number", "purchase_family")


@dataclass(frozen=True, slots=True)
class _Around:
    """The names of what contracts point at."""

    directorates: Mapping[UUID, str]
    projects: Mapping[UUID, str]


class Contracts(Base):
    """Contracts and concessions of one buyer."""

    def prepare(self, said: dict[str, Any]) -> dict[str, Any]:
        """Make companies of the columns that name them."""
        numbers, names = said.pop("supplier_siret", None), said.pop("supplier_name", None)
        if numbers is None and names is None:
            return said
        if numbers is None:
            return said | {SUPPLIERS: [[None, None, names[:300]]]}
        parts = [one.strip() for one in (names or "").split(";") if one.strip()]
        if len(parts) != len(numbers):
            parts = [names] if names and len(numbers) == 1 else []
        told = dict(enumerate(parts))
        return said | {
            SUPPLIERS: [
                [kind, number, (told.get(rank) or "")[:300] or None]
                for rank, (kind, number, _) in enumerate(numbers)
            ]
        }

    def key(self, line: Line) -> str:
        """The number of the contract."""
        return str(line.said["reference"])

    def title(self, said: Mapping[str, Any]) -> str | None:
        """Its subject."""
        subject: str | None = said.get("subject")
        return subject and subject[:300]

    def same(self, name: str, kept: Any, said: Any) -> bool:
        """Two names of one company are one; other fields are compared as they are."""
        if name == SUPPLIERS and kept and said:
            return list(map(_identity, kept)) == list(map(_identity, said))
        return super().same(name, kept, said)

    def resolve(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Find the directorates and the projects; refuse other buyers."""
        refuse_foreign(buyer, lines)
        find_directorates(session, buyer, lines)
        naming = [line for line in lines if _project(line)]
        wanted = {(buyer.id, _project(line)) for line in naming}
        keys = ("buyer_id", "reference")
        rows = find_many(session, "project", ("reference", "id"), keys, list(wanted))
        found = {reference: read_id(key) for reference, key in rows}
        for line in naming:
            line.found["project"] = found.get(_project(line))
            if line.found["project"] is None:
                line.refuse(
                    UNKNOWN,
                    "project",
                    f"« {_project(line)} » n’est pas un projet de cet acheteur : importez d’abord "
                    "la programmation, ou videz la cellule.",
                )

    def check(self, line: Line, known: Known | None) -> None:
        """Refuse a new contract without subject, and a number that another kind of contract has."""
        if known is None:
            need(line, "subject", "Objet", "ce marché est nouveau")
        elif line.said.get("kind", known.values["kind"]) != known.values["kind"]:
            line.refuse(
                COLLISION,
                "kind",
                "Ce numéro est celui d’un contrat d’un autre type : vérifiez « Type de contrat ».",
            )

    def known(self, session: Session, buyer: Organisation, keys: Sequence[str]) -> dict[str, Known]:
        """The contracts of the buyer that bear these numbers."""
        around = _around(session, buyer)
        return {one.record.reference: _known(one, around) for one in _kept(session, buyer.id, keys)}

    def insert(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Enter new contracts."""
        records = [
            (line, _record(ContractRecord(_kind(line), line.key, buyer.siret or ""), line.values))
            for line in lines
        ]
        writing.insert(session, _written(session, buyer.id, records))
        _write_beside(session, [(line, {}) for line in lines])

    def update(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Change contracts, each as its next version."""
        kept = {
            one.record.reference: one
            for one in _kept(session, buyer.id, [line.key for line in lines])
        }
        records = [(line, _record(kept[line.key].record, line.values)) for line in lines]
        versions = [kept[line.key].version + 1 for line in lines]
        batch = zip(_written(session, buyer.id, records), versions, strict=True)
        writing.replace_many(session, list(batch))
        before = [
            (line, {name: getattr(kept[line.key], name) for name in BESIDE}) for line in lines
        ]
        _write_beside(session, before)

    def remove(self, session: Session, lines: Sequence[Line]) -> None:
        """Take out contracts that an import brought."""
        ids = [line.target_id for line in lines]
        buyers = sa.select(col(Contract.buyer_id)).where(col(Contract.id).in_(ids))
        joining.hold_of(session, buyers)
        session.execute(sa.delete(Contract).where(col(Contract.id).in_(ids)))

    def restored(self, session: Session, lines: Sequence[Line]) -> None:
        """Let the DECP files before be undone in their turn."""
        moved_back(session, [line.target_id for line in lines if line.target_id])

    def follow(self, session: Session, buyer: Organisation, import_id: UUID) -> None:
        """Find the spending of these contracts, and announce what moved."""
        joining.run(session, buyer.id)
        announce(
            session,
            sa.select(col(SheetRow.target_id)).where(
                col(SheetRow.import_id) == import_id,
                col(SheetRow.state).in_((RowState.NEW, RowState.CHANGED)),
                col(SheetRow.target_id).is_not(None),
            ),
        )


def _identity(party: Sequence[str | None]) -> Identity:
    return identity(Party(party[0], party[1], party[2]))


def _project(line: Line) -> str | None:
    named: str | None = line.said.get("project") or line.values.get("project")
    return named


def _kind(line: Line) -> Kind:
    return Kind(line.values.get("kind") or Kind.CONTRACT)


def _around(session: Session, buyer: Organisation) -> _Around:
    # Only projects that contracts point at are looked at: the others may be thousands.
    rows = session.execute(
        sa.select(col(Project.id), col(Project.reference)).where(
            col(Project.buyer_id) == buyer.id,
            sa.exists().where(col(Contract.project_id) == col(Project.id)),
        )
    )
    return _Around(directorates_by_id(session, buyer.id), {row[0]: row[1] for row in rows})


def _kept(session: Session, buyer_id: UUID, references: Sequence[str]) -> list[Kept]:
    found = reading.ids_by_reference(session, [(buyer_id, one) for one in references])
    ids = [key for key, _ in found.values()]
    return [
        one
        for start in range(0, len(ids), reading.BATCH)
        for one in reading.by_ids(session, ids[start : start + reading.BATCH])
    ]


def _known(one: Kept, around: _Around) -> Known:
    record = one.record
    values = {name: _plain(getattr(record, name)) for name in _PLAIN}
    values |= {name: getattr(one, name) for name in _BESIDE}
    values |= {f"{MARK}{code}": said for code, said in record.marks.items()}
    values |= {
        "reference": record.reference,
        "kind": Kind(record.kind).value,
        "directorate": around.directorates.get(one.directorate_id) if one.directorate_id else None,
        "project": around.projects.get(one.project_id) if one.project_id else None,
        SUPPLIERS: [writing.party_list(party) for party in record.suppliers] or None,
    }
    state = digest_of([msgspec.Raw(encoded(record)), [getattr(one, name) for name in BESIDE]])
    return Known(one.id, values, state)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _record(record: ContractRecord, values: Mapping[str, Any]) -> ContractRecord:
    """The record with these values put in, or taken out where they are None."""
    facts = {name: values[name] for name in FACTS if name in values}
    for name in DAYS:
        if name in values:
            facts[name] = date.fromisoformat(values[name]) if values[name] else None
    if SUPPLIERS in values:
        facts[SUPPLIERS] = tuple(Party(*one) for one in values[SUPPLIERS] or ())
    said = {
        name.removeprefix(MARK): value for name, value in values.items() if name.startswith(MARK)
    }
    marks = {**record.marks, **said}
    return replace(
        record, **facts, marks={code: one for code, one in marks.items() if one is not None}
    )


def _written(
    session: Session, buyer_id: UUID, records: Sequence[tuple[Line, ContractRecord]]
) -> list[Written]:
    companies: dict[Identity, UUID] = {}
    register(session, (party for _, one in records for party in one.suppliers), companies)
    return [
        Written(
            line.target_id,
            buyer_id,
            record,
            tuple(companies[identity(party)] for party in record.suppliers),
            Origin.IMPORT,
        )
        for line, record in records
        if line.target_id is not None
    ]


def _write_beside(session: Session, lines: Sequence[tuple[Line, Mapping[str, Any]]]) -> None:
    """Write what the register keeps beside the record, of the lines that speak of it."""
    rows = []
    for line, before in lines:
        said = {name: line.values[name] for name in _BESIDE if name in line.values}
        for name in ("directorate", "project"):
            if name in line.values:
                said[f"{name}_id"] = line.found.get(name) if line.values[name] else None
        if said:
            after = {name: said.get(name, before.get(name)) for name in BESIDE}
            if line.target_id:
                rows.append((*map(_driven, after.values()), line.target_id.hex))
    update_many(session, "contract", BESIDE, ("id",), rows)


def _driven(value: Any) -> Any:
    return value.hex if isinstance(value, UUID) else value


CONTRACTS: Final = Contracts(
    code="contracts",
    label="Marchés et concessions",
    noun=("marché", "marchés"),
    table="contract",
    permission=Permission.CONTRACTS_WRITE,
    fields=FIELDS,
    parts=dependents.PARTS,
    made={SUPPLIERS: "Titulaires"},
)
