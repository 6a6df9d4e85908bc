"""The marks of a contract are written as rows and in bits: both say the same, whoever wrote."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract, ContractMark
from api.reference.marks import MARKS, SOURCE, bits, load_marks
from tests.operations import Service


def in_bits(service: Service) -> dict[object, tuple[int, int]]:
    """What each contract tells in bits."""
    columns = (col(Contract.id), col(Contract.marks_told), col(Contract.marks_yes))
    with Session(service.app.state.engines.read) as session:
        return {key: (told, yes) for key, told, yes in session.execute(sa.select(*columns))}


def in_rows(service: Service) -> dict[object, tuple[int, int]]:
    """The same from the rows of each contract."""
    with Session(service.app.state.engines.read) as session:
        marks: dict[object, dict[str, bool]] = {
            key: {} for key in session.scalars(sa.select(col(Contract.id)))
        }
        for one in session.scalars(sa.select(ContractMark)):
            marks[one.contract_id][one.code] = one.value
    return {key: bits(some) for key, some in marks.items()}


def test_whoever_writes_a_contract_tells_its_marks_twice_alike(service: Service) -> None:
    pilot = service.as_("pilot")
    assert in_bits(service) == in_rows(service), "the demonstration"
    made = service.things("contract")
    for values in ({"waste": "yes", "reserved": "no"}, {"waste": "no", "reserved": "unknown"}):
        answer = service.call("change_marks", made, pilot, json={"marks": values})
        assert answer.status_code == 200, answer.text
        made = replace(made, etag=answer.headers["etag"])
        assert in_bits(service) == in_rows(service), values
    imported = service.things("accepted")
    assert in_bits(service) == in_rows(service), "an import"
    assert service.call("undo_import", imported, pilot).status_code == 200
    assert in_bits(service) == in_rows(service), "an import undone"
    assert len(set(in_bits(service).values())) > 20


def test_each_mark_has_a_bit_of_its_own(tmp_path: Path) -> None:
    assert len({one.bit for one in MARKS.values()}) == len(MARKS)
    assert bits({"social_clause": True, "reserved": False}) == (0b101, 0b001)
    text = SOURCE.read_text(encoding="utf-8")
    (tmp_path / "marks.yaml").write_text(text.replace("bit: 1\n", "bit: 0\n"), encoding="utf-8")
    with pytest.raises(ValueError, match="bits given twice: 0"):
        load_marks(tmp_path / "marks.yaml")
