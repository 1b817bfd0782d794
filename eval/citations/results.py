"""What was found of the citations of one set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eval.citations.checking import Checked
from eval.proportions import Proportion
from eval.provenance import IndexFacts

LEAST_VERIFIED = 0.98


@dataclass(frozen=True, slots=True)
class CitationResult:
    """The checks of all answers of a set, and how long each step of the answers took."""

    name: str
    checks: Sequence[Checked]
    index: IndexFacts | None = None
    latencies_ms: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def answers(self) -> Proportion:
        """Return how many questions were answered."""
        return Proportion(len(self._answered), len(self.checks))

    @property
    def verified(self) -> Proportion:
        """Return how many citations of answers stand in the documents and carry a statement."""
        return _share([each for check in self._answered for each in check.verified])

    @property
    def marks(self) -> Proportion:
        """Return how many answers have marks that match their citations one to one."""
        return _share([check.marks_match for check in self._answered])

    @property
    def spans(self) -> Proportion:
        """Return how many answers show few words that stand where they say, or show none."""
        return _share([check.span_stands for check in self._answered])

    @property
    def nearest(self) -> Proportion:
        """Return how many passages shown beside abstentions stand in the documents."""
        refused = [check for check in self.checks if check.abstained]
        return _share([each for check in refused for each in check.verbatim])

    @property
    def met(self) -> bool:
        """Return whether enough citations verify; a set without answers has met nothing."""
        return bool(self.verified.total) and self.verified.share >= LEAST_VERIFIED

    @property
    def _answered(self) -> list[Checked]:
        return [check for check in self.checks if not check.abstained]

    @property
    def shares(self) -> dict[str, Proportion]:
        """Return all shares by their names."""
        return {
            "questions answered": self.answers,
            "citations verified": self.verified,
            "marks match": self.marks,
            "spans stand": self.spans,
            "nearest passages verbatim": self.nearest,
        }

    def as_json(self) -> dict[str, object]:
        """Return what a report says of the set."""
        shares = {name.replace(" ", "_"): share for name, share in self.shares.items()}
        return {
            **{name: share.as_json() for name, share in shares.items()},
            "met": self.met,
            "latency_ms": dict(self.latencies_ms),
            "index": self.index.as_json() if self.index else None,
        }


def _share(values: Sequence[bool]) -> Proportion:
    return Proportion(sum(values), len(values))
