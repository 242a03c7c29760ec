"""Read and redrive the rejected queue, with progress."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from callfire_postbacks.parking import reject
from postbacks_cli.aws.stack import Stack
from postbacks_cli.queues import redriving, rejected_queue
from postbacks_cli.queues.rejected_queue import reading
from tests.support.aws.operators_stack import operators_stack
from tests.support.building import call, element, postback
from tests.support.contents import parked, rejected

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Return a stack with twelve rejected postbacks, whose queue answers at once."""
    monkeypatch.setattr(rejected_queue, "_WAIT_SECONDS", 0)
    for number in range(12):
        reject(postback(call(element("callid", str(number)))), "not-xml")
    return operators_stack()


def test_reading_reports_progress(stack: Stack) -> None:
    """Reading the queue reports the messages read so far and SQS's approximate total."""
    calls: list[tuple[int, int | None]] = []
    found = redriving.each(stack, lambda _: None, progress=lambda *numbers: calls.append(numbers))
    assert found == 12
    assert calls == [(10, 12), (12, 12)]


def test_readers_take_turns(stack: Stack) -> None:
    """A second reader in the same program waits for the first, which hides the messages, and then sees all of them."""

    def count() -> int:
        with reading(stack) as postbacks:
            return len(list(postbacks))

    with ThreadPoolExecutor() as threads:
        with reading(stack) as postbacks:
            assert len(list(postbacks)) == 12
            second = threads.submit(count)
            assert not wait([second], timeout=0.2).done
        assert second.result() == 12


def test_redriving_reports_progress(stack: Stack) -> None:
    """A redrive of a selection moves it, and reports its progress in the whole queue."""
    calls: list[tuple[int, int | None]] = []
    assert redriving.move(stack, reasons=["not-xml"], progress=lambda *numbers: calls.append(numbers)) == 12
    assert calls[-1] == (12, 12)
    assert (len(parked()), len(rejected())) == (12, 0)
