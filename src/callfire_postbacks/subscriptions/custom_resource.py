"""Answer CloudFormation for a custom resource.

Existing libraries do not fit: crhelper supports only HTTPS and retries forever on failure (the local stack's
CloudFormation uses HTTP), and AWS's cfnresponse prints the pre-signed URL. The protocol is one PUT:
docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

_TIMEOUT: Final = (2, 5)
_RETRY: Final = Retry(total=3, allowed_methods={"PUT"}, status_forcelist=range(500, 600), backoff_factor=1)
ANSWER_SECONDS: Final = 40
"""The longest time for an answer: 4 attempts x (2 + 5) + pauses of 2 and 4 s, and a margin."""
_MAX_REASON: Final = 1_000  # CloudFormation accepts 4096 bytes


def answer(request: dict[str, Any], *, problem: str | None) -> None:
    """Tell CloudFormation that a request was carried out, or what the problem was.

    Raises requests' errors if CloudFormation cannot be reached. Lambda then retries, because CloudFormation invokes
    functions asynchronously; finally CloudFormation gives up after the resource's ServiceTimeout.
    """
    body = {
        "Status": "FAILED" if problem else "SUCCESS",
        "Reason": (problem or "")[:_MAX_REASON],
        # Never change it: CloudFormation would delete the resource with the former id.
        "PhysicalResourceId": request["LogicalResourceId"],
        "StackId": request["StackId"],
        "RequestId": request["RequestId"],
        "LogicalResourceId": request["LogicalResourceId"],
    }
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=_RETRY))
        session.mount("http://", HTTPAdapter(max_retries=_RETRY))
        # The URL's signature covers an empty content type.
        session.put(
            request["ResponseURL"], json.dumps(body).encode(), headers={"content-type": ""}, timeout=_TIMEOUT
        ).raise_for_status()
