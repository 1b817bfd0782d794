"""Words that name no topic: what is asked about something, not the something itself.

A question made of them alone leans on what was said before, and none of them is worth carrying
into the next question. Stop words of the analyzer need not be here.
"""

_ENGLISH_COMMON = (
    "tell know mean explain describe give show say think wonder understand learn find look see"
    " ask talk let go come take make made done use get got need want like try work happen able"
    " available based called mentioned following allow help start begin began become became good"
    " best better bad worst big biggest large largest main major important interesting famous"
    " common popular typical necessary possible worth long more most much many less least other"
    " another else any some all every each both either one two also just still even ever really"
    " actually only own new now first last next again instead besides without within during after"
    " before over under up out off around must may might shall should since while because though"
    " although however please thank ok okay yes sure great"
)
_ENGLISH_RELATIONAL = (
    "way thing stuff lot bit kind type sort part example examples reason detail info information"
    " option step difference different differences compare compared versus vs same similar relate"
    " related relationship pros cons benefit advantage advantages disadvantage disadvantages"
    " drawback downside downsides risk concern price cost fee limit requirement requirements"
    " deadline purpose goal role history origin size importance significance definition"
    " characteristic characteristics feature features function variety varieties component"
    " components symptom cause causes caused effect affect impact side result outcome outcomes"
    " change changed changes alternative alternatives solution solutions problem issue issues"
    " treatment rule exception exceptions tip term level process method approach number amount"
    " degree future time age name year day place people person"
)
_KOREAN_COMMON = (
    "무엇 무슨 뭐 뭔 뭔가 어디 어느 어떤 어떻 어떻게 언제 얼마 얼마나 누구 누가 왜 몇 며칠"
    " 혹시 그럼 그러면 그렇다면 그리고 그런데 근데 그래서 그래도 하지만 그러나 그 이 저 것 거"
    " 수 때 등 및 중 더 또 다시 다른 모두 모든 각각 각 다 좀 가장 제일 매우 너무 아주 이미 아직"
    " 지금 현재 이후 이전 다음 먼저 나중 우리 저희 제 내 나 너 여기 거기 저기 이것 그것 저것"
    " 이거 그거 저거 이때 그때 경우 정도 관련 대해 대한 관해 관한 통해 위해 위한 때문 따라 따른"
    " 알려 말해 말씀 설명 소개 궁금 질문 답변 정보 내용 자세 자세히 구체 구체적 예시 안 못 잘"
    " 꼭 둘 하나 번 개 명 년 월 일 원 네 예 아니 아니요"
)
_KOREAN_ATTRIBUTES = (
    "가격 비용 금액 요금 수수료 기간 기한 마감일 방법 절차 과정 단계 조건 자격 요건 대상"
    " 대상자 기준 서류 장소 위치 주소 시간 시기 날짜 일자 연도 년도 일정 연락처 전화번호 번호"
    " 담당자 부서 종류 유형 장점 단점 장단점 차이 차이점 공통점 이유 원인 결과 영향 역할 기능"
    " 특징 특성 목적 목표 의미 정의 개념 예외 한도 규모 크기 길이 높이 무게 속도 이름 명칭 별명"
    " 나이 수명 인구 면적 혜택 효과 부작용 주의점 주의사항 사항 규칙 문제 문제점 대안 방안 사례"
    " 수량 개수 횟수 비율 순서 상태"
)
_KOREAN_ACTIONS = (
    "신청 신청서 접수 마감 전화 담당 비교 뜻 제한 최대 최소 최고 최저 출생 사망 설립 시작 종료"
    " 필요 가능 지원 문의 주의 처벌 할인 환불 취소 변경 연장 갱신 승인 반려 제출 지급 사용 이용"
    " 적용 확인 선택 해결 예 규정 수 양 사람 인물 부분 전체 관계 결정 발생"
)
LIGHT_WORDS = frozenset(
    " ".join(
        (
            _ENGLISH_COMMON,
            _ENGLISH_RELATIONAL,
            _KOREAN_COMMON,
            _KOREAN_ATTRIBUTES,
            _KOREAN_ACTIONS,
        )
    ).split()
)
ATTRIBUTES = tuple(_KOREAN_ATTRIBUTES.split())
"""Endings of Korean compounds that name what something has (설립연도), not a thing."""
