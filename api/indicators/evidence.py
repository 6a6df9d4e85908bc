"""The rows behind a figure: counted, not counted and why, unknown and what to fill in."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.contracts.conversion import euros
from api.contracts.models import ContractSupplier
from api.indicators import engine, evidence_holders, evidence_parts, judging, quantities
from api.indicators.evidence_schemas import EvidenceCounts, EvidenceItem, EvidenceRows, ToFillRead
from api.indicators.facts.registry import NOT_NARROWED
from api.indicators.facts.source import By
from api.indicators.gathering import OWN
from api.indicators.judging import Ask, Judged
from api.indicators.period import Years, of_period, parameters
from api.indicators.portion import Portion, check
from api.indicators.schemas import EvidenceState
from api.indicators.whose import readable_buyer
from api.kit.pages import bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import Conflict
from api.reference.marks import MARKS
from api.rules.indicators import placing
from api.rules.indicators.criteria import AllOf, Criterion, Leaf, SumTest, SupplierTest, leaves
from api.rules.indicators.evaluation import Truth, combine, failing, unsaid
from api.rules.indicators.explain import to_fill, why_not
from api.rules.indicators.figures import weight_of
from api.rules.indicators.placing import to_place
from api.rules.indicators.scales import rounded
from api.rules.indicators.vocabulary import Aggregate, Definition, Fact, Period, Quantity
from api.rules.naming import known_name
from api.rules.records import Party
from api.schemes import service as schemes

TT, TF, TU, UF, UT, UU = 4, 3, 5, 6, 7, 8
# Not known whether it is looked at.
UNSURE = (UF, UT, UU)
# Out of the perimeter, whatever else is known of the row.
OUTSIDE = (0, 1, 2)
_PLACED = {By.DIRECTORATE: placing.DIRECTORATE, By.FAMILY: placing.FAMILY}
# Numbers that a sum may set aside.
_AMOUNTS = frozenset({"amount", "current_amount"})
_LEFT_OUT = (EvidenceState.NOT_COUNTED, EvidenceState.OUTSIDE)
# A row that does not count may be out of the perimeter too.
_UNSURE_IN = (EvidenceState.UNKNOWN, EvidenceState.NOT_COUNTED)


class NotComputed(Conflict):
    type = "not-computed"
    title = "Chiffre déclaré"
    default = (
        "Ce chiffre est déclaré, ou donné une fois l’année close : il n’a pas de lignes à montrer."
    )


def find(  # noqa: PLR0913 - the parameters of the address
    session: Session,
    actor: Actor,
    indicator_id: UUID,
    year: int,
    siret: str,
    portion: Portion,
    state: EvidenceState,
    limit: int,
    cursor: str | None,
    counted: bool = True,
) -> EvidenceRows:
    """A page of the rows that stand in ``state`` in a figure, the latest first; of one
    directorate or family alone, and of those that may be, when one is given. With how many rows
    each list has when ``counted``: it reads them all.

    The predicate is the figure's own: the first three lists add up to what was looked at.
    Raises Forbidden, NotFound, NotComputed, Invalid on a foreign cursor.
    """
    indicator, scheme = schemes.indicator(session, actor, indicator_id)
    buyer = readable_buyer(session, actor, siret)
    check(session, portion, [buyer])
    definition = schemes.definition_of(indicator)
    if definition.fact is Fact.MILESTONE and definition.parts and not portion.asked:
        under = schemes.told_under(indicator)
        after = decode_cursor(cursor, 1)
        found = evidence_parts.find(session, definition, under, buyer.id, year, state, limit, after)
        return found if counted else found.model_copy(update={"counts": None})
    if definition.fact in OWN or not portion.tells_of(definition.fact):
        raise NotComputed
    span = of_period(definition, year, scheme.first_year)
    given = parameters([buyer.id], Years(span[0], span[-1]), scheme.id) | portion.asked
    items, following = page(session, definition, state, given, limit, decode_cursor(cursor, 2))
    return EvidenceRows(
        items=evidence_holders.named(session, definition, items),
        next=following,
        counts=counts(session, definition, given) if counted else None,
        **quantities.labels(definition),
    )


def counts(session: Session, definition: Definition, given: dict[str, Any]) -> EvidenceCounts:
    """How many rows stand in each list, in one statement; ``given``: ``period.parameters``."""
    ask = ask_of(definition)._replace(by=_narrowed(given))
    facts = judging.bare(ask)
    lists = {one.value: standing(definition, one, facts) for one in EvidenceState}
    unknown = lists[EvidenceState.UNKNOWN.value]
    lists["maybe_outside"] = sa.and_(
        unknown, facts.state(definition).in_(UNSURE), facts.in_doubt(definition)
    )
    numbers = (sa.func.count().filter(one).label(name) for name, one in lists.items())
    row = session.execute(sa.select(*numbers).select_from(facts.columns), given).one()
    return EvidenceCounts(**row._asdict())


def page(
    session: Session,
    definition: Definition,
    state: EvidenceState,
    given: dict[str, Any],
    limit: int,
    after: list[str | None] | None,
) -> tuple[list[EvidenceItem], str | None]:
    """Rows in a state and the cursor of the following ones; ``given``: ``period.parameters``,
    and those of a ``Portion``."""
    by = _narrowed(given)
    statement, facts = _statement(definition, state, after, by)
    rows = session.execute(statement.limit(limit + 1), given).mappings().all()
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = encode_cursor(last["rank"], last["id"].hex)
    held = holding(session, rows) if state is EvidenceState.UNKNOWN else set()
    return [_item(row, facts, definition, state, held, by) for row in rows[:limit]], following


def _narrowed(given: dict[str, Any]) -> frozenset[By]:
    return frozenset(one for one in By if one.value in given)


def ask_of(definition: Definition) -> Ask:
    """The rows of one definition."""
    period = judging.period_of(definition)
    return Ask(definition.fact, period, (definition,))


def _statement(
    definition: Definition,
    wanted: EvidenceState,
    after: list[str | None] | None,
    by: frozenset[By],
) -> tuple[sa.Select[Any], Judged]:
    ask, base = ask_of(definition), quantities.base_of(definition)
    if base is not None:
        ask = ask._replace(quantities=(definition, base))
    facts = judging.judged(ask._replace(by=by))
    columns, state = facts.columns.c, facts.state(definition)
    stated = [] if base is None else [facts.state(base).label("base_state")]
    statement = (
        sa.select(facts.columns, state.label("state"), *stated)
        .where(standing(definition, wanted, facts))
        .order_by(columns.rank.desc(), columns.id.desc())
    )
    if after is not None:
        statement = statement.where(sa.tuple_(columns.rank, columns.id) < _last(after))
    return statement, facts


def standing(
    definition: Definition, wanted: EvidenceState, facts: Judged
) -> sa.ColumnElement[bool]:
    """Whether a row stands in a list of the evidence."""
    state, columns = facts.state(definition), facts.columns.c
    # Not counted, wherever it stands: a part of a whole still wants to know where that is.
    share = definition.aggregate in engine.SHARES
    open_states = [TU, UT, UU] + ([UF] if share else [])
    closed_states = [TF] if share else [TF, UF]
    decided = [TT, TF] if definition.aggregate is Aggregate.SUM_SHARE else [TT]
    weight = columns[f"w_{definition.of}"] if definition.weighed else None
    if wanted is EvidenceState.COUNTED:
        return state == TT if weight is None else sa.and_(state == TT, weight.is_not(None))
    if wanted is EvidenceState.UNKNOWN:
        waiting = state.in_(open_states)
        if weight is None:
            return waiting
        return sa.or_(waiting, sa.and_(state.in_(decided), weight.is_(None)))
    if wanted is EvidenceState.OUTSIDE:
        return sa.and_(state.in_(OUTSIDE), columns.dated.is_not(None))
    left_out = sa.and_(state.in_(closed_states), columns.dated.is_not(None))
    if weight is not None and definition.aggregate is Aggregate.SUM_SHARE:
        return sa.and_(left_out, sa.or_(state != TF, weight.is_not(None)))
    return left_out


def _last(after: list[str | None]) -> sa.ColumnElement[Any]:
    try:
        key = UUID(after[1] or "")
    except ValueError as error:
        raise bad_cursor() from error
    return sa.tuple_(sa.literal(after[0] or "", sa.String), sa.literal(key, sa.Uuid))


def holding(session: Session, rows: Any) -> set[UUID]:
    """The contracts of these rows that have a supplier."""
    ids = {row["contract_id"] for row in rows} - {None}
    found = session.scalars(
        sa.select(col(ContractSupplier.contract_id)).where(
            col(ContractSupplier.contract_id).in_(ids)
        )
    )
    return set(found)


def title_of(fact: Fact, title: str | None, person: bool | None) -> str | None:
    """The title of a row; that of spending is the name of the payee, unless it is a person's:
    ``person``, what the register of companies says of it."""
    paid = fact is Fact.SPENDING
    return known_name(Party(None, None, title, person)) if paid else title


def _item(
    row: Any,
    facts: Judged,
    definition: Definition,
    state: EvidenceState,
    held: set[UUID],
    by: frozenset[By],
) -> EvidenceItem:
    truth = truth_of(row, facts)
    # What puts a row out of the perimeter is the perimeter, whatever else it lacks.
    outside = state is EvidenceState.OUTSIDE
    criterion = definition.looked_at if outside else whole(definition)
    reasons: list[str] = []
    if state in _LEFT_OUT and criterion is not None:
        reasons = [why_not(leaf, MARKS, definition.fact) for leaf in failing(criterion, truth)]
    base = quantities.base_of(definition)
    in_base = base is not None and row["base_state"] == TT
    return EvidenceItem(
        id=row["id"],
        fact=definition.fact.value,
        contract_id=row["contract_id"],
        project_id=row.get("project_id"),
        reference=row["reference"],
        title=title_of(definition.fact, row["title"], row["person"]),
        day=row["day"],
        amount=euros(row["told_amount"]),
        weight=_weight(row, definition),
        base=_weight(row, base) if base is not None and in_base else None,
        maybe_outside=state in _UNSURE_IN and _in_doubt(row, definition, truth),
        reasons=reasons,
        to_fill=missing(row, definition, truth, held, by) if state is EvidenceState.UNKNOWN else [],
    )


def _in_doubt(row: Any, definition: Definition, truth: Truth) -> bool:
    """Whether nobody knows if it is of the year and the perimeter."""
    if row["state"] not in UNSURE:
        return False
    own = definition.own_perimeter
    return row["dated"] is None or (own is not None and combine(own, truth) is None)


def _weight(row: Any, quantity: Quantity) -> str | None:
    shown = rounded(weight_of(quantity), row[f"w_{quantity.of}"] if quantity.weighed else None)
    return None if shown is None else f"{shown:f}"


def missing(
    row: Any,
    definition: Definition,
    truth: Truth,
    held: set[UUID],
    by: frozenset[By] = NOT_NARROWED,
) -> list[ToFillRead]:
    """What must be said of a row that waits, for the definition to count it or leave it out;
    ``held``: the contracts that have a supplier; ``by``: of what part the figure is."""
    asked: list[ToFillRead] = []
    if row.get("of_year", row["dated"]) is None:
        asked += _to_be_sure(row, definition)
    if row["dated"] is None:
        asked += _to_be_placed(row, definition, by)
    for criterion in (definition.looked_at, definition.counted_if):
        if criterion is not None:
            asked += [_answer(leaf, row, definition, held) for leaf in unsaid(criterion, truth)]
    if definition.weighed and definition.of and row[f"w_{definition.of}"] is None:
        asked.append(_summed(row, definition, definition.of))
    return list({one.field: one for one in asked}.values())


def _to_be_sure(row: Any, definition: Definition) -> list[ToFillRead]:
    """What would tell whether a row is of the year."""
    return [_field(definition, name) for name in _dates(row, definition)]


def _to_be_placed(row: Any, definition: Definition, by: frozenset[By]) -> list[ToFillRead]:
    """What would tell whether a row is of the directorate, or family, asked for."""
    attached = row["contract_id"] is not None
    asked = [
        to_place(definition.fact, _PLACED[one], attached)
        for one in sorted(by)
        if row.get(one.value) is None
    ]
    return [ToFillRead(text=one.text, field=one.field) for one in asked]


def _dates(row: Any, definition: Definition) -> list[str]:
    """The fields that would tell whether a row is of the year."""
    if definition.period is not Period.IN_FORCE:
        return [definition.spec.day]
    return ["months"] if row["day"] is not None else [definition.spec.day, "months"]


def _answer(leaf: Leaf, row: Any, definition: Definition, held: set[UUID]) -> ToFillRead:
    if isinstance(leaf, SumTest):
        return _summed(row, definition, leaf.field)
    attached = row["contract_id"] is not None or not definition.spec.attach
    if isinstance(leaf, SupplierTest) and attached and row["contract_id"] not in held:
        return ToFillRead(text="indiquer le titulaire du marché", field="suppliers")
    asked = to_fill(leaf, MARKS, definition.fact, attached)
    return ToFillRead(text=asked.text, field=asked.field)


def _summed(row: Any, definition: Definition, name: str) -> ToFillRead:
    """What would let a sum take a number: to say it, or, of an amount that is said and set aside
    (api.contracts.amounts), to mend or to confirm it."""
    if name in _AMOUNTS and row.get("told_amount") is not None:
        return ToFillRead(text="corriger le montant, ou dire qu’il est exact", field="montants")
    return _field(definition, name)


def _field(definition: Definition, name: str) -> ToFillRead:
    spec = definition.spec.fields.get(name)
    if spec is None:
        return ToFillRead(text=definition.spec.to_date, field=name)
    return ToFillRead(text=spec.to_fill, field=spec.form_field)


def truth_of(row: Any, facts: Judged) -> Truth:
    """What a row of a statement over ``facts`` answers to each leaf."""

    def truth(leaf: Leaf) -> bool | None:
        value = row[facts.of_leaf[leaf]]
        return None if value is None else bool(value)

    return truth


def whole(definition: Definition) -> Criterion | None:
    """What a row must meet to be counted: the perimeter and the criterion."""
    parts = [one for one in (definition.looked_at, definition.counted_if) if leaves(one)]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else AllOf.model_validate({"all": parts})
