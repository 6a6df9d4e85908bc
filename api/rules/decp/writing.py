"""Writing of one contract as the DECP format 2.0.3 wants it.

Only what is known is written: an unknown field is left out, never guessed. Whether the result is
complete for the official schema is the business of ``missing_for_publication``. Names of buyers
and companies and the purpose of an amendment have no place in the 2022 format.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from api.rules.decp.considerations import environmental_labels, social_labels
from api.rules.decp.labels import INNOVATIVE
from api.rules.decp.values import RATE_SCALE
from api.rules.records import (
    AmendmentRecord,
    ConcessionYearRecord,
    ContractRecord,
    Kind,
    Party,
    SubcontractChangeRecord,
    SubcontractRecord,
)

CONCESSION: Final = Kind.CONCESSION


def write(record: ContractRecord) -> dict[str, object]:
    """The object of ``marches.marche`` or ``marches.contrat-concession``, keys in a fixed order.

    Amounts are ``int`` when they are whole euros, else ``float``: this is the one place where a
    float is made, for output only. Cents divided by 100 are the float nearest to the exact
    decimal, and every JSON encoder writes the shortest text that reads back as that float: with
    15 significant digits at most (amounts under 10**13 cents and well beyond), the text is exact
    to the cent. The same holds for rates, in millionths.
    """
    if record.kind is CONCESSION:
        return _said_only(_concession(record))
    return _said_only(_contract(record))


def _said_only(fields: dict[str, object]) -> dict[str, object]:
    """``fields`` without those that say nothing: the schema refuses null and most empty lists."""
    return {key: value for key, value in fields.items() if value is not None}


def _contract(record: ContractRecord) -> dict[str, object]:
    return {
        "id": record.reference,
        "acheteur": {"id": record.buyer_siret},
        "nature": record.nature,
        "objet": record.subject,
        "codeCPV": record.cpv,
        "techniques": _wrapped_labels(record.techniques, "technique"),
        "modalitesExecution": _wrapped_labels(record.execution_modalities, "modaliteExecution"),
        "idAccordCadre": record.framework_reference,
        "marcheInnovant": record.marks.get(INNOVATIVE),
        "ccag": record.ccag,
        "offresRecues": record.offers_received,
        "attributionAvance": record.advance_granted,
        # 0 means "no advance" for one text and "unknown rate" for another: it is never written.
        "tauxAvance": (
            _rate(record.advance_rate) if record.advance_rate and record.advance_granted else None
        ),
        "typeGroupementOperateurs": record.grouping,
        "sousTraitanceDeclaree": record.subcontracting_declared,
        "actesSousTraitance": [_subcontract(item) for item in record.subcontracts] or None,
        "procedure": record.procedure,
        "lieuExecution": _place(record.place_code, record.place_kind),
        "dureeMois": record.months,
        "dateNotification": _day(record.notified_on),
        "datePublicationDonnees": _day(record.published_on),
        "montant": _euros(record.amount),
        "typesPrix": _wrapped_labels(record.price_types, "typePrix"),
        "formePrix": record.price_form,
        "origineUE": _rate(record.eu_share),
        "origineFrance": _rate(record.french_share),
        "titulaires": _wrapped_parties(record.suppliers, "titulaire"),
        **_considerations(record),
        "modificationsActesSousTraitance": (
            [_subcontract_change(item) for item in record.subcontract_changes] or None
        ),
        "modifications": [_amendment(item) for item in record.amendments] or None,
    }


def _concession(record: ContractRecord) -> dict[str, object]:
    return {
        "id": record.reference,
        "autoriteConcedante": {"id": record.buyer_siret},
        "nature": record.nature,
        "objet": record.subject,
        "procedure": record.procedure,
        "dureeMois": record.months,
        "dateSignature": _day(record.notified_on),
        "datePublicationDonnees": _day(record.published_on),
        "dateDebutExecution": _day(record.starts_on),
        "valeurGlobale": _euros(record.amount),
        "montantSubventionPublique": _euros(record.subsidy),
        "donneesExecution": [_year(year) for year in record.concession_years] or None,
        "concessionnaires": _wrapped_parties(record.suppliers, "concessionnaire"),
        **_considerations(record),
        "modifications": [_concession_amendment(item) for item in record.amendments] or None,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _euros(cents: int | None) -> int | float | None:
    if cents is None:
        return None
    return cents / 100 if cents % 100 else cents // 100


def _rate(millionths: int | None) -> int | float | None:
    if millionths is None:
        return None
    return millionths / RATE_SCALE if millionths % RATE_SCALE else millionths // RATE_SCALE


def _wrapped_labels(labels: tuple[str, ...] | None, wrapper: str) -> dict[str, object] | None:
    return {wrapper: list(labels)} if labels else None


def _considerations(record: ContractRecord) -> dict[str, object]:
    social, environmental = social_labels(record), environmental_labels(record)
    return {
        "considerationsSociales": _wrapped_labels(social, "considerationSociale"),
        "considerationsEnvironnementales": _wrapped_labels(
            environmental, "considerationEnvironnementale"
        ),
    }


def _place(code: str | None, kind: str | None) -> dict[str, object] | None:
    if code is not None and kind is not None:
        return {"code": code, "typeCode": kind}
    return _said_only({"code": code, "typeCode": kind}) or None


def _party(party: Party) -> dict[str, object]:
    if party.id_type is not None and party.identifier is not None:
        return {"typeIdentifiant": party.id_type, "id": party.identifier}
    return _said_only({"typeIdentifiant": party.id_type, "id": party.identifier})


def _wrapped_parties(
    parties: Iterable[Party] | None, wrapper: str
) -> list[dict[str, object]] | None:
    return [{wrapper: _party(party)} for party in parties or ()] or None


def _amendment(item: AmendmentRecord) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": item.number,
        "dateNotificationModification": _day(item.notified_on),
        "datePublicationDonneesModification": _day(item.published_on),
        "dureeMois": item.months,
        "montant": _euros(item.amount),
        "titulaires": _wrapped_parties(item.suppliers, "titulaire"),
    }
    return {"modification": _said_only(fields)}


def _concession_amendment(item: AmendmentRecord) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": item.number,
        "dateSignatureModification": _day(item.notified_on),
        "datePublicationDonneesModification": _day(item.published_on),
        "dureeMois": item.months,
        "valeurGlobale": _euros(item.amount),
    }
    return {"modification": _said_only(fields)}


def _subcontract(item: SubcontractRecord) -> dict[str, object]:
    company = item.subcontractor
    fields: dict[str, object] = {
        "id": item.number,
        "sousTraitant": None if company is None else _party(company),
        "dureeMois": item.months,
        "dateNotification": _day(item.notified_on),
        "datePublicationDonnees": _day(item.published_on),
        "montant": _euros(item.amount),
        "variationPrix": item.price_variation,
    }
    return {"acteSousTraitance": _said_only(fields)}


def _subcontract_change(item: SubcontractChangeRecord) -> dict[str, object]:
    """JSON says ``modificationActeSousTraitance``; the XSD adds an s and each refuses the other."""
    fields: dict[str, object] = {
        "id": item.number,
        "dureeMois": item.months,
        "dateNotificationModificationSousTraitance": (_day(item.notified_on)),
        "montant": _euros(item.amount),
        "datePublicationDonnees": _day(item.published_on),
    }
    return {"modificationActeSousTraitance": _said_only(fields)}


def _year(item: ConcessionYearRecord) -> dict[str, object]:
    fields: dict[str, object] = {
        "datePublicationDonneesExecution": _day(item.published_on),
        "depensesInvestissement": _euros(item.investment),
        "tarifs": [
            {"tarif": {"intituleTarif": tariff.title, "tarif": _euros(tariff.amount)}}
            for tariff in item.tariffs
        ]
        or None,
    }
    return {"donneesAnnuelles": _said_only(fields)}
