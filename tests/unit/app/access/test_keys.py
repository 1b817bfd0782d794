from datetime import UTC, datetime, timedelta

import pytest

from app.access.caller import ANYONE, Caller, Role
from app.access.keys import ApiKey, Token
from app.errors import ForbiddenError
from index.models import Filters

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def key(role: Role = Role.ASK, groups: frozenset[str] = frozenset(), **times: datetime) -> ApiKey:
    return ApiKey("0123456789ab", "민지", role, groups, NOW, **times)


def test_a_role_includes_itself_and_those_before_it() -> None:
    included = {(a, b) for a in Role for b in Role if a.includes(b)}
    assert included == {
        (Role.ASK, Role.ASK),
        (Role.INGEST, Role.ASK),
        (Role.INGEST, Role.INGEST),
        (Role.ADMIN, Role.ASK),
        (Role.ADMIN, Role.INGEST),
        (Role.ADMIN, Role.ADMIN),
    }


def test_a_caller_is_told_which_role_it_needs() -> None:
    caller = Caller("민지", Role.ASK, frozenset())
    caller.check(Role.ASK)
    with pytest.raises(ForbiddenError, match="needs a key with the role ingest; yours has"):
        caller.check(Role.INGEST)


def test_an_admin_key_sees_every_document_and_other_keys_those_of_their_groups() -> None:
    assert key(Role.ADMIN, frozenset({"hr"})).caller.groups is None
    assert key(Role.INGEST, frozenset({"hr"})).caller.groups == frozenset({"hr"})
    assert key(Role.ASK).caller.groups == frozenset()


def test_filters_of_a_request_never_widen_what_a_caller_sees() -> None:
    caller = Caller("민지", Role.ASK, frozenset({"hr"}))
    wished = Filters(source="docs/", tags=frozenset({"a"}), groups=None)
    assert caller.narrowed(wished) == Filters("docs/", None, frozenset({"a"}), frozenset({"hr"}))
    forged = Filters(groups=frozenset({"legal"}))
    assert caller.narrowed(forged).groups == frozenset({"hr"})
    assert ANYONE.narrowed(wished) == wished


def test_a_key_is_valid_until_it_expires_or_is_revoked() -> None:
    later = NOW + timedelta(days=1)
    assert key().is_valid_at(later)
    assert key(expires_at=later).is_valid_at(later - timedelta(seconds=1))
    assert not key(expires_at=later).is_valid_at(later)
    assert not key(revoked_at=NOW).is_valid_at(NOW)


def test_a_token_is_read_as_it_was_written_and_proves_itself_alone() -> None:
    token, other = Token.made(), Token.made()
    assert Token.read(token.text) == token
    assert token.proves(token.fingerprint)
    assert not token.proves(other.fingerprint)
    assert token.secret not in token.fingerprint


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = [Token.made() for _ in range(200)]
    assert len({token.key_id for token in tokens}) == 200
    assert len({token.secret for token in tokens}) == 200
    assert all(len(token.secret) == 43 for token in tokens)  # 256 bits in base 64


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mureum",
        "mureum__",
        "sk-0123456789",
        "mureum_0123456789ab_short",
        "mureum_0123456789AB_" + "a" * 43,
        "mureum_0123456789ab_" + "a" * 42 + "é",
        "mureum_0123456789ab_" + "a" * 44,
        "mureum_0123456789ab_" + "a" * 43 + "\n",
    ],
)
def test_what_has_another_form_is_no_token(text: str) -> None:
    assert Token.read(text) is None
