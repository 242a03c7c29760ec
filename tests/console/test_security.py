"""Access to the console, and the secrets that it never shows."""

import http.client
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from local.stack import Stack
from tests.support.console import Tab

PAGES = ("/", "/find", "/rejected", "/subscriptions", "/health", "/send", "/stream", "/static/console.css")


class Client:
    """Send requests with any headers to a console's address."""

    def __init__(self, address: str) -> None:
        self.netloc = urlsplit(address).netloc
        self.key = parse_qs(urlsplit(address).query)["key"][0]
        self.cookie = ""

    def __call__(self, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
        """Return the answer to a request; `host` and the others are its headers."""
        connection = http.client.HTTPConnection(self.netloc, timeout=20)
        connection.putrequest(method, path, skip_host=True)
        for name, value in ({"host": self.netloc, "cookie": self.cookie, "content-length": "0"} | headers).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        connection.close()
        return answer


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    """Return a client that has logged in."""
    one = Client(address)
    answer = one("GET", f"/?key={one.key}")
    assert answer.status == 303
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
    one.cookie = cookie.partition(";")[0]
    yield one
    assert one("GET", "/find").status == 200


@pytest.mark.parametrize("path", PAGES)
def test_no_key_no_page(client: Client, path: str) -> None:
    """Without the cookie, or with a wrong key, no page, stream or file is served."""
    client_without = client("GET", path, cookie="")
    assert client_without.status == 403
    assert client("GET", f"{path}?key=wrong", cookie="").status == 403


@pytest.mark.parametrize("host", ["example.com", "127.0.0.1", "127.0.0.1.example.com:80", "localhost.example.com"])
def test_another_host_is_refused(client: Client, host: str) -> None:
    """A foreign name that points at this machine (DNS rebinding) reaches nothing, even with the cookie."""
    assert client("GET", "/", host=host).status == 421


@pytest.mark.parametrize("origin", ["https://example.com", "null", ""])
def test_another_origin_changes_nothing(client: Client, origin: str) -> None:
    """A POST from another origin, or without one, is refused, even with the cookie."""
    assert client("POST", "/rejected", origin=origin).status == 403


@pytest.mark.parametrize("path", ["/load", "/events/1/replay"])
def test_changes_only_by_post(client: Client, path: str) -> None:
    """No link can change anything: a GET of an action is refused."""
    assert client("GET", path).status in (404, 405)


def test_strict_policy_and_no_inline_code(client: Client, opened: Tab) -> None:
    """The content security policy allows nothing inline, and the pages need nothing inline."""
    policy = client("GET", "/find").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for path in PAGES[:6]:
        page = opened.open(path)
        assert page.locator("[style], script:not([src]), [onclick], [onload], [onerror]").count() == 0


def test_no_secret_on_any_page(opened: Tab, stack: Stack) -> None:
    """No page holds a postback URL, its token, CallFire's API key or the console's own key."""
    key = stack.aws.ssm.get_parameter(Name="/callfire-postbacks/callfire-api-key", WithDecryption=True)
    secrets = [key["Parameter"]["Value"], opened.address.partition("key=")[2]]
    secrets += [url.rpartition("/")[2] for url in stack.postback_urls.values()]
    for path in PAGES[:6]:
        content = opened.open(path).content()
        assert not [secret for secret in secrets if secret in content]


def test_page_of_a_stranger_gets_nothing(browser: Browser, address: str) -> None:
    """A browser that was not opened with the key sees no page."""
    with browser.new_context() as context:
        answer = context.new_page().goto(address.partition("?")[0])
        assert answer
        assert answer.status == 403
