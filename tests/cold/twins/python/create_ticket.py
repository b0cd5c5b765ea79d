"""`create-ticket`: opens a ticket."""

import json
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Annotated, Literal

from aws_lambda_powertools.utilities.parser import BaseModel, ValidationError, parse
from edge import PRINCIPAL, Caller, Problem, answer, app, handler, no_parameters, not_found, uuid7  # noqa: F401
from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from table import NOBODY, TABLE, Busy, attributes, call, conversation, dynamodb, partition, plain
from view import dumps, ticket_view

MAX_BODY = 1 << 20
TRIES = 8
DAY = 86_400
# The policy that is built in: seconds to the first response and to the resolution.
PROMISED = {"urgent": (3_600, 14_400), "high": (14_400, DAY), "medium": (28_800, 3 * DAY), "low": (DAY, 7 * DAY)}
FRESH_FOR = 60

_configurations = {}
# For the one thing that is done beside another.
_beside = ThreadPoolExecutor(max_workers=1)


def not_blank(text):
    if not text.strip():
        raise PydanticCustomError("blank", "blank")
    return text


def principal(name):
    if not PRINCIPAL.fullmatch(name):
        raise PydanticCustomError("malformed", "malformed")
    return name


def text(most):
    return Annotated[str, Field(max_length=most), AfterValidator(not_blank)]


