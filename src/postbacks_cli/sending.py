"""Send postbacks as CallFire would, to a stack with known URLs or to a URL from the user."""

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from postbacks_cli.aws.stack import Stack
from postbacks_cli.errors import CommandError
from postbacks_cli.web import session_for

if TYPE_CHECKING:
    import requests

# The headers of later generations' deliveries; those of cloud/1 are unknown.
_HEADERS: Final = {"content-type": "text/xml; charset=UTF-8", "user-agent": "postbacks"}
_JSON: Final = {"content-type": "application/json; charset=UTF-8"}
_SECONDS: Final = 35
"""API Gateway answers within 30 s."""


def url_for(stack: Stack, body: bytes) -> str:
    """Return a live postback URL of a stack, if possible the one that CallFire would use for the body.

    Raises:
        CommandError: No URL is known.
    """
    known = stack.postback_urls
    preferred = "campaignfinish" if b"<campaign-finished" in body else "callfinish"
    url = known.get(preferred) or next(iter(known.values()), None)  # any URL accepts any body
    if url:
        return url
    if stack.endpoint_url:
        raise CommandError(
            "Nothing is subscribed. Run `postbacks subscribe v2`, or for cloud/1 `postbacks subscribe callfinish`."
        )
    raise CommandError(
        "A stack on AWS stores only hashes of postback URLs. Give yours in POSTBACKS_URL or by --url. "
        f"`postbacks create-url {preferred}` creates one."
    )


def post(url: str, body: bytes) -> "requests.Response":
    """Post a body to a postback URL. Raises CommandError, which does not quote the URL."""
    import requests  # noqa: PLC0415  commands that send nothing start sooner

    try:
        host = urlsplit(url).hostname
    except ValueError:  # its message would quote the URL, which is a secret
        raise CommandError("This is not a URL.") from None
    headers = _HEADERS | (_JSON if body.lstrip()[:1] in (b"{", b"[") else {})
    with session_for(url) as session:
        try:
            return session.post(url, body, headers=headers, timeout=_SECONDS, allow_redirects=False)
        except (requests.RequestException, ValueError) as error:  # it quotes the URL too
            raise CommandError(f"No answer from {host or 'that URL'} ({type(error).__name__}).") from None


def read_answer(answer: "requests.Response") -> dict[str, Any]:
    """Return the JSON object of an answer; an empty one if it has none, as a proxy's."""
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def is_kept_as_an_event(answer: "requests.Response") -> bool:
    """Return whether the answer says that the postback became an event; rejected postbacks did not."""
    return answer.ok and read_answer(answer).get("status") != "rejected"
