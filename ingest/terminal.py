"""What a person sees of a run: failures as they come, tables at the end."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import PurePosixPath

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from index.models import Failure, Finding, Fingerprint, IndexStatus, SimilarGroup
from ingest.progress import StepProgress
from ingest.report import FileReport, Outcome, RunReport

_FAILURES_SHOWN = 50
_GROUPS_SHOWN = 20
_NAMES_SHOWN = 3


def shown(progress: StepProgress, console: Console) -> Callable[[FileReport], None]:
    """Return what counts each file as it is done and shows a failure at once."""

    def show(file: FileReport) -> None:
        progress()
        if file.outcome is Outcome.FAILED:
            console.print(f"{file.outcome}: {escape(file.message)}", soft_wrap=True)

    return show


def print_report(report: RunReport, console: Console) -> None:
    """Print the summary of a run."""
    table = Table(title="Dry run: nothing was written" if report.dry else None, box=None)
    table.add_column("files")
    table.add_column("", justify="right")
    for outcome in Outcome:
        table.add_row(outcome.value, str(report.count(outcome)))
    console.print(table)
    _print_skipped(report, console)
    print_similar(report.similar, console)
    if not report.dry:
        console.print(
            f"{report.embedded} chunks embedded in {report.seconds:.1f} s;"
            f" the index is at revision {report.revision}."
        )


def print_status(status: IndexStatus, failures: Sequence[Failure], console: Console) -> None:
    """Print what an index holds, and the files that failed."""
    table = Table(show_header=False, box=None)
    rows = {
        "documents": f"{status.documents:,}",
        "parents": f"{status.parents:,}",
        "children": f"{status.children:,}",
        "revision": f"{status.revision} (BM25 {status.lexical_revision},"
        f" dense {status.dense_revision})",
        "size": f"{status.size_bytes / 1e6:.1f} MB",
        "embedder": f"{status.embedder}, {status.dimension} dimensions",
        "analyzer": status.analyzer,
        "failed files": str(len(failures)),
    }
    for name, value in rows.items():
        table.add_row(name, escape(value))
    console.print(table)
    for failure in failures[:_FAILURES_SHOWN]:
        console.print(
            f"{failure.reason}: {escape(failure.source)}: {escape(failure.message)}",
            soft_wrap=True,
        )


def print_groups(documents: Collection[Fingerprint], console: Console) -> None:
    """Print how many documents are not for everybody, and which groups may read how many."""
    counts = Counter(group for each in documents for group in each.groups)
    if counts:
        closed = sum(1 for each in documents if each.groups)
        named = ", ".join(f"{group} {count:,}" for group, count in sorted(counts.items()))
        console.print(f"{closed:,} documents for groups only: {escape(named)}", soft_wrap=True)


def print_similar(groups: Sequence[SimilarGroup], console: Console) -> None:
    """Print the largest groups of documents that say nearly the same, and count the rest."""
    for group in groups[:_GROUPS_SHOWN]:
        console.print(escape(_told(group)), soft_wrap=True)
    rest = groups[_GROUPS_SHOWN:]
    if rest:
        documents = sum(len(group.sources) for group in rest)
        console.print(f"and {len(rest)} more groups with {documents:,} documents")


def _told(group: SimilarGroup) -> str:
    count, copies = len(group.sources), len(group.copies)
    several = f"{count:,} documents" if count > 1 else "1 document"
    if copies == count:
        said = f"{several} {'are copies' if count > 1 else 'is a copy'} of {group.source}"
    else:
        said = f"{several} {'say' if count > 1 else 'says'} nearly the same as {group.source}"
        said += f", {copies:,} of them {'copies' if copies > 1 else 'a copy'}" if copies else ""
    names = ", ".join(group.sources[:_NAMES_SHOWN])
    more = f" and {count - _NAMES_SHOWN:,} more" if count > _NAMES_SHOWN else ""
    return f"{said}: {names}{more}"


def print_findings(findings: Sequence[Finding], console: Console) -> None:
    """Print one line a check, and the verdict."""
    for finding in findings:
        mark = "PROBLEM" if finding.problem else "ok"
        console.print(f"{mark:8}{finding.check}: {escape(finding.message)}", soft_wrap=True)
    problems = sum(1 for finding in findings if finding.problem)
    if problems:
        console.print(
            f"{problems} problems. python -m ingest doctor --repair makes the index files anew"
            " from the store, and has uploads read again."
        )
    else:
        console.print("Nothing is wrong.")


def print_renewed(uploads: int, console: Console) -> None:
    """Print how many uploads wait for the worker now, if any."""
    if uploads:
        console.print(f"{uploads} uploads wait to be read again: the service's worker does it.")


def _print_skipped(report: RunReport, console: Console) -> None:
    """Print how many files nobody would ask about, by suffix: a shared drive holds thousands."""
    kinds = Counter(
        PurePosixPath(file.source).suffix.lower() or "no suffix"
        for file in report.files
        if file.outcome is Outcome.SKIPPED
    )
    if kinds:
        counts = ", ".join(f"{count} {escape(kind)}" for kind, count in kinds.most_common())
        console.print(f"Skipped: {counts}", soft_wrap=True)
