"""What a batch of rows would do to the register: new, changed, same or refused, and why.

The same judgement serves the preview and the acceptance, so that what was announced is what is
done, unless the register moved in between, and then the report says what was done.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace
from sqlmodel import Session, col

from api.access.models import Organisation
from api.contracts import reading
from api.contracts.conversion import differences
from api.contracts.reading import Kept
from api.imports.models import RowState
from api.kit.columns import new_id
from api.rules.records import ContractRecord, Issue, Party
from api.suppliers.service import identity

MESSAGES = {
    "foreign_buyer": "L’acheteur {siret} n’est pas l’un des vôtres : seul un administrateur peut "
    "suivre d’autres acheteurs.",
    "file_duplicate": "Répète à l’identique la ligne {position} du fichier.",
    "file_collision": "Porte le même numéro que la ligne {position} du fichier avec un autre "
    "contenu (lot tronqué, avenant séparé ?) : donnez-lui un numéro propre.",
}


@dataclass(frozen=True)
class Reach:
    """The buyers that whoever imports may write to."""

    own: frozenset[UUID]
    observe: bool
    everywhere: bool = False

    def covers(self, buyer: Organisation | None) -> bool:
        """Tell whether rows of this buyer may enter; None is a buyer the platform doesn't know."""
        if buyer is None:
            return self.observe
        return self.everywhere or buyer.id in self.own or (self.observe and buyer.observed)


_DECODER = msgspec.json.Decoder(ContractRecord)


@dataclass(slots=True)
class Judged:
    """One row with its verdict.

    ``encoded`` is the record as JSON, empty where none could be made: the whole record is only
    looked at where the register needs it, ``read`` when it has just been. ``contract_id`` is the
    contract that the row speaks of, the one it will make for a new row.
    """

    position: int
    state: RowState
    issues: tuple[Issue, ...]
    buyer_siret: str = ""
    reference: str = ""
    encoded: bytes = b""
    contract_id: UUID | None = None
    digest: str = ""
    kept: Kept | None = None
    merged: ContractRecord | None = None
    read: ContractRecord | None = None

    def record(self) -> ContractRecord:
        """The record of a readable row."""
        return self.read or _DECODER.decode(self.encoded)


@dataclass
class Judge:
    """Judges the rows of one file, batch after batch; remembers buyers and numbers already seen."""

    session: Session
    reach: Reach
    buyers: dict[str, Organisation | None] = field(default_factory=dict)
    # By buyer, then by number: rank (4 bytes) and hash of the first row of the file that bears it.
    # The one thing that grows with the file: 150 bytes a contract.
    seen: dict[str, dict[str, bytes]] = field(default_factory=dict)
    # Buyers met, and whether rows of theirs may enter.
    covered: dict[str, bool] = field(default_factory=dict)

    def judge(self, rows: Sequence[Judged]) -> None:
        """Give each readable row, new until then, its verdict; in the order of the file."""
        self._meet({row.buyer_siret for row in rows})
        for row in rows:
            self._alone(row)
        self._against_register([row for row in rows if row.state is RowState.NEW])
        for row in rows:
            if row.state is RowState.NEW and row.contract_id is None:
                row.contract_id = new_id()

    def _meet(self, sirets: Iterable[str]) -> None:
        unmet = [siret for siret in sirets if siret not in self.buyers]
        if unmet:
            found = self.session.scalars(
                sa.select(Organisation).where(col(Organisation.siret).in_(unmet))
            )
            self.buyers.update(dict.fromkeys(unmet))
            self.buyers.update({buyer.siret or "": buyer for buyer in found})
            self.covered.update({one: self.reach.covers(self.buyers[one]) for one in unmet})

    def _alone(self, row: Judged) -> None:
        # That of a row kept aside was kept with it.
        row.digest = row.digest or blake2b(row.encoded, digest_size=16).hexdigest()
        if not self.covered[row.buyer_siret]:
            _refuse(row, "foreign_buyer", "acheteur.id", siret=row.buyer_siret)
            return
        of_buyer = self.seen.setdefault(row.buyer_siret, {})
        told = row.position.to_bytes(4) + bytes.fromhex(row.digest)
        first = of_buyer.setdefault(row.reference, told)
        if first is told:
            return
        position = int.from_bytes(first[:4])
        if first[4:] != told[4:]:
            _refuse(row, "file_collision", "id", position=position)
            return
        row.state = RowState.SAME
        row.issues += (_issue("file_duplicate", "id", position=position),)

    def _against_register(self, rows: list[Judged]) -> None:
        ids = {siret: buyer.id for siret, buyer in self.buyers.items() if buyer is not None}
        met = [(ids[row.buyer_siret], row) for row in rows if row.buyer_siret in ids]
        known = reading.ids_by_reference(
            self.session, [(buyer_id, row.reference) for buyer_id, row in met]
        )
        moved: list[Judged] = []
        for buyer_id, row in met:
            entry = known.get((buyer_id, row.reference))
            if entry is not None:
                row.contract_id, row.state = entry[0], RowState.SAME
                if entry[1] != row.digest:
                    moved.append(row)
        if moved:
            self._compare(moved)

    def _compare(self, rows: list[Judged]) -> None:
        kept = {
            one.id: one
            for one in reading.by_ids(
                self.session, [row.contract_id for row in rows if row.contract_id]
            )
        }
        for row in rows:
            if row.contract_id is None:
                continue
            row.kept = kept[row.contract_id]
            row.merged = merge(row.kept.record, row.record())
            if differences(row.kept.record, row.merged):
                row.state = RowState.CHANGED


