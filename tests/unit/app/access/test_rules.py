"""For which groups a key hands documents over, and which documents it may change."""

from datetime import UTC, datetime

import pytest

from app.access.caller import Caller, Role
from app.access.rules import check_may_change, groups_to_give, may_hand_over
from app.errors import ForbiddenError
from index.errors import UploadNotFoundError
from index.groups import Groups
from index.uploads.models import ReceivedFile, Upload

NONE, HR, LEGAL = frozenset[str](), frozenset({"hr"}), frozenset({"legal"})
BOTH = HR | LEGAL


def caller(groups: Groups | None) -> Caller:
    return Caller("민지", Role.INGEST, groups, "k1")


def upload(groups: Groups) -> Upload:
    file = ReceivedFile("k", "h", 1)
    return Upload("d1", "uploads/a", ("a",), file, NONE, datetime.now(UTC), groups=groups)


@pytest.mark.parametrize(
    ("own", "allowed"),
    [
        (None, [NONE, HR, LEGAL, BOTH]),
        (BOTH, [HR, LEGAL, BOTH]),
        (HR, [HR]),
        (NONE, [NONE]),
    ],
)
def test_a_key_gives_its_own_groups_and_one_without_any_gives_to_everybody(
    own: Groups | None, allowed: list[Groups]
) -> None:
    groups = (NONE, HR, LEGAL, BOTH)
    assert [each for each in groups if may_hand_over(caller(own), each)] == allowed
    for each in groups:
        if each in allowed:
            assert groups_to_give(caller(own), each) == each
        else:
            with pytest.raises(ForbiddenError, match="hands documents over for"):
                groups_to_give(caller(own), each)


@pytest.mark.parametrize(("own", "given"), [(None, NONE), (BOTH, BOTH), (HR, HR), (NONE, NONE)])
def test_what_is_not_said_is_for_all_groups_of_the_key(own: Groups | None, given: Groups) -> None:
    assert groups_to_give(caller(own), None) == given


OUTCOMES: dict[tuple[Groups | None, Groups], type[Exception] | None] = {
    (None, NONE): None,
    (None, BOTH): None,
    (HR, HR): None,
    (BOTH, HR): None,
    (BOTH, BOTH): None,
    (NONE, NONE): None,
    (HR, NONE): ForbiddenError,
    (HR, BOTH): ForbiddenError,
    (HR, LEGAL): UploadNotFoundError,
    (NONE, HR): UploadNotFoundError,
}


@pytest.mark.parametrize(("own", "groups"), OUTCOMES)
def test_a_key_changes_what_it_could_have_handed_over(own: Groups | None, groups: Groups) -> None:
    outcome = OUTCOMES[own, groups]
    if outcome is None:
        check_may_change(caller(own), upload(groups))
    else:
        with pytest.raises(outcome):
            check_may_change(caller(own), upload(groups))


def test_the_error_names_no_group_that_the_key_is_not_in() -> None:
    for (own, groups), outcome in OUTCOMES.items():
        if outcome is not None:
            with pytest.raises((ForbiddenError, UploadNotFoundError)) as raised:
                check_may_change(caller(own), upload(groups))
            assert not any(group in str(raised.value).split() for group in groups)
