"""What a batch of rows would do to the register: new, changed, same or refused, and why.

The same judgement serves the preview and the acceptance, so that what was announced is what is
done, unless the register moved in between, and then the report says what was done.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.contracts import reading
from api.contracts.conversion import differences
from api.contracts.reading import Kept
from api.imports.models import RowState
from api.rules.records import ContractRecord, Issue

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


@dataclass(slots=True)
class Judged:
    """One row with its verdict."""

    position: int
    state: RowState
    record: ContractRecord | None
    issues: tuple[Issue, ...]
    digest: str = ""
    encoded: str = ""
    kept: Kept | None = None
    contract_id: UUID | None = None
    merged: ContractRecord | None = None


@dataclass
class Judge:
    """Judges the rows of one file, batch after batch; remembers buyers and numbers already seen."""

    session: Session
    reach: Reach
    buyers: dict[str, Organisation | None] = field(default_factory=dict)
    seen: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def judge(self, rows: Sequence[tuple[int, ContractRecord, tuple[Issue, ...]]]) -> list[Judged]:
        """The verdicts on readable rows, in order."""
        self._meet({record.buyer_siret for _, record, _ in rows})
        judged = [self._alone(*row) for row in rows]
        self._against_register([one for one in judged if one.state is RowState.NEW])
        return judged

    def _meet(self, sirets: Iterable[str]) -> None:
        unmet = [siret for siret in sirets if siret not in self.buyers]
        if unmet:
            found = self.session.scalars(
                sa.select(Organisation).where(col(Organisation.siret).in_(unmet))
            )
            self.buyers.update(dict.fromkeys(unmet))
            self.buyers.update({buyer.siret or "": buyer for buyer in found})

    def _alone(self, position: int, record: ContractRecord, issues: tuple[Issue, ...]) -> Judged:
        encoded = msgspec.json.encode(record)
        digest = blake2b(encoded, digest_size=16).hexdigest()
        row = Judged(position, RowState.NEW, record, issues, digest, encoded.decode())
        if not self.reach.covers(self.buyers[record.buyer_siret]):
            return _refuse(row, "foreign_buyer", "acheteur.id", siret=record.buyer_siret)
        first = self.seen.setdefault((record.buyer_siret, record.reference), (position, digest))
        if first[0] == position:
            return row
        if first[1] != digest:
            return _refuse(row, "file_collision", "id", position=first[0])
        row.state = RowState.SAME
        row.issues += (_issue("file_duplicate", "id", position=first[0]),)
        return row

    def _against_register(self, rows: list[Judged]) -> None:
        by_buyer: dict[UUID, list[Judged]] = {}
        for row in rows:
            buyer = self.buyers[row.record.buyer_siret] if row.record else None
            if buyer is not None:
                by_buyer.setdefault(buyer.id, []).append(row)
        moved: list[Judged] = []
        for buyer_id, some in by_buyer.items():
            references = [row.record.reference for row in some if row.record]
            known = reading.ids_by_reference(self.session, buyer_id, references)
            for row in some:
                entry = known.get(row.record.reference) if row.record else None
                if entry is None:
                    continue
                row.contract_id, row.state = entry[0], RowState.SAME
                if entry[1] != row.digest:
                    moved.append(row)
        self._compare(moved)

    def _compare(self, rows: list[Judged]) -> None:
        kept = {
            one.id: one
            for one in reading.by_ids(
                self.session, [row.contract_id for row in rows if row.contract_id]
            )
        }
        for row in rows:
            if row.record is None or row.contract_id is None:
                continue
            row.kept = kept[row.contract_id]
            row.merged = merge(row.kept.record, row.record)
            if differences(row.kept.record, row.merged):
                row.state = RowState.CHANGED


def merge(old: ContractRecord, new: ContractRecord) -> ContractRecord:
    """What a contract becomes when a file speaks of it again.

    The file wins where it says something; what it does not say erases nothing.
    """
    values = {}
    for name in ContractRecord.__dataclass_fields__:
        said = getattr(new, name)
        values[name] = getattr(old, name) if said is None or said in ((), {}) else said
    values["marks"] = {**old.marks, **new.marks}
    values["buyer_name"] = old.buyer_name
    return replace(old, **values)


def refusal(position: int, issue: Issue) -> Judged:
    """The verdict on a row that no record could be made of."""
    return Judged(position, RowState.REFUSED, None, (issue,))


def _refuse(row: Judged, code: str, where: str, **facts: object) -> Judged:
    # The reason of the refusal comes first: it is the one that is counted and shown.
    row.issues = (_issue(code, where, **facts), *row.issues)
    row.state = RowState.REFUSED
    return row


def _issue(code: str, where: str, **facts: object) -> Issue:
    return Issue(code, where, MESSAGES[code].format(**facts))
