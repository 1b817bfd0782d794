import pytest

from app.bootstrap import ServiceSettings, build_service
from app.llm.settings import LanguageModelSettings
from app.memory.settings import MemorySettings
from app.settings import AppSettings
from index.errors import SettingsError
from index.settings import IndexSettings


@pytest.mark.parametrize(
    ("wanted", "name"),
    [({"hyde": "auto"}, "MUREUM_APP_HYDE"), ({"multi_query": "on"}, "MUREUM_APP_MULTI_QUERY")],
)
def test_a_part_that_needs_a_language_model_stops_the_start_without_one(
    wanted: dict[str, str], name: str
) -> None:
    settings = ServiceSettings(
        AppSettings.model_validate(wanted),
        IndexSettings(),
        LanguageModelSettings(),
        MemorySettings(),
    )
    with pytest.raises(SettingsError, match=f"{name} needs a language model"):
        build_service(settings)
