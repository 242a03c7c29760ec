"""The checks of `postbacks doctor` on the functions, and on what invokes them."""

from collections.abc import Iterator
from typing import Final

from postbacks_cli.aws.stack import Stack
from postbacks_cli.checks.findings import Finding

_FUNCTIONS: Final = ("ReceiveFunctionName", "RelayFunctionName", "DrainFunctionName", "SubscriptionsFunctionName")
_ENVIRONMENT: Final = {
    "EVENTS_TABLE": "EventsTableName",
    "EVENTS_TOPIC_ARN": "EventsTopicArn",
    "SUBSCRIPTIONS_TABLE": "SubscriptionsTableName",
    "PARKED_QUEUE_URL": "ParkedQueueUrl",
    "REJECTED_QUEUE_URL": "RejectedQueueUrl",
    "CALLFIRE_API_KEY_PARAMETER": "CallFireApiKeyParameterName",
    "CALLFIRE_CREDENTIALS_PARAMETER": "CallFireCredentialsParameterName",
    "SIGNING_SECRET_PARAMETER": "SigningSecretParameterName",
    "API_URL_PARAMETER": "ApiUrlParameterName",
}
"""Variables of the functions, and for each the output that holds its value."""
_ENOUGH_CONCURRENCY: Final = 100
"""A new account may have a limit of 10. 100 postbacks a second fit into 100 even if each takes a second."""


def concurrency(stack: Stack) -> Iterator[Finding]:
    """Check the account's concurrency limit: a postback that finds no free function is lost."""
    limit = stack.aws.functions.get_account_settings()["AccountLimit"]
    most, left = limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]
    detail = f"The account may run {most:,} functions at once, {left:,} of them without a reservation."
    if left < _ENOUGH_CONCURRENCY:
        remedy = (
            "Ask for more: Service Quotas, AWS Lambda, Concurrent executions (L-B99A9384); 1,000 is the usual limit."
        )
        yield Finding("warn", "concurrency", detail, remedy)
    else:
        yield Finding("ok", "concurrency", detail)


def functions(stack: Stack) -> Iterator[Finding]:
    """Check that the functions are ready, and use the stack's own tables, topic and queues."""
    aliases = stack.physical_ids("AWS::Lambda::Alias")
    for output in _FUNCTIONS:
        # If an alias exists, the API calls the version that it points at.
        name = stack.output(output)
        name = next((alias for alias in aliases if f":{name}:" in alias), name)
        subject = f"{output.removesuffix('FunctionName').lower()} function"
        configuration = stack.aws.functions.get_function_configuration(FunctionName=name)
        state, update = configuration.get("State", "Active"), configuration.get("LastUpdateStatus", "Successful")
        variables = configuration.get("Environment", {}).get("Variables", {})
        wrong = [
            variable
            for variable, source in _ENVIRONMENT.items()
            if variable in variables and variables[variable] != stack.output(source)
        ]
        missing = [variable for variable in list(_ENVIRONMENT)[:3] if variable not in variables]
        shown = name.rpartition(":function:")[2]
        if state in ("Failed", "Pending") or update == "Failed":
            yield Finding("fail", subject, f"{shown} is {state}, its last update {update}.", "Deploy again.")
        elif wrong or missing:
            names = ", ".join(wrong + missing)
            yield Finding("fail", subject, f"{shown} does not have the stack's own value of {names}.", "Deploy again.")
        else:
            yield Finding("ok", subject, f"{shown} is {state}, with the stack's own environment.")


def relay_schedule(stack: Stack) -> Iterator[Finding]:
    """Check that the relay is scheduled every minute."""
    for name in stack.physical_ids("AWS::Scheduler::Schedule"):
        schedule = stack.aws.scheduler.get_schedule(Name=name)
        detail = f"{schedule['ScheduleExpression']}, {schedule['State']}"
        if schedule["State"] == "ENABLED":
            yield Finding("ok", "relay schedule", detail)
        else:
            yield Finding("fail", "relay schedule", detail, f"Enable the schedule {name} of EventBridge Scheduler.")


def drain_mapping(stack: Stack) -> Iterator[Finding]:
    """Check that SQS passes parked postbacks to drain."""
    found = stack.aws.functions.list_event_source_mappings(FunctionName=stack.output("DrainFunctionName"))
    for mapping in found["EventSourceMappings"]:
        if mapping["State"] in ("Enabled", "Creating", "Enabling", "Updating"):
            yield Finding("ok", "parked to drain", mapping["State"])
        else:
            remedy = f"`aws lambda update-event-source-mapping --enabled --uuid {mapping['UUID']}`"
            yield Finding("fail", "parked to drain", mapping["State"], remedy)
    if not found["EventSourceMappings"]:
        yield Finding("fail", "parked to drain", "Nothing invokes drain.", "Deploy again.")
