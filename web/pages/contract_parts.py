"""Adding, correcting and removing a part of a contract.

An act of subcontracting, a change of one, or a year of a concession.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.changing import OVERTAKEN, Attempt, refused, standing_as
from web.client import Answer, ApiProblem
from web.contract_parts import PARTS, Part, seen
from web.formats import this_day
from web.forms import Form, from_record, read_typed, submitted
from web.reserved import require_own
from web.visit import Visit, api_of, go, member, once, once_in

GONE = (
    "Une autre personne a corrigé ou supprimé cet élément pendant votre saisie : la vôtre est "
    "ci-dessous, et n’est pas enregistrée. Voyez d’abord le contrat ; si elle y manque toujours, "
    "ajoutez-la."
)


@dataclass(frozen=True)
class Pages:
    """The pages of one kind of part."""

    part: Part

    async def new_page(self, request: Request) -> Response:
        """The form of a new part: its day of publication is today, unless said otherwise."""
        visit = await member(request)
        contract = await self._contract(visit)
        form = self._form(visit, contract.data)
        given = {**self.part.blank, "number": request.query_params.get("acte")}
        form.typed = from_record(form.fields, {"published_on": this_day(), **given})
        return self._new(visit, form, contract, 200)

    async def create(self, request: Request) -> Response:
        """Add the part, unless someone changed the contract first."""
        visit = await member(request)
        data = await visit.form()
        contract = await self._contract(visit)
        form = self._read(visit, contract.data, data)
        body, placed = self.part.sent(form)
        call = visit.call(
            f"create_{self.part.operation}",
            contract_id=contract.data["id"],
            if_match=str(data.get("etag", "")),
            idempotency_key=once_in(data),
            content={"json": body},
        )
        answer = await submitted(form, call, placed)
        if not isinstance(answer, ApiProblem):
            return self._done(contract, "")
        return self._new(visit, form, contract, answer.status)

    async def change_page(self, request: Request) -> Response:
        """The form of a part, as it stands."""
        visit = await member(request)
        contract = await self._contract(visit)
        rank = request.path_params["rank"]
        record = self._at(contract, rank)
        form = self._opened(visit, contract.data, record)
        return self._change(visit, form, contract, standing_as(contract.etag), (rank, seen(record)))

    async def change(self, request: Request) -> Response:
        """Correct the part, unless someone came first."""
        visit = await member(request)
        data = await visit.form()
        contract = await self._contract(visit)
        rank, etag = request.path_params["rank"], str(data.get("etag", ""))
        form = self._read(visit, contract.data, data)
        body, placed = self.part.sent(form)
        if etag == contract.etag and body == self._standing(visit, contract, rank)[1]:
            return go(self._back(contract), "inchange")
        call = visit.call(
            f"change_{self.part.operation}",
            contract_id=contract.data["id"],
            rank=rank,
            if_match=etag,
            content={"json": body},
        )
        answer = await submitted(form, call, placed)
        if not isinstance(answer, ApiProblem):
            return self._done(contract, "-corrige")
        made_from = str(data.get("seen"))
        if answer.status == OVERTAKEN:
            return self._overtaken(visit, form, contract, made_from, answer)
        return self._change(
            visit, form, contract, standing_as(etag, answer.status), (rank, made_from)
        )

    def _overtaken(
        self, visit: Visit, form: Form, contract: Answer, made_from: str, problem: ApiProblem
    ) -> Response:
        """Someone changed the contract first: the part is followed where it is now."""
        rank = self._found(contract, made_from)
        if rank is None:
            form.errors, form.general = {}, [GONE]
            return self._new(visit, form, contract, problem.status)
        standing = self._standing(visit, contract, rank)[0]
        comparable = {name: standing.get(name, "") for name in form.typed}
        attempt = refused(problem, form, comparable, "", contract.etag)
        return self._change(visit, form, contract, attempt, (rank, made_from))

    async def remove(self, request: Request) -> Response:
        """Remove the part, unless someone changed the contract first."""
        visit = await member(request)
        data = await visit.form()
        contract = await self._contract(visit)
        rank, made_from = request.path_params["rank"], str(data.get("seen"))
        told = Form({})
        call = visit.call(
            f"remove_{self.part.operation}",
            contract_id=contract.data["id"],
            rank=rank,
            if_match=str(data.get("etag", "")),
        )
        answer = await submitted(told, call)
        if not isinstance(answer, ApiProblem):
            return self._done(contract, "-ote")
        now = self._found(contract, made_from) if answer.status == OVERTAKEN else rank
        if now is None:
            # Another part may have its rank: it is not shown with a button that removes it.
            return self._lost(visit, contract, answer.status)
        record = self._at(contract, now)
        form = self._opened(visit, contract.data, record)
        form.general = [*told.general, *form.general]
        attempt = standing_as(contract.etag, answer.status)
        return self._change(visit, form, contract, attempt, (now, seen(record)))

    def _found(self, contract: Answer, made_from: str) -> int | None:
        """Where the part that a form was made from stands now; None when it does no more."""
        listed = [seen(one) for one in contract.data[self.part.listed]]
        return listed.index(made_from) + 1 if made_from in listed else None

    def _lost(self, visit: Visit, contract: Answer, status: int) -> Response:
        """A removal of what somebody else corrected or removed: nothing was typed to keep."""
        return visit.page(
            "contracts/part_gone.html", status=status, contract=contract.data, part=self.part
        )

    async def _contract(self, visit: Visit) -> Answer:
        """The contract, for who may change it. Raises HTTPException 403, 404 on the other kind."""
        key = visit.request.path_params["contract_id"]
        found = await visit.call("read_contract", contract_id=key)
        require_own(found.data)
        if found.data["kind"] != self.part.kind:
            raise HTTPException(404)
        return found

    def _at(self, contract: Answer, rank: int) -> Mapping[str, Any]:
        listed: list[Mapping[str, Any]] = contract.data[self.part.listed]
        if not 1 <= rank <= len(listed):
            raise HTTPException(404)
        return listed[rank - 1]

    def _form(
        self, visit: Visit, contract: Mapping[str, Any], record: Mapping[str, Any] | None = None
    ) -> Form:
        document = api_of(visit.request).document
        flat = self.part.flat(record or {})
        form = Form(self.part.fields(document, contract, flat))
        form.typed = from_record(form.fields, flat)
        return form

    def _opened(self, visit: Visit, contract: Mapping[str, Any], record: Mapping[str, Any]) -> Form:
        """The form of a part as it stands; without a field, why, when a form can't hold it."""
        why = self.part.refused(api_of(visit.request).document, record)
        return Form({}, general=[why]) if why else self._form(visit, contract, record)

    def _read(self, visit: Visit, contract: Mapping[str, Any], data: FormData) -> Form:
        document = api_of(visit.request).document
        form = Form(self.part.fields(document, contract, data))
        form.typed = read_typed(form.fields, data)
        return form

    def _standing(
        self, visit: Visit, contract: Answer, rank: int
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the form of a part shows as it stands, and the body that it makes."""
        form = self._form(visit, contract.data, self._at(contract, rank))
        return form.typed, self.part.sent(form)[0]

    def _back(self, contract: Answer) -> str:
        return f"/marches/{contract.data['id']}#{self.part.anchor}"

    def _done(self, contract: Answer, how: str) -> Response:
        return go(self._back(contract), f"{self.part.notice}{how}")

    def _new(self, visit: Visit, form: Form, contract: Answer, status: int) -> Response:
        return self._change(visit, form, contract, standing_as(contract.etag, status), (None, ""))

    def _change(
        self,
        visit: Visit,
        form: Form,
        contract: Answer,
        attempt: Attempt,
        which: tuple[int | None, str],
    ) -> Response:
        rank, made_from = which
        return visit.page(
            "contracts/part.html",
            form=form,
            contract=contract.data,
            part=self.part,
            apart=self.part.cells(form),
            rank=rank,
            seen=made_from,
            once=once(),
            **attempt,
        )

    @property
    def routes(self) -> list[Route]:
        """The addresses of these pages."""
        base = f"/marches/{{contract_id:uuid}}/{self.part.path}"
        one = f"{base}/{{rank:int}}"
        return [
            Route(f"{base}/nouveau", self.new_page, methods=["GET"]),
            Route(f"{base}/nouveau", self.create, methods=["POST"]),
            Route(f"{one}/modifier", self.change_page, methods=["GET"]),
            Route(f"{one}/modifier", self.change, methods=["POST"]),
            Route(f"{one}/supprimer", self.remove, methods=["POST"]),
        ]


routes = [route for part in PARTS for route in Pages(part).routes]
