"""The table: its client, its items as Python has them, what a request spends on it, and a ticket with its entries."""

import os

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config

TABLE = os.environ["VENTANILLA_TABLE"]
# Stands for "nobody" where an index needs a value.
NOBODY = "#nobody"
WITH_TICKET = 100

# Made while the function starts, so that its cost is paid once. It connects with the first request.
dynamodb = boto3.client("dynamodb", region_name=os.environ["AWS_REGION"], config=Config(
    tcp_keepalive=True, connect_timeout=1, read_timeout=1.5, retries={"mode": "standard", "total_max_attempts": 5}))


class Reader(TypeDeserializer):
    """Every number in the table is whole: no `Decimal` has to be turned into one."""

    def _deserialize_n(self, value):
        return int(value)


_read, _write = Reader().deserialize, TypeSerializer().serialize


def attributes(item):
    return {name: _write(value) for name, value in item.items()}


def plain(item):
    return {name: _read(value) for name, value in item.items()}


class Busy(Exception):
    """Somebody else was faster too often."""


class Meter:
    """What the request under way has spent."""

    def __init__(self):
        self.reads = self.writes = 0.0
        self.trips = 0


meter = Meter()


def call(operation, **arguments):
    answer = operation(ReturnConsumedCapacity="TOTAL", **arguments)
    consumed = answer.get("ConsumedCapacity") or []
    units = sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))
    meter.trips += 1 + answer["ResponseMetadata"].get("RetryAttempts", 0)
    if operation in (dynamodb.query, dynamodb.get_item):
        meter.reads += units
    else:
        meter.writes += units
    return answer


def get(pk, sk):
    item = call(dynamodb.get_item, TableName=TABLE, Key=attributes({"pk": pk, "sk": sk}), ConsistentRead=True).get("Item")
    return item and plain(item)


def partition(pk, first, last, limit, ascending):
    answer = call(
        dynamodb.query, TableName=TABLE, ConsistentRead=True, ScanIndexForward=ascending, Limit=limit,
        KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues={":pk": {"S": pk}, ":first": {"S": first}, ":last": {"S": last}})
    return [plain(item) for item in answer["Items"]]


def conversation(tenant, ticket):
    """The head, its newest entries, oldest first, and the first entry: one query, and a read when the thread is long."""
    pk = f"{tenant}#{ticket}"
    for _ in range(3):
        items = partition(pk, "entry#000000001", "ticket", WITH_TICKET + 1, ascending=False)
        # A head without a version is what is left of a ticket that is being purged.
        if not items or items[0]["sk"] != "ticket" or "version" not in items[0]:
            return None
        head, *entries = items
        # A query is no snapshot: newer entries are not part of this head, and its own may be missing.
        entries = [entry for entry in entries if entry["seq"] <= head["version"]][::-1]
        if entries and entries[-1]["seq"] == head["version"]:
            opening = entries[0] if entries[0]["seq"] == 1 else get(pk, "entry#000000001")
            return head, entries, opening
    raise Busy(f"{ticket} changed faster than it could be read")
