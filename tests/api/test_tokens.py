"""No forged access token opens anything: each is refused as 401, by the module and by the API."""

import ast
import base64
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr, ValidationError

from api.kit import tokens
from api.settings import Settings
from tests.operations import Service

ROOT = Path(__file__).parents[2]
HEADER = {"alg": "HS256", "typ": "JWT"}
SHORT = "a secret of 31 bytes is too sho"
REQUIRED = ("exp", "iat", "sub", "aud", "iss", "jti", "use")

Claims = dict[str, Any]


def b64(content: bytes | str | Claims) -> str:
    """The part of a token that holds ``content``."""
    if isinstance(content, dict):
        content = json.dumps(content)
    raw = content.encode() if isinstance(content, str) else content
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(
    key: str | bytes,
    claims: Claims | str | bytes,
    header: Claims | str = HEADER,
    hash_: str = "256",
) -> str:
    """A token well signed with ``key``, whatever it holds."""
    text = f"{b64(header)}.{b64(claims)}"
    secret = key.encode() if isinstance(key, str) else key
    return f"{text}.{b64(hmac.digest(secret, text.encode(), f'sha{hash_}'))}"


def with_header(**members: Any) -> Callable[[str, Claims], str]:
    return lambda key, claims: signed(key, claims, HEADER | members)


def with_claims(**members: Any) -> Callable[[str, Claims], str]:
    return lambda key, claims: signed(key, claims | members)


def without(claim: str) -> Callable[[str, Claims], str]:
    return lambda key, claims: signed(key, {k: v for k, v in claims.items() if k != claim})


def raw_claim(name: str, value: str) -> Callable[[str, Claims], str]:
    """A claim written by hand: what json.dumps would never write."""

    def forge(key: str, claims: Claims) -> str:
        text = json.dumps({k: v for k, v in claims.items() if k != name})
        return signed(key, f'{text[:-1]}, "{name}": {value}}}')

    return forge


def unsigned(alg: str) -> Callable[[str, Claims], str]:
    return lambda _key, claims: f"{b64(HEADER | {'alg': alg})}.{b64(claims)}."


def confused(encoding: Encoding, alg: str) -> Callable[[str, Claims], str]:
    """Signed by HMAC with a public key, as if the service verified with it."""
    public = rsa.generate_private_key(65537, 2048).public_key()
    key = public.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    return lambda _key, claims: signed(key, claims, HEADER | {"alg": alg})


def swapped(key: str, claims: Claims) -> str:
    """The signature of a good token under other claims."""
    good = signed(key, claims).split(".")
    return f"{good[0]}.{b64(claims | {'sub': 'another'})}.{good[2]}"


