"""Access to the console."""

import http.client
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

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


def test_strict_policy(client: Client) -> None:
    """The content security policy allows nothing inline."""
    policy = client("GET", "/find").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_page_of_a_stranger_gets_nothing(browser: Browser, address: str) -> None:
    """A browser that was not opened with the key sees no page."""
    with browser.new_context() as context:
        answer = context.new_page().goto(address.partition("?")[0])
        assert answer
        assert answer.status == 403
