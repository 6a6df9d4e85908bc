"""Reading of one contract as a DECP file gives it, in the 2022 format or in that of 2019.

Both formats are read by the same code: what differs is which fields are there, and two
vocabularies (nature, price form) that 2022 split. What a row doesn't say stays ``None`` or absent
from the marks. What is wrong is kept whenever it can be, and always gets a remark.
"""

from collections.abc import Mapping
from typing import Any, Final

from api.rules.decp.coherence import remark_on_contradictions
from api.rules.decp.considerations import read_marks
from api.rules.decp.identifiers import read_cpv, read_name, read_place
from api.rules.decp.identity import (
    LONGEST_PUBLISHED_REFERENCE,
    LONGEST_REFERENCE,
    read_buyer,
    read_reference,
)
from api.rules.decp.issues import issue
from api.rules.decp.labels import (
    CCAG_TABLE,
    CONCESSION_NATURE_TABLE,
    CONCESSION_PROCEDURE_TABLE,
    EXECUTION_MODALITY_TABLE,
    GROUPING_TABLE,
    NATURE_TABLE,
    OLD_FRAMEWORK,
    OLD_NATURE_TABLE,
    OLD_PRICE_FORM_TABLE,
    PRICE_FORM_TABLE,
    PRICE_FORMS,
    PRICE_TYPE_TABLE,
    PRICE_TYPES_OF_OLD_FORMS,
    PROCEDURE_TABLE,
    TECHNIQUE_TABLE,
    LabelTable,
    loose_key,
)
from api.rules.decp.parts import (
    either,
    read_amendments,
    read_concession_years,
    read_parties,
    read_subcontract_changes,
    read_subcontracts,
)
from api.rules.decp.shapes import read_labels
from api.rules.decp.values import (
    LONGEST_SUBJECT,
    read_amount,
    read_boolean,
    read_date,
    read_identifier,
    read_label,
    read_rate,
    read_text,
    read_whole,
)
from api.rules.records import (
    ContractRecord,
    Issue,
    Kind,
    Reading,
    SubcontractChangeRecord,
    SubcontractRecord,
)

CONTRACT: Final = Kind.CONTRACT
CONCESSION: Final = Kind.CONCESSION

_Row = Mapping[str, Any]
# Reference, SIRET of the buyer, its name.
_Identity = tuple[str, str, str | None]

# A row with one of these was written in the 2022 format.
_KEYS_2022 = frozenset(
    {
        "techniques",
        "technique",
        "modalitesExecution",
        "modaliteExecution",
        "marcheInnovant",
        "ccag",
        "offresRecues",
        "attributionAvance",
        "typeGroupementOperateurs",
        "typesPrix",
        "typePrix",
        "sousTraitanceDeclaree",
        "considerationsSociales",
        "considerationsEnvironnementales",
    }
)
# Names of one thing in a contract and in a concession: some files mix them.
_NAMES = (
    ("acheteur", "autoriteConcedante"),
    ("dateNotification", "dateSignature"),
    ("montant", "valeurGlobale"),
    ("titulaires", "concessionnaires"),
)
_CONTRACT_NAMES = frozenset(name for name, _ in _NAMES)
_CONCESSION_NAMES = frozenset(name for _, name in _NAMES)


def read_row(row: object, kind: Kind | None = None) -> Reading:
    """One raw contract of a JSON file -> a record and its issues, or the reason of its refusal.

    ``row`` is what a JSON reader makes (numbers as int, Decimal or float). ``kind`` is given when
    the structure of the file tells it (``marche`` or ``contrat-concession``), else it is found in
    the row. A row is refused only when it can't be identified: no object, no ``id`` or one of more
    than 64 characters, no buyer with a SIRET of 14 digits. Never raises on what a file may hold.
    """
    if type(row) is not dict:
        return Reading(None, refusal=issue("not_an_object", "", row))
    issues: list[Issue] = []
    if kind is None:
        kind = _kind_of(row)
    reference = read_reference(row.get("id"), issues)
    if isinstance(reference, Issue):
        return Reading(None, refusal=reference)
    names = _CONTRACT_NAMES if kind is CONCESSION else _CONCESSION_NAMES
    if not row.keys().isdisjoint(names):
        row = _with_own_names(row, kind, issues)
    key = "autoriteConcedante" if kind is CONCESSION else "acheteur"
    authority = row.get(key)
    siret = read_buyer(authority, key, issues)
    if isinstance(siret, Issue):
        return Reading(None, refusal=siret)
    name = authority.get("nom") if type(authority) is dict else None
    if name is not None:
        name = read_name(name, f"{key}.nom", issues)
    read = _read_concession if kind is CONCESSION else _read_contract
    record = read(row, (reference, siret, name), issues)
    remark_on_contradictions(record, issues)
    return Reading(record, tuple(issues))


