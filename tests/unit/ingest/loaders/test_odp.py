from ingest.document import LoadedDocument
from ingest.loaders.odp import OdpLoader
from tests.sample_odf import cells_xml, frame_xml, odf_file, page_xml, sheet_xml

HIDDEN = (
    '<style:style style:name="dp2" style:family="drawing-page">'
    '<style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
)


def load(*pages: str, styles: str = "") -> LoadedDocument:
    return OdpLoader().load(odf_file("presentation", "".join(pages), styles=styles), "발표.odp")


def test_a_slide_is_a_page_with_its_title_first_and_shapes_by_their_places() -> None:
    loaded = load(
        page_xml(
            frame_xml("오른쪽에 있는 글이다.", 12, 5),
            frame_xml("왼쪽에 있는 글이다.", 1, 5),
            frame_xml("휴가 규정", 1, 9, kind="title"),
        ),
        page_xml(frame_xml("신청 방법"), frame_xml("신청서를 쓴다.", 1, 5)),
    )
    assert loaded.text == (
        "휴가 규정\n\n왼쪽에 있는 글이다.\n\n오른쪽에 있는 글이다.\n\n신청 방법\n\n신청서를 쓴다."
    )
    assert [heading.text for heading in loaded.headings] == ["휴가 규정", "신청 방법"]
    assert loaded.page_starts == (0, loaded.text.index("신청 방법"))
    assert loaded.title == "휴가 규정"


def test_lists_and_tables_are_read_and_groups_stay_together() -> None:
    table = sheet_xml("t", cells_xml("구분", "일수"), cells_xml("연차", "15"))
    items = "<text:list><text:list-item><text:p>하나</text:p></text:list-item></text:list>"
    group = f"<draw:g>{frame_xml('둘째', 1, 5)}{frame_xml('첫째', 1, 2)}</draw:g>"
    loaded = load(
        page_xml(
            f'<draw:frame svg:x="1cm" svg:y="9cm">{table}</draw:frame>',
            f'<draw:custom-shape svg:x="1cm" svg:y="8cm">{items}</draw:custom-shape>',
            group,
        )
    )
    assert loaded.text == (
        "첫째\n\n둘째\n\n- 하나\n\n| 구분 | 일수 |\n| --- | --- |\n| 연차 | 15 |"
    )


def test_notes_of_the_speaker_are_marked_as_such() -> None:
    notes = f"<presentation:notes>{frame_xml('천천히 말한다.', kind='notes')}</presentation:notes>"
    loaded = load(page_xml(frame_xml("제목", kind="title"), notes))
    assert loaded.text == "제목\n\n발표자 노트\n\n천천히 말한다."
    assert [(heading.level, heading.text) for heading in loaded.headings] == [
        (1, "제목"),
        (2, "발표자 노트"),
    ]


def test_a_hidden_slide_is_left_out_and_still_counts_as_a_page() -> None:
    loaded = load(
        page_xml(frame_xml("하나")),
        page_xml(frame_xml("비밀"), style="dp2"),
        page_xml(frame_xml("셋")),
        styles=HIDDEN,
    )
    assert loaded.text == "하나\n\n셋"
    assert loaded.page_starts == (0, 4, 4)


def test_footers_hidden_shapes_and_shapes_beside_the_slide_are_left_out() -> None:
    hidden = frame_xml("비밀").replace("<draw:frame", '<draw:frame draw:display="none"')
    loaded = load(
        page_xml(
            frame_xml("글"),
            frame_xml("비밀", kind="footer"),
            frame_xml("비밀", -20, 1),
            hidden,
        )
    )
    assert loaded.text == "글"


def test_the_size_of_the_slide_is_that_of_its_master() -> None:
    styles = (
        '<style:page-layout style:name="L"><style:page-layout-properties fo:page-width="10cm"'
        ' fo:page-height="10cm"/></style:page-layout>'
        '<style:master-page style:name="M" style:page-layout-name="L"/>'
    )
    page = page_xml(frame_xml("글"), frame_xml("비밀", 11, 1))
    page = page.replace("<draw:page", '<draw:page draw:master-page-name="M"')
    assert load(page, styles=styles).text == "글"
