"""Which language model writes, where it is, and how it chooses its words."""

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.llm.base import Sampling

NEED_A_MODEL = {
    "openai": "name the model, such as openai:gpt-5-mini",
    "llamacpp": "give the path of a .gguf file",
}


class LanguageModelSettings(BaseSettings):
    """Settings of language models; each is read from ``MUREUM_LLM_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="MUREUM_LLM_", env_file=".env", extra="ignore")

    backend: str = Field(
        default="none",
        min_length=1,
        description="none, openai (any API), llamacpp (a local file), or package.module:Class.",
    )
    model: str = Field(
        default="",
        validate_default=True,
        description="For an API provider:name or a name; for llamacpp a .gguf file or its folder.",
    )
    base_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Where an OpenAI-compatible server listens; empty is the provider's address.",
    )
    api_key: SecretStr = Field(
        default=SecretStr(""), description="Key of the API; a server of your own may need none."
    )
    timeout_seconds: float = Field(
        default=120.0, gt=0, le=3_600, description="Longest time that one answer may take."
    )
    retries: int = Field(
        default=2, ge=0, le=10, description="Further attempts while nothing was said yet."
    )
    context_tokens: int = Field(
        default=0,
        ge=0,
        description="Tokens of prompt and answer together; 0 asks the model, or takes 8192.",
    )
    temperature: float = Field(
        default=0.0, ge=0, le=2, description="0 always takes the most probable token."
    )
    top_p: float = Field(
        default=1.0, gt=0, le=1, description="Share of the most probable tokens to choose from."
    )
    max_tokens: int = Field(default=768, ge=1, le=65_536, description="Longest answer.")
    seed: int = Field(
        default=-1, ge=-1, description="Makes chance repeatable where the API can; -1 is unset."
    )
    stop: str = Field(
        default="", description="Texts at which an answer ends, separated by |; empty for none."
    )
    threads: int = Field(
        default=0, ge=0, le=1_024, description="llamacpp: threads; 0 takes all physical cores."
    )
    gpu_layers: int = Field(
        default=0, ge=0, description="llamacpp: layers of the model to keep on the GPU."
    )
    lora: str = Field(
        default="", description="llamacpp: path of a LoRA adapter in .gguf; empty for none."
    )
    lora_scale: float = Field(
        default=1.0, ge=0, le=10, description="llamacpp: how strongly the adapter counts."
    )
    parallel: int = Field(
        default=4, ge=1, le=64, description="llamacpp: answers that are written at a time."
    )
    waiting: int = Field(
        default=32, ge=0, description="llamacpp: requests that may wait in line; more get 503."
    )

    @field_validator("model")
    @classmethod
    def _named_when_needed(cls, model: str, info: ValidationInfo) -> str:
        needed = NEED_A_MODEL.get(info.data.get("backend", ""))
        if needed and not model.strip():
            raise ValueError(needed)
        return model.strip()

    @field_validator("max_tokens")
    @classmethod
    def _fits_into_the_context(cls, most: int, info: ValidationInfo) -> int:
        context = info.data.get("context_tokens", 0)
        if context and most >= context:
            raise ValueError(f"must be below MUREUM_LLM_CONTEXT_TOKENS, {context}")
        return most

    @property
    def sampling(self) -> Sampling:
        """How answers are sampled."""
        return Sampling(
            temperature=self.temperature,
            top_p=self.top_p,
            max_tokens=self.max_tokens,
            seed=None if self.seed < 0 else self.seed,
            stop=tuple(text for text in self.stop.split("|") if text),
        )
