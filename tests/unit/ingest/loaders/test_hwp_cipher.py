import pytest

from ingest.loaders.hwp_cipher import decrypted

KEY = bytes(range(16))


def test_the_example_of_the_standard_comes_out() -> None:
    locked = bytes.fromhex("69c4e0d86a7b0430d8cdb78070b4c55a")
    assert decrypted(locked, KEY).hex() == "00112233445566778899aabbccddeeff"


@pytest.mark.parametrize(
    ("locked", "clear"),
    [
        ("3ad77bb40d7a3660a89ecaf32466ef97", "6bc1bee22e409f96e93d7e117393172a"),
        ("f5d3d58503b9699de785895a96fdbaaf", "ae2d8a571e03ac9c9eb76fac45af8e51"),
    ],
)
def test_the_examples_of_the_modes_of_operation_come_out(locked: str, clear: str) -> None:
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    assert decrypted(bytes.fromhex(locked), key).hex() == clear


def test_blocks_are_independent_and_an_incomplete_one_is_left_out() -> None:
    locked = bytes.fromhex("69c4e0d86a7b0430d8cdb78070b4c55a")
    once = decrypted(locked, KEY)
    assert decrypted(locked * 3 + b"rest", KEY) == once * 3
