"""What is around both functions: who asks, problems, answers, and the frame of a request."""

import os
import re
import time
import uuid
from dataclasses import dataclass

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError
from table import Busy, meter
from view import dumps

PRINCIPAL = re.compile(r"(?!system$)[!-\"$-~]{1,128}")
THROTTLED = {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}
TITLES = {400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 413: "Payload too large",
          422: "Unprocessable content", 500: "Internal server error", 503: "Service unavailable"}
BUSY = "The service is busy. Send the same request again; with an `Idempotency-Key` it is done once."
OURS = "Something went wrong on our side. Quote `instance` when asking for help."

service = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
logger = Logger(service=service)
metrics = Metrics(namespace="Ventanilla", service=service)
app = APIGatewayHttpResolver()
_cold = True


class Problem(Exception):
    """Why the client does not get what it asked for: RFC 9457."""

    def __init__(self, status, code, detail, errors=(), headers=None):
        super().__init__(detail)
        self.status, self.code, self.detail, self.errors, self.headers = status, code, detail, errors, headers or {}

    @classmethod
    def fields(cls, errors, code=None):
        fields = ", ".join(error["field"] for error in errors)
        detail = errors[0]["detail"] if len(errors) == 1 else f"{len(errors)} fields are wrong: {fields}."
        return cls(400, code or errors[0]["code"], detail, errors)

    def response(self, instance):
        body = {
            "type": f"urn:ventanilla:problem:{self.code.lower().replace('_', '-')}", "title": TITLES[self.status],
            "status": self.status, "detail": self.detail, "instance": instance, "code": self.code,
            **({"errors": self.errors} if self.errors else {}),
            "success": False, "error": self.detail, "message": self.code}
        headers = {"Content-Language": "en", "Cache-Control": "no-store", **self.headers}
        return Response(self.status, "application/problem+json", dumps(body), headers)


def not_found():
    return Problem(404, "SUPPORT_TICKET_NOT_FOUND", "There is no such ticket.")


@dataclass(frozen=True)
class Caller:
    tenant: str
    principal: str
    staff: bool

    @classmethod
    def of(cls, event):
        """The gateway has verified the token; its claims are strings, a list reads `[agent admin]`."""
        claims = event.get("requestContext", {}).get("authorizer", {}).get("jwt", {}).get("claims")
        if claims is None:
            raise Problem(401, "UNAUTHORIZED", "A valid bearer token is required.", headers={"WWW-Authenticate": "Bearer"})
        tenant = claims.get("tenant", claims.get("custom:tenant", ""))
        principal = claims.get("sub", "")
        roles = set(re.split("[ ,]", claims.get("roles", claims.get("cognito:groups", "")).strip("[]")))
        if not (re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", tenant) and PRINCIPAL.fullmatch(principal)
                and roles & {"customer", "agent", "admin"}):
            raise Problem(403, "FORBIDDEN", "The token names no tenant, no subject or none of the roles customer, agent, admin.")
        return cls(tenant, principal, bool(roles & {"agent", "admin"}))

    def sees(self, head):
        return "deletedAt" not in head and (self.staff or self.principal == head["client"])


def answer(status, version, data=None, **headers):
    body = None if data is None else dumps({"success": True, "data": data})
    headers |= {"ETag": f'"{version}"', "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    return Response(status, "application/json" if body else None, body, headers)


def uuid7(milliseconds):
    """Sorted by time; its last bytes are random."""
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & ((1 << 48) - 1)) << 80 | 7 << 76 | (random >> 68 & 0xFFF) << 64 | 2 << 62 | random & ((1 << 62) - 1)
    return uuid.UUID(int=value).hex


def no_parameters(event):
    if event.get("rawQueryString"):
        errors = [{"field": name, "code": "UNKNOWN_FIELD", "detail": f"`{name}` is not a field of this request."}
                  for name in event.get("queryStringParameters") or {}]
        raise Problem.fields(errors, "INVALID_PARAMETERS")


@app.exception_handler(Problem)
def refused(problem):
    return problem.response(app.context["request"])


@app.exception_handler(Exception)
def broken(cause):
    """The cause is for the log; the client learns none of it."""
    logger.exception("failed", request=app.context["request"])
    busy = isinstance(cause, (Busy, ConnectionError, HTTPClientError)) or (
        isinstance(cause, ClientError) and cause.response["Error"]["Code"] in THROTTLED)
    if busy:
        problem = Problem(503, "SERVICE_UNAVAILABLE", BUSY, headers={"Retry-After": "1"})
    else:
        problem = Problem(500, "INTERNAL_ERROR", OURS)
    return problem.response(app.context["request"])


@metrics.log_metrics
def handler(event, context):
    """Answers a request, with its id, and says in one line what it was and what it cost."""
    global _cold
    started = time.perf_counter()
    given = event.get("headers", {}).get("x-request-id", "")
    request = given if re.fullmatch(r"[A-Za-z0-9\-._~:;=/+@]{1,128}", given) else uuid7(time.time_ns() // 1_000_000)
    meter.__init__()
    app.append_context(request=request)
    response = app.resolve(event, context)
    response["headers"]["X-Request-Id"] = request
    metrics.add_metric("Duration", MetricUnit.Milliseconds, round((time.perf_counter() - started) * 1000, 1))
    facts = {"request": request, "route": event["routeKey"], "status": response["statusCode"], "readUnits": meter.reads,
             "writeUnits": meter.writes, "roundTrips": meter.trips, "cold": _cold}
    for name, value in facts.items():
        metrics.add_metadata(name, value)
    _cold = False
    return response
