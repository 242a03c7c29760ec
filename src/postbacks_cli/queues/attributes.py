"""SQS's attributes of the stack's queues."""

from postbacks_cli.aws.stack import Stack


def arn(stack: Stack, output: str) -> str:
    """Return the ARN of the queue that an output names."""
    answer = stack.aws.sqs.get_queue_attributes(QueueUrl=stack.output(output), AttributeNames=["QueueArn"])
    return answer["Attributes"]["QueueArn"]


def depth(stack: Stack, output: str) -> int:
    """Return the approximate number of messages in the queue that an output names, including those in flight."""
    answer = stack.aws.sqs.get_queue_attributes(
        QueueUrl=stack.output(output),
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    return int(answer["ApproximateNumberOfMessages"]) + int(answer["ApproximateNumberOfMessagesNotVisible"])
