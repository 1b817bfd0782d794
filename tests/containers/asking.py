"""What a user does: waits for the service, hands a document over, asks."""

import httpx

from tests.containers.stack import until

LEAVE = """# 휴가 규정

연차 휴가는 일 년에 15일입니다. 연차 휴가는 다음 해로 이월되지 않습니다.

병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다.
"""
PARKING = """# 주차 안내

방문객 주차는 하루 두 시간까지 무료입니다. 초과 요금은 10분에 500원입니다.
"""
SICK_LEAVE = "병가는 며칠까지 쓸 수 있나요?"


def is_ready(client: httpx.Client) -> bool:
    """Return whether a server says so."""
    try:
        return client.get("/ready").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def is_alive(client: httpx.Client) -> bool:
    """Return whether a server answers."""
    try:
        return client.get("/health").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def hand_over(client: httpx.Client, name: str, text: str) -> None:
    """Hand a document over, and wait until the worker has read it."""
    response = client.post("/documents", files={"files": (name, text.encode())})
    assert response.status_code == httpx.codes.ACCEPTED, response.text
    job = response.json()["files"][0]["job"]["job_id"]

    def ended() -> bool:
        state = client.get(f"/jobs/{job}").json()["state"]
        assert state != "failed", client.get(f"/jobs/{job}").text
        return bool(state == "done")

    until(ended)


def answered(client: httpx.Client, question: str, session_id: str | None = None) -> dict[str, str]:
    """Return the answer of a server that is, or soon will be, ready."""
    until(lambda: is_ready(client))
    body = {"question": question, "session_id": session_id}
    response = client.post("/ask", json={k: v for k, v in body.items() if v is not None})
    assert response.status_code == httpx.codes.OK, response.text
    answer: dict[str, str] = response.json()
    return answer


def check_sick_leave(client: httpx.Client) -> None:
    """Ask about sick leave, and check that the answer quotes the document."""
    answer = answered(client, SICK_LEAVE)
    assert "60일" in answer["answer"], answer
    assert answer["citations"][0]["source"] == "uploads/휴가.md"  # type: ignore[index]
