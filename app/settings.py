"""How the service listens, searches and decides."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AppSettings(BaseSettings):
    """Settings of the service; each is read from ``MUREUM_APP_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="MUREUM_APP_", env_file=".env", extra="ignore")

    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address to listen on; 0.0.0.0 lets other machines in.",
    )
    port: int = Field(default=8000, ge=0, le=65535, description="Port; 0 takes a free one.")
    hosts: list[str] = Field(
        default=[],
        description="Names in requests' Host header, as JSON; on 127.0.0.1 its own, else any.",
    )
    origins: list[str] = Field(
        default=[],
        description='Other sites whose pages may call, as JSON: ["https://team.example"].',
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least severe log lines to write."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="How log lines are written: to read, or one JSON object each."
    )
    slow_seconds: float = Field(
        default=10.0, ge=0, description="An answer that takes so long is told in the log; 0: none."
    )
    log_questions: bool = Field(
        default=False, description="Tell slow questions in the log in their own words."
    )
    otlp_endpoint: str = Field(
        default="",
        description="Collector of traces (OTLP over HTTP), such as http://127.0.0.1:4318.",
    )
    audit_file: str = Field(
        default="", description="File for a line about each act; empty writes it into the log."
    )
    audit_text: bool = Field(
        default=False, description="Write questions and answers into these lines too."
    )
    drain_seconds: float = Field(
        default=0.0,
        ge=0,
        le=300,
        description="After SIGTERM, how long to take requests still while /ready says 503.",
    )
    shutdown_seconds: float = Field(
        default=15.0,
        ge=0,
        le=600,
        description="After that, how long answers may go on before they are broken off.",
    )
    request_bytes: int = Field(
        default=65_536, ge=1_024, description="Largest request body; more is refused with 413."
    )
    body_seconds: float = Field(
        default=30.0, ge=0, description="Longest time a request body may take; 0: for ever."
    )
    requests_a_minute: int = Field(
        default=600, ge=0, description="Requests of one key in a minute; more get 429. 0: any."
    )
    requests_at_once: int = Field(
        default=100, ge=0, description="Requests of one key at the same time; more get 429. 0: any."
    )
    wrong_keys_a_minute: int = Field(
        default=30, ge=0, description="Wrong keys of one address in a minute. 0: any number."
    )
    upload_file_bytes: int = Field(
        default=200_000_000, ge=1, description="Largest file that can be handed over."
    )
    upload_files: int = Field(
        default=50, ge=1, le=100, description="Most files that are handed over at once."
    )
    upload_bytes: int = Field(
        default=1_000_000_000,
        ge=1_024,
        description="Largest form of files; more is refused with 413.",
    )
    upload_silent_seconds: float = Field(
        default=30.0, gt=0, description="Longest silence in an upload; then 408."
    )
    upload_bytes_a_second: int = Field(
        default=10_000, ge=0, description="Slowest upload; a slower one gets 408. 0: any pace."
    )
    upload_quota_bytes: int = Field(
        default=0, ge=0, description="What the uploads of one key may take; 0: any amount."
    )
    upload_quota_files: int = Field(
        default=0, ge=0, description="How many files the uploads of one key may be; 0: any number."
    )
    question_characters: int = Field(
        default=4_000, ge=10, description="Longest question; a longer one is refused with 422."
    )
    answer_seconds: float = Field(
        default=300.0, ge=0, description="Longest time one whole answer may take; 0: for ever."
    )
    worker: bool = Field(
        default=True,
        description="Start the worker that reads uploads; off where it is started otherwise.",
    )
    worker_threads: int = Field(
        default=2, ge=1, le=64, description="Threads for searching, sentence picking, reranking."
    )
    waiting_requests: int = Field(
        default=200, ge=0, description="Requests that may wait for a thread; more get 503."
    )
    candidates: int = Field(
        default=200, ge=10, le=1_000, description="Chunks that each leg of the search brings."
    )
    dense_weight: float = Field(
        default=0.55, ge=0, le=1, description="Share of meaning against words in the fused score."
    )
    fold_duplicates: bool = Field(
        default=True, description="Show passages that say the same once, and where else they stand."
    )
    context_characters: int = Field(
        default=12_000, ge=1_000, description="Most text of found sections to answer from."
    )
    reranker: str = Field(
        default="none",
        min_length=1,
        description="none, or the folder or hub id of a sentence-transformers cross-encoder.",
    )
    reranked: int = Field(
        default=20, ge=1, le=100, description="Best candidates that the reranker reads."
    )
    reranker_weight: float = Field(
        default=0.7, ge=0, le=1, description="Share of the reranker against the fused score."
    )
    reader: str = Field(
        default="bundled",
        min_length=1,
        description="What finds the answering words: bundled, none, a file of weights, or a path.",
    )
    reader_excerpts: int = Field(
        default=3, ge=1, le=50, description="Excerpts that the reader looks at for one question."
    )
    rewriter: str = Field(
        default="auto",
        min_length=1,
        description="How a follow-up is made to stand alone: auto, none, terms, model, or a path.",
    )
    hyde: Literal["off", "on", "auto"] = Field(
        default="off", description="Search near an imagined passage too; needs a language model."
    )
    hyde_passages: int = Field(
        default=1, ge=1, le=8, description="Passages that a language model imagines."
    )
    multi_query: Literal["off", "on"] = Field(
        default="off", description="Search in other words too; needs a language model."
    )
    multi_query_variants: int = Field(
        default=3, ge=1, le=8, description="Wordings of a question that a language model writes."
    )
    reasoning: Literal["none", "chain", "step-back"] = Field(
        default="none", description="What a language model writes, unseen, before its answer."
    )
    fallback: bool = Field(
        default=False,
        description="Answer with sentences while the language model is down, and say so.",
    )
    confidence_threshold: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="Below this confidence no sentence is an answer.",
    )
