"""The contract of every tool: what a model sends, and what it gets back."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel

from app.access.caller import Caller
from app.service import Service

Arguments = TypeVar("Arguments", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call gave: for programs, and the same to be read."""

    result: BaseModel
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """The service that is called, and who calls."""

    service: Service
    caller: Caller


class Tool(ABC, Generic[Arguments]):
    """Something that a model can do here; a new one is a file with one method.

    ``keeps`` tells that a call leaves something behind.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    keeps: ClassVar[bool] = False
    arguments: type[Arguments]
    result: type[BaseModel]

    async def run(self, call: Call, given: Mapping[str, object]) -> Reply:
        """Return what the call gave; raise ValidationError for arguments that do not fit."""
        return await self._run(call, self.arguments.model_validate(given))

    @abstractmethod
    async def _run(self, call: Call, arguments: Arguments) -> Reply:
        """Return what the call gave, of what its caller may see."""
