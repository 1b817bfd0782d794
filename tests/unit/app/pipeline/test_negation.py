from time import perf_counter

import pytest

from app.pipeline.negation import denies


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("방에는 주차장이 없습니다.", "주차장이 있습니다."),
        ("환불은 허용되지 않습니다. 교환은 됩니다.", "환불은 허용됩니다."),
        ("신청하지 못한 사람도 참여합니다.", "신청한 사람이 참여합니다."),
        ("주말에는 안 엽니다.", "주말에도 엽니다."),
        ("이 규정은 법률이 아니다.", "이 규정은 법률이다."),
        ("결재 없이 반출할 수 없다.", "결재를 받으면 반출할 수 있다."),
        ("보증금은 돌려주지는 않는다.", "보증금은 돌려준다."),
        ("The deposit is not refundable.", "The deposit is refundable."),
        ("Visitors don't park here.", "Visitors park here."),
        ("Guests have never been charged.", "Guests were charged."),
        ("There is no parking.", "There is parking behind the house."),
    ],
)
def test_a_lost_negation_is_seen(text: str, claim: str) -> None:
    assert denies(text, claim)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("주차장이 없습니다.", "주차장이 없습니다."),
        ("주차장이 없습니다.", "주차할 곳이 없다."),
        ("주차장이 없습니다.", "조식이 제공됩니다."),
        ("주차장이 있습니다.", "주차장이 있습니다."),
        ("환불은 되지 않지만 교환과 환불은 상담합니다.", "환불은 상담합니다."),
        ("팀장밖에 승인할 수 없다.", "팀장만 승인할 수 있다."),
        ("집 안을 청소합니다.", "집을 청소합니다."),
        ("위험을 없애는 장치입니다.", "위험을 줄이는 장치입니다."),
        ("The deposit is not refundable.", "The deposit is never refundable."),
        ("The deposit is not refundable.", "The room is large."),
        ("Not only members may enter.", "Members may enter."),
        ("", "주차장이 있습니다."),
        ("수 없다", "수가 있다"),
    ],
)
def test_what_is_denied_too_or_not_at_all_is_left_alone(text: str, claim: str) -> None:
    assert not denies(text, claim)


def test_a_long_run_of_letters_takes_no_time() -> None:
    started = perf_counter()
    for letters in ("가", "a", "없 ", "안 ", "아니", "수 없다 "):
        denies(letters * 20_000, "가 없는 말")
    assert perf_counter() - started < 5