class NewTicket(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: text(255)
    description: text(65_536)
    priority: Literal["low", "medium", "high", "urgent"] | None = None
    category: Literal["technical", "billing", "account", "feature_request", "general"]
    tags: Annotated[list[text(64)], Field(max_length=20)] | None = None
    client: Annotated[str, AfterValidator(principal)] | None = None


def wrong(error):
    """What is wrong with a field, in the API's words."""
    field, kind, within = str(error["loc"][0]), error["type"], error.get("ctx", {})
    name = re.sub("([A-Z])", r"_\1", field).upper()
    subject = f"{field}[]" if len(error["loc"]) > 1 else field
    if kind == "extra_forbidden":
        return {"field": field, "code": "UNKNOWN_FIELD", "detail": f"`{field}` is not a field of this request."}
    if kind == "missing" or error["input"] is None or (kind == "blank" and field == subject):
        return {"field": field, "code": f"{name}_REQUIRED", "detail": f"`{field}` is required."}
    if kind == "list_type" or (kind == "string_type" and field != subject):
        subject, what = field, "must be a list of strings"
    elif not isinstance(error["input"], (str, list)):
        what = "must be a string"
    else:
        what = {
            "string_too_long": f"must have at most {within.get('max_length')} characters",
            "too_long": f"must have at most {within.get('max_length')} values",
            "literal_error": "must be one of " + ", ".join(re.findall(r"'(\w+)'", within.get("expected", ""))),
            "blank": "must not be blank",
        }.get(kind, "is malformed")
    return {"field": field, "code": f"INVALID_{name}", "detail": f"`{subject}` {what}."}


def read(body):
    if len((body or "").encode()) > MAX_BODY:
        raise Problem(413, "PAYLOAD_TOO_LARGE", f"The body must not be larger than {MAX_BODY} bytes.")
    if not body:
        raise Problem(400, "MALFORMED_JSON", "There is no body; a JSON object is required.")
    try:
        fields = json.loads(body)
    except ValueError as cause:
        detail = f"The body is not valid JSON (line {cause.lineno}, column {cause.colno})."
        raise Problem(400, "MALFORMED_JSON", detail) from None
    if not isinstance(fields, dict):
        raise Problem(400, "MALFORMED_JSON", "The body must be a JSON object.")
    try:
        return fields, parse(event=fields, model=NewTicket)
    except ValidationError as invalid:
        errors = {}
        # A list is named once, however many of its values are wrong.
        for error in map(wrong, invalid.errors()):
            errors.setdefault(error["field"], error)
        raise Problem.fields(list(errors.values())) from None


def digest(text):
    return sha256(text.encode()).hexdigest()[:32]


def idempotency(event, caller, fields):
    """The request's key, bound to who sent it and where; and what it said."""
    given = event["headers"].get("idempotency-key")
    if given is None:
        return None
    key = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    if not re.fullmatch("[!-~]{1,255}", key):
        detail = "`Idempotency-Key` must have 1 to 255 visible ASCII characters."
        error = {"field": "Idempotency-Key", "code": "INVALID_IDEMPOTENCY_KEY", "detail": detail}
        raise Problem.fields([error], "INVALID_PARAMETERS")
    scope = "\n".join((caller.principal, "POST", event["rawPath"], key))
    return digest(scope), digest(dumps(dict(sorted(fields.items()))))


def client_of(caller, wanted):
    if caller.staff:
        if wanted is None:
            detail = "`client` is required: an agent opens a ticket for somebody."
            raise Problem.fields([{"field": "client", "code": "CLIENT_REQUIRED", "detail": detail}])
        return wanted
    if wanted not in (None, caller.principal):
        raise Problem(403, "FORBIDDEN", "Your role does not allow this.")
    return caller.principal


def configuration(tenant):
    """What the tenant has set, as it was within the last minute."""
    at, items = _configurations.get(tenant, (0, None))
    if items is None or time.monotonic() - at > FRESH_FOR:
        items = partition(tenant, "_levels", "settings", 1_000, ascending=True)
        _configurations[tenant] = time.monotonic(), items
    return items


def next_number(tenant):
    updated = call(
        dynamodb.update_item, TableName=TABLE, Key=attributes({"pk": tenant, "sk": "number"}),
        UpdateExpression="ADD #last :one", ExpressionAttributeNames={"#last": "last"},
        ExpressionAttributeValues={":one": {"N": "1"}}, ReturnValues="UPDATED_NEW")
    return plain(updated["Attributes"])["last"]


def clocks(now, priority, items):
    """The two clocks that start, and when they are due by the policy that is built in: the only one the twins know."""
    if any(item["sk"].startswith("policy#") for item in items):
        return [{"k": metric, "s": now} for metric in ("firstResponse", "resolution")]
    started = []
    for metric, seconds in zip(("firstResponse", "resolution"), PROMISED[priority], strict=True):
        marks = [[percent, now + seconds * 10 * percent] for percent in (75, 100)]
        started.append({"k": metric, "s": now, "t": seconds, "d": now + seconds * 1_000, "m": marks})
    return started


def opened(caller, new, client, number, items):
    """Head and first entry of a new ticket."""
    now = time.time_ns() // 1_000_000
    ticket, priority = f"tkt_{uuid7(now)}", new.priority or "medium"
    tags = {"tags": list(dict.fromkeys(new.tags))} if new.tags else {}
    started, policy = clocks(now, priority, items), {"p": "pol_default", "v": 0}
    promised, due, sla = "d" in started[0], {}, {}
    if promised:
        due = {"policy": policy, "slaStatus": "ok", "nextDueAt": min(clock["d"] for clock in started),
               "deadlineShard": int(ticket[-2:], 16) % 4, "deadline": min(clock["m"][0][1] for clock in started)}
        schedules = [{name: clock[name] for name in "ktdm"} for clock in started]
        sla = {"sla": {"g": {"n": policy}, "s": schedules}}
    # On a head, a mark also says how far it is.
    heads = [{**clock, "m": [[*mark, 0] for mark in clock["m"]]} if promised else clock for clock in started]
    pk = f"{caller.tenant}#{ticket}"
    head = {
        "pk": pk, "sk": "ticket", "tenant": caller.tenant, "ticket": ticket, "number": number, "client": client,
        "title": new.title, "status": "open", "priority": priority, "category": new.category, "assignee": NOBODY,
        **tags, "version": 1, "createdAt": now, "updatedAt": now, "clocks": {"c": heads}, **due}
    content = {
        "voice": "agent" if caller.staff else "user", "number": number, "client": client, "title": new.title,
        "description": new.description, "priority": priority, "category": new.category, **tags}
    entry = {
        "pk": pk, "sk": "entry#000000001", "id": f"thr_{uuid7(now)}", "seq": 1, "author": caller.principal, "at": now,
        "content": {"Opened": content}, **sla}
    return head, entry


def commit(caller, head, entry, key):
    """Everything a new ticket is, in one transaction. Gives the record of the key, when it was used before."""
    tenant, ticket = caller.tenant, head["ticket"]
    number = {"pk": f"{tenant}#number#{head['number']}", "sk": "number", "of": ticket}
    puts = [head, entry, number]
    if key:
        expires = head["createdAt"] // 1_000 + DAY
        puts.insert(2, {"pk": f"{tenant}#idempotency#{key[0]}", "sk": "record", "fingerprint": key[1], "of": ticket,
                        "seq": 1, "expiresAt": expires})
    shard = f"{int(ticket[-2:], 16) % 16:02}"
    writes = [{"Put": {
        "TableName": TABLE, "Item": attributes(item), "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}} for item in puts]
    writes += [{"Update": {
        "TableName": TABLE, "Key": attributes({"pk": pk, "sk": shard}), "UpdateExpression": "ADD #to :more",
        "ExpressionAttributeNames": {"#to": "open"}, "ExpressionAttributeValues": {":more": {"N": "1"}},
    }} for pk in (f"{tenant}#counts", f"{tenant}#counts#{head['client']}")]
    for attempt in range(TRIES):
        try:
            call(dynamodb.transact_write_items, TransactItems=writes)
            return None
        except dynamodb.exceptions.TransactionCanceledException as canceled:
            reasons = canceled.response["CancellationReasons"]
            if key and reasons[2]["Code"] == "ConditionalCheckFailed":
                return plain(reasons[2]["Item"])
            if {reason["Code"] for reason in reasons} - {"None", "TransactionConflict", "ThrottlingError"}:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
    raise Busy("too many writers at once")


@app.post("/v2/support-tickets")
def create_ticket():
    event = app.current_event.raw_event
    caller = Caller.of(event)
    no_parameters(event)
    fields, new = read(app.current_event.decoded_body)
    key = idempotency(event, caller, fields)
    client = client_of(caller, new.client)
    # Beside each other, as neither needs the other.
    number = _beside.submit(next_number, caller.tenant)
    items = configuration(caller.tenant)
    head, entry = opened(caller, new, client, number.result(), items)
    found, again = (head, [entry], entry), {}
    if record := commit(caller, head, entry, key):
        if record["fingerprint"] != key[1]:
            detail = "This `Idempotency-Key` was used for a request with another body."
            raise Problem(422, "IDEMPOTENCY_KEY_REUSED", detail)
        # The ticket of the first time, as it is now.
        found, again = conversation(caller.tenant, record["of"]), {"Idempotency-Replayed": "true"}
        if not found or not caller.sees(found[0]):
            raise not_found()
    location = f"/v2/support-tickets/{found[0]['ticket']}"
    return answer(201, found[0]["version"], ticket_view(caller, *found), Location=location, **again)
