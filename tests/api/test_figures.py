"""Figures: the service and an oracle that shares no code with it say the same, contract by contract."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.access.models import Membership, Organisation, OrganisationKind, Person
from api.access.permissions import Role
from api.contracts import writing
from api.contracts.models import Origin
from api.kit.columns import new_id
from api.kit.db import Engines
from api.rules.records import ContractRecord, Kind, Party
from api.schemes.models import Scheme, SchemeAdoption
from api.suppliers.models import Supplier, SupplierSize
from tests.conftest import LENS_LIEVIN, Headers
from tests.oracle import decp, generated
from tests.oracle.oracle import CATALOGUE, Company, Fact, Figure, figure, indicators

SCHEMES = ("call-2023-2026", "cd40-2023-2029")
VERIFIED = "00000065000010"
SEED = 2026
REAL = CATALOGUE.parents[1] / "reference/data/demonstration/call-lens-lievin-2019.json"


def test_x(client, pilot, engines, monkeypatch):
    import json
    inds={s:indicators(s) for s in SCHEMES}
    codes=sorted({m for s in inds.values() for i in s.values() for m in marks_of(i['definition'])})
    companies, mades = generated.made(SEED, codes)
    with Session(engines.write) as session, session.begin():
        write(session, companies, mades)
    facts=[m.fact for m in mades]
    bad=0
    for s in SCHEMES:
        for y in (*generated.YEARS, 2022, 2030):
            r=client.get(f'/api/v1/schemes/{s}/results?organisation={VERIFIED}&year={y}',headers=pilot)
            assert r.status_code==200, r.text
            for x in r.json()['results']:
                if x['measure'] is None: continue
                f=figure(inds[s][x['code']]['definition'],y,facts)
                e=told(f,x['measure'])
                d={k:(x[k],v) for k,v in e.items() if x[k]!=v}
                if d: bad+=1; print(s,y,x['code'],x['measure'],d)
                else: print('ok',s,y,x['code'],x['measure'],x['value'],x['completeness'],x['reason'], x['target'] and (x['target']['year'],x['target']['value'],x['target']['unit']),x['gap'])
    assert 0, bad

def told(f,measure):
    count=lambda n: str(int(n))
    euro=lambda n: None if n is None else f"{int(n)//100}.{int(n)%100:02d}"
    pct=lambda n: None if n is None else f"{round(n,2).__float__():.2f}"
    unit={'count':count,'share':pct,'amount':euro}[measure]
    w=euro if measure=='amount' else count
    return dict(value=unit(f.value) if f.value is not None else None, numerator=w(f.numerator),denominator=w(f.denominator),unknown=len(f.missing),low=unit(f.low),high=unit(f.high),share=pct(f.share),share_low=pct(f.share_low),share_high=pct(f.share_high))

def marks_of(d):
    if isinstance(d,dict):
        if 'mark' in d: yield d['mark']
        for v in d.values(): yield from marks_of(v)
    elif isinstance(d,list):
        for v in d: yield from marks_of(v)

def write(session, companies, mades):
    buyer = Organisation(siret=VERIFIED, name="Acheteur vérifié", kind=OrganisationKind.BUYER, fictitious=True)
    session.add(buyer); session.flush()
    pilot = session.scalars(sa.select(Person).where(col(Person.email)=="pilot@demo.example")).one()
    session.add(Membership(person_id=pilot.id, organisation_id=buyer.id, role=Role.PILOT))
    for scheme_id in session.scalars(sa.select(col(Scheme.id))).all():
        session.add(SchemeAdoption(scheme_id=scheme_id, organisation_id=buyer.id))
    kept=[Supplier(id_type="SIRET", identifier=f"0006500{r:04}123", name=f"Entreprise vérifiée {r}", size=None if c.size is None else SupplierSize(c.size), ess=c.ess) for r,c in enumerate(companies)]
    session.add_all(kept); session.flush()
    writing.insert(session,[writing.Written(new_id(),buyer.id,record(m,kept),tuple(kept[h].id for h in m.holders),Origin.IMPORT) for m in mades])

def record(m,kept):
    f=m.fact
    return ContractRecord(Kind(f.kind),f.reference,VERIFIED,notified_on=f.day,amount=f.amount,cpv=f.cpv,ccag=f.ccag,marks=dict(f.marks),suppliers=tuple(Party("SIRET",kept[h].identifier,kept[h].name) for h in m.holders))
