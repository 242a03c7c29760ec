"""The fake CallFire's callback API of cloud/1, as CallFire documents it.

    POST /cloud/1/reports/callback/callfinish[/{campaign}]      form fields apikey, postUrl
    POST /cloud/1/reports/callback/campaignfinish[/{campaign}]

It stores each URL. To stop, it accepts an empty postUrl, or DELETE.
"""

import secrets
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request

from local.fake_callfire.account import Account
from local.fake_callfire.cloud1_answers import ANSWERS, refused

CALLBACK: Final = "<any(callfinish, campaignfinish):callback>"


def callbacks(account: Account) -> Blueprint:
    """Create the API."""
    api = Blueprint("callbacks", __name__)

    @api.route(f"/{CALLBACK}", methods=["POST", "DELETE"])
    @api.route(f"/{CALLBACK}/<int:campaign>", methods=["POST", "DELETE"])
    def subscribe(callback: str, campaign: int | None = None) -> Response:
        if not secrets.compare_digest(request.form.get("apikey", ""), account.api_key):
            return refused("Invalid API key", HTTPStatus.UNAUTHORIZED)
        scope, url = scope_of(callback, campaign), request.form.get("postUrl")
        if url:
            account.received.append(url)

        def save() -> None:
            if url:
                account.urls[scope] = url
            else:
                account.urls.pop(scope, None)

        return ANSWERS[account.answer](save)

    return api


def scope_of(callback: str, campaign: int | None) -> str:
    """Return the scope of a URL: "callfinish", "callfinish/22222"."""
    return callback if campaign is None else f"{callback}/{campaign}"
