"""A service whose telemetry a test has in hand."""

from dataclasses import replace

from app.service import Service
from app.telemetry.telemetry import Telemetry


def observed(service: Service, telemetry: Telemetry) -> Service:
    """Return the service with another telemetry."""
    pipeline = replace(service.pipeline, watch=telemetry)
    return replace(service, pipeline=pipeline, telemetry=telemetry)
