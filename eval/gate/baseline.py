"""The accepted state: every outcome, with the settings and the model that they came from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import QuestionSetError
from eval.files import write_text
from eval.gate.figures import mean, measure_figures
from eval.gate.outcomes import FIELDS, Outcome

BASELINE = "baseline.json"
_UPDATE = "Accept the present state with: python -m eval gate --update-baseline"


@dataclass(frozen=True, slots=True)
class State:
    """Outcomes, and what they were measured with; ``data`` is the digest of the golden set."""

    data: str
    model: str
    settings: Mapping[str, object]
    outcomes: Sequence[Outcome]

    def differences(self, other: "State") -> dict[str, tuple[object, object]]:
        """Return the settings, and the model, that differ: here and there."""
        here, there = ({"model": one.model, **one.settings} for one in (self, other))
        names = sorted({*here, *there})
        pairs = {name: (here.get(name), there.get(name)) for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def read_baseline(folder: Path, data: str) -> State:
    """Return the accepted state; raise QuestionSetError when it is not of these questions."""
    path = folder / BASELINE
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        outcomes = [Outcome(**{name: each[name] for name in FIELDS}) for each in kept["outcomes"]]
        state = State(kept["data"], kept["model"], kept["settings"], outcomes)
    except OSError as error:
        raise QuestionSetError(f"{path} cannot be read ({error.strerror}). {_UPDATE}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise QuestionSetError(f"{path} is no baseline of this gate. {_UPDATE}") from error
    if state.data != data:
        raise QuestionSetError(
            f"{path} was measured on other documents or questions, so that nothing can be"
            f" compared. {_UPDATE}"
        )
    return state


def write_baseline(folder: Path, state: State) -> None:
    """Keep a state as the accepted one; one outcome a line, so that a review can read changes."""
    figures = {name: round(mean(v), 4) for name, v in measure_figures(state.outcomes).items()}
    head = {
        "data": state.data,
        "model": state.model,
        "settings": dict(state.settings),
        "figures": figures,
    }
    opened = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = ",\n".join(f"  {json.dumps(each.as_json())}" for each in state.outcomes)
    write_text(folder / BASELINE, f'{opened},\n "outcomes": [\n{lines}\n ]\n}}\n')
