"""The deployed configuration of a function, to run it elsewhere as Lambda would."""

from typing import TYPE_CHECKING

from local.aws import CREDENTIALS
from local.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import FunctionConfigurationResponseTypeDef


def configuration(stack: Stack, output: str) -> "FunctionConfigurationResponseTypeDef":
    """Return the configuration of the function that an output of the stack names."""
    return stack.aws.functions.get_function_configuration(FunctionName=stack.outputs[output])


def environment(stack: Stack, output: str) -> dict[str, str]:
    """Return the environment in which that function runs, with the stack's AWS."""
    deployed = configuration(stack, output)
    return {
        **deployed["Environment"]["Variables"],
        **{name.upper(): value for name, value in CREDENTIALS.items()},
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        "AWS_ENDPOINT_URL": stack.endpoint_url,
        "AWS_LAMBDA_FUNCTION_NAME": deployed["FunctionName"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(deployed["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(deployed["Timeout"]),
    }