def _kind_of(row: _Row) -> Kind:
    if "autoriteConcedante" in row or "concessionnaires" in row:
        return CONCESSION
    stated = row.get("_type")
    if stated == "Marché" or type(stated) is not str:
        return CONTRACT
    return CONCESSION if loose_key(stated[:20]).startswith("contrat") else CONTRACT


def _with_own_names(row: dict[str, Any], kind: Kind, issues: list[Issue]) -> dict[str, Any]:
    """``row`` with the fields that it names as the other family of contracts does."""
    own = dict(row)
    for names in _NAMES:
        other, key = names if kind is CONCESSION else names[::-1]
        value = either(row, key, other, issues)
        if value is not None:
            own[key] = value
    return own


def _read_contract(row: _Row, identity: _Identity, issues: list[Issue]) -> ContractRecord:
    get = row.get
    nature, techniques, modalities = _read_nature(row, issues)
    price_form, price_types = _read_price(row, issues)
    place_code, place_kind = read_place(get("lieuExecution"), issues)
    granted, rate = _read_advance(row, issues)
    declared, subcontracts, changes = _read_subcontracting(row, issues)
    grouping = "typeGroupementOperateurs"
    return ContractRecord(
        CONTRACT,
        *identity,
        subject=_read_subject(get("objet"), issues),
        nature=nature,
        cpv=read_cpv(get("codeCPV"), issues),
        procedure=read_label(get("procedure"), PROCEDURE_TABLE, "procedure", issues),
        techniques=techniques,
        execution_modalities=modalities,
        framework_reference=_read_framework(get("idAccordCadre"), issues),
        ccag=read_label(get("ccag"), CCAG_TABLE, "ccag", issues),
        offers_received=read_whole(get("offresRecues"), "offresRecues", issues),
        advance_granted=granted,
        advance_rate=rate,
        eu_share=read_rate(get("origineUE"), "origineUE", issues),
        french_share=read_rate(get("origineFrance"), "origineFrance", issues),
        grouping=read_label(get(grouping), GROUPING_TABLE, grouping, issues),
        place_code=place_code,
        place_kind=place_kind,
        months=read_whole(get("dureeMois"), "dureeMois", issues),
        notified_on=read_date(get("dateNotification"), "dateNotification", issues),
        published_on=read_date(get("datePublicationDonnees"), "datePublicationDonnees", issues),
        amount=read_amount(get("montant"), "montant", issues),
        price_types=price_types,
        price_form=price_form,
        subcontracting_declared=declared,
        suppliers=read_parties(get("titulaires"), "titulaire", "titulaires", issues),
        marks=read_marks(row, CONTRACT, issues),
        amendments=read_amendments(get("modifications"), CONTRACT, issues),
        subcontracts=subcontracts,
        subcontract_changes=changes,
    )


def _read_concession(row: _Row, identity: _Identity, issues: list[Issue]) -> ContractRecord:
    get = row.get
    place_code, place_kind = read_place(get("lieuExecution"), issues)
    return ContractRecord(
        CONCESSION,
        *identity,
        subject=_read_subject(get("objet"), issues),
        nature=read_label(get("nature"), CONCESSION_NATURE_TABLE, "nature", issues),
        cpv=read_cpv(get("codeCPV"), issues),
        procedure=read_label(get("procedure"), CONCESSION_PROCEDURE_TABLE, "procedure", issues),
        place_code=place_code,
        place_kind=place_kind,
        months=read_whole(get("dureeMois"), "dureeMois", issues),
        notified_on=read_date(get("dateSignature"), "dateSignature", issues),
        starts_on=read_date(get("dateDebutExecution"), "dateDebutExecution", issues),
        published_on=read_date(get("datePublicationDonnees"), "datePublicationDonnees", issues),
        amount=read_amount(get("valeurGlobale"), "valeurGlobale", issues),
        subsidy=read_amount(get("montantSubventionPublique"), "montantSubventionPublique", issues),
        suppliers=read_parties(
            get("concessionnaires"), "concessionnaire", "concessionnaires", issues
        ),
        marks=read_marks(row, CONCESSION, issues),
        amendments=read_amendments(get("modifications"), CONCESSION, issues),
        concession_years=read_concession_years(get("donneesExecution"), issues),
    )