def merge(old: ContractRecord, new: ContractRecord) -> ContractRecord:
    """What a contract becomes when a file speaks of it again.

    The file wins where it says something; what it does not say erases nothing, the name of a
    company told by its number alone no more than the rest.
    """
    new, values = _named(old, new), {}
    for name in ContractRecord.__struct_fields__:
        said = getattr(new, name)
        values[name] = getattr(old, name) if said is None or said in ((), {}) else said
    values["marks"] = {**old.marks, **new.marks}
    values["buyer_name"] = old.buyer_name
    return replace(old, **values)


def _named(old: ContractRecord, new: ContractRecord) -> ContractRecord:
    """The new record, each nameless company of it called as the old one calls it."""
    names: dict[Any, str] = {}
    # The holder first: an amendment may have called it otherwise since.
    for one in _companies(old):
        if one.identifier and one.name:
            names.setdefault(identity(one), one.name)
    if all(one.name or identity(one) not in names for one in _companies(new)):
        return new

    def named(one: Party) -> Party:
        return one if one.name else replace(one, name=names.get(identity(one)))

    return replace(
        new,
        suppliers=tuple(named(one) for one in new.suppliers),
        amendments=tuple(
            one
            if one.suppliers is None
            else replace(one, suppliers=tuple(named(each) for each in one.suppliers))
            for one in new.amendments
        ),
        subcontracts=tuple(
            one
            if one.subcontractor is None
            else replace(one, subcontractor=named(one.subcontractor))
            for one in new.subcontracts
        ),
    )


def _companies(record: ContractRecord) -> Iterator[Party]:
    yield from record.suppliers
    for amendment in record.amendments:
        yield from amendment.suppliers or ()
    yield from (one.subcontractor for one in record.subcontracts if one.subcontractor)


def refusal(position: int, issue: Issue) -> Judged:
    """The verdict on a row that no record could be made of."""
    return Judged(position, RowState.REFUSED, (issue,))


def _refuse(row: Judged, code: str, where: str, **facts: object) -> None:
    # The reason of the refusal comes first: it is the one that is counted and shown.
    row.issues = (_issue(code, where, **facts), *row.issues)
    row.state, row.contract_id = RowState.REFUSED, None


def _issue(code: str, where: str, **facts: object) -> Issue:
    return Issue(code, where, MESSAGES[code].format(**facts))