NOW = int(time.time())
FORGERIES: dict[str, Callable[[str, Claims], str]] = {
    "none": unsigned("none"),
    "None": unsigned("None"),
    "NONE with a signature": lambda key, claims: signed(key, claims, HEADER | {"alg": "NONE"}),
    "no signature": lambda key, claims: signed(key, claims).rsplit(".", 1)[0] + ".",
    "no third part": lambda key, claims: signed(key, claims).rsplit(".", 1)[0],
    "a fourth part": lambda key, claims: signed(key, claims) + ".x",
    "cut": lambda key, claims: signed(key, claims)[:-1],
    "swapped": swapped,
    "another key": lambda key, claims: signed(key[::-1], claims),
    "the empty key": lambda _key, claims: signed("", claims),
    "a key of one character": lambda _key, claims: signed("a", claims),
    "confusion with a PEM key": confused(Encoding.PEM, "HS256"),
    "confusion with a DER key": confused(Encoding.DER, "HS256"),
    "RS256": confused(Encoding.PEM, "RS256"),
    "ES256": with_header(alg="ES256"),
    "HS512, well signed": lambda key, claims: signed(key, claims, HEADER | {"alg": "HS512"}, "512"),
    "two algorithms": with_header(alg="HS256,RS256"),
    "a list of algorithms": with_header(alg=["HS256"]),
    "algorithm null": with_header(alg=None),
    "no algorithm": lambda key, claims: signed(key, claims, {"typ": "JWT"}),
    "another type": with_header(typ="at+jwt"),
    "JWE": with_header(enc="A256GCM", alg="dir"),
    "kid of a path": with_header(kid="../../../../dev/null"),
    "kid of SQL": with_header(kid="' UNION SELECT 'a"),
    "jku": with_header(jku="https://evil.example/keys"),
    "x5u": with_header(x5u="https://evil.example/cert"),
    "jwk": with_header(jwk={"kty": "oct", "k": b64("a")}),
    "crit": with_header(crit=["exp"]),
    "crit and b64": with_header(crit=["b64"], b64=False),
    "a header of 5 kB, nested": lambda key, claims: signed(key, claims, "[" * 2500 + "]" * 2500),
    "a header just short enough, nested": lambda key, claims: signed(
        key, claims, '{"a":' + "[" * 1200 + "]" * 1200 + "}"
    ),
    "a header that is a list": lambda key, claims: signed(key, claims, "[]"),
    "a header that is a number": lambda key, claims: signed(key, claims, "1"),
    "a header that is not JSON": lambda key, claims: signed(key, claims, "{"),
    **{f"no {claim}": without(claim) for claim in REQUIRED},
    **{f"{claim} null": with_claims(**{claim: None}) for claim in REQUIRED},
    "expired": with_claims(exp=NOW - tokens.LEEWAY - 5),
    "exp Infinity": raw_claim("exp", "Infinity"),
    "exp NaN": raw_claim("exp", "NaN"),
    "exp 1e400": raw_claim("exp", "1e400"),
    "exp of 2,400 digits": raw_claim("exp", "9" * 2400),
    "exp in ten hours": with_claims(exp=NOW + 36_000),
    "exp as a text": with_claims(exp="demain"),
    "iat in the future": with_claims(iat=NOW + 36_000),
    "iat Infinity": raw_claim("iat", "Infinity"),
    "iat as a list": with_claims(iat=[NOW]),
    "nbf in the future": with_claims(nbf=NOW + 36_000),
    "another audience": with_claims(aud="spaser-web"),
    "audience as a list of others": with_claims(aud=["spaser-web", "x"]),
    "another issuer": with_claims(iss="evil"),
    "a refresh token's use": with_claims(use="refresh"),
    "use true": with_claims(use=True),
    "a subject that is a number": with_claims(sub=1),
    "duplicate claims": lambda key, claims: signed(
        key, json.dumps(claims)[:-1] + ', "use": "access", "exp": 1}'
    ),
    "claims that are a list": lambda key, _claims: signed(key, "[1]"),
    "claims that are not UTF-8": lambda key, _claims: signed(key, b"\xff\xfe{}"),
    "over 4 kB": with_claims(pad="x" * 4000),
    "50 kB": lambda _key, _claims: "e" * 50_000,
    "empty": lambda _key, _claims: "",
    "a dot": lambda _key, _claims: ".",
    "two dots": lambda _key, _claims: "..",
    "not base64": lambda _key, _claims: "!!!.???.***",
    "not ASCII": lambda key, claims: signed(key, claims).replace("e", "é", 1),
    "spaces": lambda key, claims: signed(key, claims).replace(".", " . "),
}


@pytest.fixture
def key(service: Service) -> str:
    """The key that signs the tokens of the service."""
    signing: str = service.app.state.settings.signing_key
    return signing


@pytest.fixture
def claims(service: Service, key: str) -> Claims:
    """The claims of a good token of the pilot."""
    bearer = service.as_("pilot")["Authorization"].removeprefix("Bearer ")
    subject = tokens.subject_of(key, bearer)
    issued = tokens.issue(key, str(subject)).split(".")[1]
    read: Claims = json.loads(base64.urlsafe_b64decode(issued + "=="))
    return read