def _read_subject(value: object, issues: list[Issue]) -> str | None:
    subject = read_text(value, "objet", issues)
    if subject is None:
        return None
    if len(subject) > LONGEST_SUBJECT:
        issues.append(issue("text_too_long", "objet", subject, LONGEST_SUBJECT))
    if "\n" in subject or "\r" in subject:
        issues.append(issue("line_break", "objet", subject))
    return subject


def _read_framework(value: object, issues: list[Issue]) -> str | None:
    if value is None:
        return None
    reference = read_identifier(value, "idAccordCadre", issues, LONGEST_REFERENCE)
    if reference is not None and len(reference) > LONGEST_PUBLISHED_REFERENCE:
        issues.append(
            issue("text_too_long", "idAccordCadre", reference, LONGEST_PUBLISHED_REFERENCE)
        )
    return reference


def _read_nature(
    row: _Row, issues: list[Issue]
) -> tuple[str | None, tuple[str, ...] | None, tuple[str, ...] | None]:
    """Nature, techniques and modalities: the 2019 natures are a technique or a modality now."""
    get = row.get
    techniques, _ = read_labels(
        get("techniques", get("technique")), "technique", TECHNIQUE_TABLE, "techniques", issues
    )
    modalities, _ = read_labels(
        get("modalitesExecution", get("modaliteExecution")),
        "modaliteExecution",
        EXECUTION_MODALITY_TABLE,
        "modalitesExecution",
        issues,
    )
    value = get("nature")
    if value == "Marché":
        return value, techniques, modalities
    old = _in_old_table(value, OLD_NATURE_TABLE)
    if old is None:
        return read_label(value, NATURE_TABLE, "nature", issues), techniques, modalities
    read_label(value, OLD_NATURE_TABLE, "nature", issues)
    if not row.keys().isdisjoint(_KEYS_2022):
        issues.append(issue("old_nature", "nature", value, "Marché"))
    if old == OLD_FRAMEWORK:
        techniques = techniques or ("Accord-cadre",)
    else:
        modalities = modalities or ("Marchés subséquents",)
    return "Marché", techniques, modalities


def _read_price(row: _Row, issues: list[Issue]) -> tuple[str | None, tuple[str, ...] | None]:
    """Price form and price types: what 2019 called the form is the type now."""
    get = row.get
    types, _ = read_labels(
        get("typesPrix", get("typePrix")), "typePrix", PRICE_TYPE_TABLE, "typesPrix", issues
    )
    value = get("formePrix")
    if value is None or value in PRICE_FORMS:
        return value, types
    old = _in_old_table(value, OLD_PRICE_FORM_TABLE)
    if old is None:
        return read_label(value, PRICE_FORM_TABLE, "formePrix", issues), types
    read_label(value, OLD_PRICE_FORM_TABLE, "formePrix", issues)
    new = PRICE_TYPES_OF_OLD_FORMS[old]
    if not row.keys().isdisjoint(_KEYS_2022):
        issues.append(issue("old_price_form", "formePrix", value, new))
    return None, types or (new,)


def _in_old_table(value: object, table: LabelTable) -> str | None:
    """The 2019 label that ``value`` is, if it is one; no remark."""
    if type(value) is not str or len(value) > 30:
        return None
    return table.exact.get(value) or table.loose.get(loose_key(value))


def _read_advance(row: _Row, issues: list[Issue]) -> tuple[bool | None, int | None]:
    """Whether an advance is granted, and its rate.

    A rate of 0 is no rate: « no advance » for some texts, « unknown » for others.
    """
    granted = read_boolean(row.get("attributionAvance"), "attributionAvance", issues)
    rate = read_rate(row.get("tauxAvance"), "tauxAvance", issues)
    if rate != 0:
        return granted, rate
    if granted:
        issues.append(issue("advance_rate_unknown", "tauxAvance"))
    return granted, None


def _read_subcontracting(
    row: _Row, issues: list[Issue]
) -> tuple[bool | None, tuple[SubcontractRecord, ...], tuple[SubcontractChangeRecord, ...]]:
    """Whether subcontracting was declared at notification, the acts since, and their changes."""
    field, acts = "sousTraitanceDeclaree", row.get("actesSousTraitance")
    changes = row.get("modificationsActesSousTraitance")
    return (
        read_boolean(row.get(field), field, issues),
        read_subcontracts(acts, issues),
        read_subcontract_changes(changes, issues),
    )
