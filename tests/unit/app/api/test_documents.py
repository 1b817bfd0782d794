from fastapi.testclient import TestClient

from tests.documents import chunked
from tests.unit.app.services import LEAVE


def test_documents_are_listed_by_source_with_their_total(client: TestClient) -> None:
    listing = client.get("/documents", params={"limit": 1}).json()
    assert listing["total"] == 2
    assert [record["source"] for record in listing["documents"]] == ["docs/backup.md"]
    rest = client.get("/documents", params={"offset": 1}).json()["documents"]
    assert [(record["source"], record["pages"]) for record in rest] == [("docs/휴가.md", 2)]


def test_a_listing_can_be_restricted(client: TestClient) -> None:
    for params in ({"source": "docs/휴"}, {"tag": "인사"}):
        listing = client.get("/documents", params=params).json()
        assert [record["title"] for record in listing["documents"]] == ["휴가 규정"]
    assert client.get("/documents", params={"tag": ["인사", "외부"]}).json()["total"] == 0


def test_one_document_is_shown_with_its_tags(client: TestClient) -> None:
    listing = client.get("/documents", params={"tag": "인사"}).json()
    (record,) = listing["documents"]
    shown = client.get(f"/documents/{record['document_id']}").json()
    assert shown == record | {"similar_documents": []}
    assert record["tags"] == ["인사"]
    assert record["length"] == len("".join(LEAVE))


def test_text_is_cut_to_what_there_is(client: TestClient) -> None:
    (record,) = client.get("/documents", params={"tag": "인사"}).json()["documents"]
    path, whole = f"/documents/{record['document_id']}/text", "".join(LEAVE)
    assert client.get(path).json()["text"] == whole
    piece = client.get(path, params={"start": 3, "end": 8}).json()
    assert (piece["text"], piece["start"], piece["end"]) == (whole[3:8], 3, 8)
    assert piece["length"] == len(whole)
    beyond = client.get(path, params={"start": 10**9}).json()
    assert (beyond["text"], beyond["start"], beyond["end"]) == ("", len(whole), len(whole))


def test_a_document_that_was_handed_over_tells_all_its_names(client: TestClient) -> None:
    sent = [("files", ("휴가.md", b"a")), ("files", ("copy.md", b"a"))]
    jobs = [file["job"] for file in client.post("/documents", files=sent).json()["files"]]
    assert len({job["document_id"] for job in jobs}) == 1
    service = client.app.state.service  # type: ignore[attr-defined]
    with service.opener.index().writer() as writer:
        writer.put([chunked(jobs[0]["source"], ["휴가는 15일입니다."])])
        writer.publish()
    listing = client.get("/documents", params={"source": "uploads/"}).json()["documents"]
    assert [(each["upload"], each["names"]) for each in listing] == [(True, ["휴가.md", "copy.md"])]
    shown = client.get(f"/documents/{jobs[0]['document_id']}").json()
    assert shown == listing[0] | {"similar_documents": []}
    others = client.get("/documents", params={"source": "docs/"}).json()["documents"]
    assert [(each["upload"], each["names"]) for each in others] == [(False, [])] * 2
