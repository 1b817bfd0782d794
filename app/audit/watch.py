"""What the pipeline tells of a question belongs to the act that asked it."""

from collections.abc import Sequence

from app.audit.act import present_act
from app.pipeline.watch import Asking, Watch


class AuditWatch(Watch):
    """Tells the present act which question was asked, and from which documents it was answered."""

    def found(self, question: str, document_ids: Sequence[str]) -> None:
        """Hear what a search brought."""
        act = present_act()
        act.question = question
        act.documents = list(dict.fromkeys(document_ids))

    def ended(self, asking: Asking) -> None:
        """Hear what was answered; documents count once, however often they are cited."""
        act = present_act()
        act.question = asking.question
        if asking.answer is not None:
            act.answer = asking.answer.text
            cited = [each.document.document_id for each in asking.answer.citations]
            act.documents = list(dict.fromkeys(cited))
