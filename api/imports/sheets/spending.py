"""Spreadsheets of spending: a line is known by its year, its mandate and its line.

Without a number of line, its rank among those of the mandate tells it apart; without a number of
mandate, a digest of what it says does.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Permission
from api.closings.service import held_years
from api.imports.sheets import cells
from api.imports.sheets.base import BUYER, DIRECTORATE, Base, family, need
from api.imports.sheets.judging import digest_of
from api.imports.sheets.naming import directorates_by_id, find_directorates, refuse_foreign
from api.imports.sheets.target import CLOSED, COLLISION, ORDER, Known, Line, SheetField
from api.kit.bulk import insert_many, this_instant, update_many
from api.kit.columns import euros_text
from api.kit.days import today
from api.rules.columns import normalised
from api.spending import joining
from api.spending.keys import mandate_key, told_key
from api.spending.models import Section, Spending
from api.spending.repeating import Way, other, otherwise, ways
from api.spending.schemas import SECTIONS

_CHUNK = 500
_SECTIONS = {
    **{normalised(one.value): one.value for one in Section},
    **{normalised(label): one.value for one, label in SECTIONS.items()},
    **dict.fromkeys(("f", "fonct", "section de fonctionnement", "df"), Section.OPERATING.value),
    **dict.fromkeys(("i", "inv", "invest", "section d investissement", "di"),
                    Section.INVESTMENT.value),
}  # fmt: skip
_SECTION_LABELS = {one.value: label for one, label in SECTIONS.items()}

FIELDS: Final = (
    SheetField(
        "year",
        "Exercice",
        cells.year,
        ("Année", "Ex.", "Exercice budgétaire", "Année du mandat", "Exercice comptable",
         "Date du mandat", "Date de mandatement"),
        required=True,
        help="L’année civile du mandat ; une date convient.",
    ),
    SheetField(
        "mandate_number",
        "N° de mandat",
        cells.text(40),
        ("Mandat", "N° mandat", "Numéro mandat", "Numéro du mandat", "N° de pièce",
         "Numéro de pièce", "N° pièce"),
        help="Avec lui, une ligne corrigée est mise à jour au lieu d’être ajoutée.",
    ),
    SheetField(
        "mandate_line",
        "Ligne du mandat",
        cells.text(20),
        ("N° de ligne", "N° ligne", "Ligne", "N° ligne mandat", "Rang", "N° d’ordre"),
    ),
    SheetField(
        "paid_on",
        "Payé le",
        cells.day,
        ("Date de paiement", "Date de règlement", "Payé", "Date du paiement", "Réglé le"),
        help="Sans numéro de marché, il dit lequel des marchés du titulaire courait ce jour-là.",
    ),
    SheetField(
        "payee_siret",
        "SIRET du bénéficiaire",
        cells.siret,
        ("SIRET", "SIRET tiers", "SIRET du tiers", "SIRET fournisseur", "SIRET du fournisseur",
         "SIRET titulaire", "N° SIRET"),
        doubt=cells.wrong_key,
        help="14 chiffres, dans une cellule au format Texte.",
    ),
    SheetField(
        "payee_name",
        "Nom du bénéficiaire",
        cells.text(300),
        ("Bénéficiaire", "Tiers", "Nom du tiers", "Nom tiers", "Libellé tiers", "Fournisseur",
         "Raison sociale", "Créancier"),
    ),
    SheetField(
        "amount",
        "Montant mandaté HT",
        cells.cents,
        ("Montant HT", "Montant mandaté", "Montant H.T.", "Mt HT", "HT", "Montant liquidé HT",
         "Montant payé HT"),
        required=True,
        show=lambda value: None if value is None else euros_text(value),
        help="Hors taxes ; négatif pour une annulation ou un avoir.",
    ),
    SheetField(
        "contract",
        "N° de marché",
        cells.text(64),
        ("Marché", "N° marché", "Numéro de marché", "Numéro du marché", "Code marché",
         "Référence marché", "Référence du marché", "Contrat"),
        help="Le numéro du registre : le montant s’y rattache.",
    ),
    family("family"),
    SheetField(
        "section",
        "Section du budget",
        cells.word(_SECTIONS, SECTIONS.values()),
        ("Section", "Section budgétaire"),
        show=lambda value: _SECTION_LABELS.get(value, value),
    ),
    DIRECTORATE,
    SheetField("source", "Source", cells.text(120), ("Logiciel", "Origine")),
    BUYER,
)  # fmt: skip
_FACTS: Final = (
    "year", "mandate_number", "mandate_line", "payee_siret", "payee_name", "amount", "paid_on",
    "family", "section", "source",
)  # fmt: skip
_COLUMNS = (
    "id", "created_at", "updated_at", "buyer_id", "import_key", "contract_number",
    "directorate_id", *_FACTS,
)  # fmt: skip


class SpendingSheet(Base):
    """Amounts mandated."""

    def key(self, line: Line) -> str:
        """Year, mandate, line; without a mandate, a digest of what the line says."""
        said = line.said
        number = said.get("mandate_number")
        if number is None:
            facts = [said.get(one.name) for one in FIELDS if one is not BUYER]
            return f"{said['year']}|={digest_of(facts)}"
        return mandate_key(said["year"], number, said.get("mandate_line"))

    def several(self, line: Line) -> bool:
        """A mandate has several lines, of which not every export gives the number."""
        return line.said.get("mandate_number") is None or line.said.get("mandate_line") is None

    def apart(self, line: Line) -> tuple[str, str, bool] | None:
        """A mandate said whole and one said line by line would count twice."""
        way = _way(line)
        return None if way is None else (otherwise(way, here=True), f"{way[0]}|{way[1]}", way[2])

    def told(self, key: str) -> str:
        """The mandate and its line; of a line without mandate, its year."""
        year, _, rest = key.partition("|")
        if "|" not in rest:
            return f"{year}, sans n° de mandat"
        year, number, line, rank = told_key(key)
        told = f"{year}, mandat {number}"
        told = f"{told}, ligne {line}" if line else told
        return f"{told} ({rank}e de son numéro)" if rank else told

    def title(self, said: Mapping[str, Any]) -> str | None:
        """Who is paid."""
        return said.get("payee_name") or said.get("payee_siret")

    def resolve(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Find the directorates; refuse other buyers, closed years and years to come."""
        refuse_foreign(buyer, lines)
        find_directorates(session, buyer, lines)
        _find_ways(session, buyer, lines)
        closed, this_year = held_years(session, buyer.id), today().year
        for line in lines:
            # What an undo writes again says no year when it changes none: its key does.
            year = int(line.key.partition("|")[0])
            if year in closed:
                told = f"L’année {year} est close : un administrateur doit d’abord la rouvrir."
                line.refuse(CLOSED, "year", told)
            elif year > this_year:
                line.refuse(
                    ORDER, "year", f"L’année {year} n’a pas commencé : vérifiez l’exercice."
                )

    def check(self, line: Line, known: Known | None) -> None:
        """Refuse an amount paid to nobody, and a mandate that stands already the other way."""
        if known is not None:
            return
        if "otherwise" in line.found:
            line.refuse(COLLISION, "mandate_number", line.found["otherwise"])
        if not line.said.get("payee_name"):
            need(
                line, "payee_siret", "SIRET du bénéficiaire", "donnez au moins son nom, ce montant"
            )

    def known(self, session: Session, buyer: Organisation, keys: Sequence[str]) -> dict[str, Known]:
        """The lines of the buyer that earlier imports brought under these keys."""
        names = directorates_by_id(session, buyer.id)
        found: dict[str, Known] = {}
        for start in range(0, len(keys), _CHUNK):
            rows = session.scalars(
                sa.select(Spending)
                .where(
                    col(Spending.buyer_id) == buyer.id,
                    col(Spending.import_key).in_(keys[start : start + _CHUNK]),
                )
                .execution_options(populate_existing=True)
            )
            for one in rows:
                values = _values(one, names)
                found[one.import_key or ""] = Known(one.id, values, digest_of(values))
        return found

    def insert(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Enter new lines."""
        instant = this_instant(session)
        rows = [
            (
                line.target_id.hex if line.target_id else None,
                instant,
                instant,
                buyer.id.hex,
                line.key,
                line.values.get("contract"),
                _hex(line.found.get("directorate")),
                *(line.values.get(name) for name in _FACTS),
            )
            for line in lines
        ]
        insert_many(session, "spending", _COLUMNS, rows)

    def update(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Write lines again."""
        joining.hold(session, [buyer.id])
        kept = self.known(session, buyer, [line.key for line in lines])
        ids = {name: key for key, name in directorates_by_id(session, buyer.id).items()}
        instant, rows = this_instant(session), []
        for line in lines:
            after = {**kept[line.key].values, **line.values}
            facts = (after.get(name) for name in _FACTS)
            directorate = _hex(ids.get(after.get("directorate") or ""))
            rows.append(
                (*facts, after.get("contract"), directorate, instant, kept[line.key].id.hex)
            )
        columns = (*_FACTS, "contract_number", "directorate_id", "updated_at")
        update_many(session, "spending", columns, ("id",), rows)

    def remove(self, session: Session, lines: Sequence[Line]) -> None:
        """Take out lines that an import brought."""
        ids = [line.target_id for line in lines]
        buyers = sa.select(col(Spending.buyer_id)).where(col(Spending.id).in_(ids))
        joining.hold_of(session, buyers)
        session.execute(sa.delete(Spending).where(col(Spending.id).in_(ids)))

    def follow(self, session: Session, buyer: Organisation, import_id: UUID) -> None:
        """Find the contracts of the lines that are there, those of other files too."""
        del import_id
        joining.run(session, buyer.id)


def _way(line: Line) -> Way | None:
    said = line.said
    if said.get("mandate_number") is None:
        return None
    return said["year"], said["mandate_number"], said.get("mandate_line") is not None


def _find_ways(session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
    """Note the lines of which the mandate stands already, said the other way round."""
    asked = {line.key: way for line in lines if (way := _way(line)) is not None}
    standing = ways(session, buyer.id, {way[:2] for way in asked.values()})
    for line in lines:
        way = asked.get(line.key)
        if way is not None and other(way) in standing:
            line.found["otherwise"] = otherwise(way)


def _values(one: Spending, names: Mapping[UUID, str]) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in _FACTS}
    directorate = names.get(one.directorate_id) if one.directorate_id else None
    return facts | {
        "section": one.section.value if one.section else None,
        "contract": one.contract_number,
        "paid_on": one.paid_on.isoformat() if one.paid_on else None,
        "directorate": directorate,
    }


def _hex(key: UUID | None) -> str | None:
    return None if key is None else key.hex


SPENDING: Final = SpendingSheet(
    code="spending",
    label="Montants mandatés",
    noun=("montant mandaté", "montants mandatés"),
    table="spending",
    permission=Permission.SPENDING_WRITE,
    fields=FIELDS,
)
