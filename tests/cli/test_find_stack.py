"""Find the stack that `postbacks` uses, and explain if there is none."""

from pathlib import Path

from local.aws import CREDENTIALS
from local.stack import Stack
from tests.support.stack.terminal import Postbacks, run

COMMANDS = {
    *("subscribe", "rotate", "unsubscribe", "subscriptions", "create-url", "events", "show"),
    *("replay", "rejected", "redrive", "tail", "send", "doctor", "find", "stats", "export", "env"),
}


def of_aws(stack: Stack) -> dict[str, str]:
    """Return the environment of an AWS user, with the local stack's endpoint in place of AWS."""
    return {
        **{name.upper(): value for name, value in CREDENTIALS.items()},
        "AWS_REGION": stack.region,
        "AWS_ENDPOINT_URL": stack.endpoint_url,
    }


def test_stack_on_aws(stack: Stack, tmp_path: Path) -> None:
    """Without a local stack, the default name is looked up on AWS with the user's own keys, and the output says so."""
    listed = run("subscriptions", "--json", variables=of_aws(stack), cwd=tmp_path)
    assert "callfinish" in {each["subscription"] for each in listed.lines}
    assert listed.err == f"Stack {stack.stack_name} in {stack.region}, account 000000000000\n"

    named = run("--stack", "callfire-postbacks", "send", "text-sent", variables=of_aws(stack), cwd=tmp_path)
    assert (named.status, named.out) == (1, "")
    assert "POSTBACKS_URL" in named.err


def test_stack_that_is_not_there(stack: Stack, tmp_path: Path) -> None:
    """An unknown stack name is a failure with a remedy, whichever way it is given."""
    variables = of_aws(stack) | {"POSTBACKS_STACK": "nothing-such"}
    for arguments in (["doctor"], ["--stack", "local", "events"]):
        failed = run(*arguments, variables=variables, cwd=tmp_path)
        assert (failed.status, failed.out, len(failed.err.splitlines())) == (1, "", 1)


def test_no_credentials(tmp_path: Path) -> None:
    """Without credentials and without a local stack, one line says so."""
    no_user = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    failed = run("--region", "us-east-1", "events", variables=no_user, cwd=tmp_path)
    assert (failed.status, failed.out) == (1, "")
    assert failed.err.startswith("There are no AWS credentials.")


def test_help_names_every_command(postbacks: Postbacks) -> None:
    """The help lists all commands, and a mistake in the options ends with 2, not 1."""
    assert {line.split()[1] for line in postbacks("--help").out.splitlines() if line.startswith("│ ")} >= COMMANDS
    assert postbacks("events", "--since", "someday").status == 2
