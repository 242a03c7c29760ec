"""Ages and results of the documented call in the pipeline."""

from datetime import timedelta
from typing import Final

from callfire_postbacks import ingest
from callfire_postbacks.postback import Result
from tests.support.building import CALL, normalize

OLD: Final = ingest.IN_FLIGHT + timedelta(seconds=1)
YOUNG: Final = ingest.IN_FLIGHT - timedelta(seconds=5)
"""Ages of an unpublished event that its own function no longer publishes, and may still publish."""
EVENT_ID: Final = normalize(CALL)["id"]
ACCEPTED: Final = Result("accepted", (EVENT_ID,))
DUPLICATE: Final = Result("duplicate", (EVENT_ID,))
PARKED: Final = Result("parked")