on_sqlite = pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_refused(service: Service, key: str, claims: Claims, name: str) -> None:
    token = FORGERIES[name](key, claims)
    assert tokens.subject_of(key, token) is None
    answer = service.client.get(
        "/api/v1/me", headers={b"Authorization": b"Bearer " + token.encode()}
    )
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@on_sqlite
def test_the_forger_of_these_tests_makes_tokens_that_would_pass(
    service: Service, key: str, claims: Claims
) -> None:
    assert tokens.subject_of(key, signed(key, claims)) == claims["sub"]
    headers = {"Authorization": f"Bearer {signed(key, claims)}"}
    assert service.client.get("/api/v1/me", headers=headers).status_code == 200
    assert tokens.subject_of(key, with_claims(iat=NOW + tokens.LEEWAY - 10)(key, claims))


@on_sqlite
@pytest.mark.parametrize(
    "subject", ["", "pilot", "0", "' OR 1=1", "01890000-0000-7000-8000-000000000000", "\u0000"]
)
def test_a_well_signed_subject_that_is_nobody_is_refused(
    service: Service, key: str, subject: str
) -> None:
    headers = {"Authorization": f"Bearer {tokens.issue(key, subject)}"}
    assert service.client.get("/api/v1/me", headers=headers).status_code == 401


@on_sqlite
@pytest.mark.parametrize("scheme", ["Basic", "bearer-token", "Token", "Bearer Bearer", ""])
def test_only_the_bearer_scheme_opens(service: Service, scheme: str) -> None:
    token = service.as_("pilot")["Authorization"].removeprefix("Bearer ")
    answer = service.client.get("/api/v1/me", headers={"Authorization": f"{scheme} {token}"})
    assert answer.status_code == 401


@on_sqlite
def test_a_token_in_the_address_or_in_a_cookie_is_not_looked_at(service: Service) -> None:
    token = service.as_("pilot")["Authorization"].removeprefix("Bearer ")
    answer = service.client.get(
        f"/api/v1/me?access_token={token}", headers={"Cookie": f"access_token={token}"}
    )
    assert answer.status_code == 401


@on_sqlite
def test_a_refresh_token_is_not_an_access_token(service: Service) -> None:
    refresh = service.login("reader")["refresh_token"]
    answer = service.client.get("/api/v1/me", headers={"Authorization": f"Bearer {refresh}"})
    assert answer.status_code == 401


def test_a_secret_that_looks_like_a_list_of_keys_is_one_key() -> None:
    secret = json.dumps(["a" * 20, "b" * 20])
    issued = tokens.issue(secret, "someone")
    assert tokens.subject_of(secret, issued) == "someone"
    claims = json.loads(base64.urlsafe_b64decode(issued.split(".")[1] + "=="))
    for part in ("a" * 20, "b" * 20):
        assert tokens.subject_of(secret, signed(part, claims)) is None


def test_a_token_lives_fifteen_minutes_and_says_no_right() -> None:
    issued = tokens.issue("k" * 32, "someone").split(".")
    claims = json.loads(base64.urlsafe_b64decode(issued[1] + "=="))
    assert claims.keys() == set(REQUIRED)
    assert claims["exp"] - claims["iat"] == 15 * 60


def test_a_short_secret_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="32 octets"):
        Settings(data_dir=tmp_path, secret=SecretStr(SHORT))
    assert Settings(data_dir=tmp_path, secret=SecretStr(SHORT + "r")).signing_key == SHORT + "r"


def test_the_secret_made_for_one_machine_is_long_and_kept_from_others(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    made = Settings(data_dir=folder).signing_key
    assert len(made) >= 32
    assert Settings(data_dir=folder).signing_key == made
    assert (folder / "secret.key").stat().st_mode & 0o077 == 0


def test_one_module_knows_python_jose() -> None:
    knowing = {
        path.relative_to(ROOT).as_posix()
        for folder in ("api", "web", "migrations")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "jose" in {name.split(".")[0] for name in _imported(node)}
    }
    assert knowing == {"api/kit/tokens.py"}


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names]
