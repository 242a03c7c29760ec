from tests.unit import building, contents
from callfire_postbacks import ingest
def test_x(aws, aws_calls, logged):
    contents.subscribe()
    q = contents.consumer()
    aws_calls.clear()
    print(ingest.receive(building.postback()))
    print(ingest.receive(building.postback()))
    assert logged() == []
    print(aws_calls, contents.consumed(q), contents.items())
    assert 0
def test_y(aws, fail, aws_calls, logged):
    contents.subscribe()
    fail("sns.Publish", "InternalError"); fail("dynamodb.PutItem","timeout")
    r= (ingest.receive(building.postback()), aws_calls, contents.parked(), logged())
    assert r == 0
