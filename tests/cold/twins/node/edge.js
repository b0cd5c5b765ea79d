// What is around both functions: who asks, problems, answers, and the frame of a request.

import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { Busy, meter } from "./table.js";

export const PRINCIPAL = /^(?!system$)[!-"$-~]{1,128}$/;
const TENANT = /^[A-Za-z0-9._:-]{1,64}$/;
const REQUEST_ID = /^[A-Za-z0-9\-._~:;=/+@]{1,128}$/;
const THROTTLED = new Set([
  "ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException", "TimeoutError",
]);
const BUSY = "The service is busy. Send the same request again; with an `Idempotency-Key` it is done once.";
const OURS = "Something went wrong on our side. Quote `instance` when asking for help.";
const TITLES = {
  400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 413: "Payload too large",
  422: "Unprocessable content", 500: "Internal server error", 503: "Service unavailable",
};

/** Why the client does not get what it asked for: RFC 9457. */
export class Problem extends Error {
  constructor(status, code, detail, { errors, headers } = {}) {
    super(detail);
    Object.assign(this, { status, code, errors, headers });
  }

  static fields(errors, code = errors[0].code) {
    const names = errors.map((error) => error.field).join(", ");
    const detail = errors.length === 1 ? errors[0].detail : `${errors.length} fields are wrong: ${names}.`;
    return new Problem(400, code, detail, { errors });
  }

  response(instance) {
    const { status, code, message: detail, errors, headers } = this;
    const type = `urn:ventanilla:problem:${code.toLowerCase().replaceAll("_", "-")}`;
    const body = {
      type, title: TITLES[status], status, detail, instance, code, errors, success: false, error: detail, message: code,
    };
    return new Response(JSON.stringify(body), {
      status,
      headers: {
        "content-type": "application/problem+json", "content-language": "en", "cache-control": "no-store", ...headers,
      },
    });
  }

  static notFound() {
    return new Problem(404, "SUPPORT_TICKET_NOT_FOUND", "There is no such ticket.");
  }
}

/** The gateway has verified the token; its claims are strings, a list reads `[agent admin]`. */
export function callerOf(event) {
  const claims = event.requestContext.authorizer?.jwt?.claims;
  if (!claims) {
    const headers = { "www-authenticate": "Bearer" };
    throw new Problem(401, "UNAUTHORIZED", "A valid bearer token is required.", { headers });
  }
  const tenant = claims.tenant ?? claims["custom:tenant"] ?? "";
  const principal = claims.sub ?? "";
  const roles = (claims.roles ?? claims["cognito:groups"] ?? "").replace(/^\[+|\]+$/g, "").split(/[ ,]/);
  const staff = roles.some((role) => role === "agent" || role === "admin");
  if (!TENANT.test(tenant) || !PRINCIPAL.test(principal) || !(staff || roles.includes("customer"))) {
    const detail = "The token names no tenant, no subject or none of the roles customer, agent, admin.";
    throw new Problem(403, "FORBIDDEN", detail);
  }
  const sees = (head) => head.deletedAt === undefined && (staff || principal === head.client);
  return { tenant, principal, staff, sees };
}

export function noParameters(c) {
  const errors = Object.keys(c.req.query()).map((field) => ({
    field, code: "UNKNOWN_FIELD", detail: `\`${field}\` is not a field of this request.`,
  }));
  if (errors.length) throw Problem.fields(errors, "INVALID_PARAMETERS");
}

export function answer(c, status, version, data, headers = {}) {
  const all = { etag: `"${version}"`, "cache-control": "private, no-cache", vary: "Authorization", ...headers };
  return data ? c.json({ success: true, data }, status, all) : c.body(null, status, all);
}

/** Sorted by time; its last bytes are random. */
export function uuid7(milliseconds) {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString("hex");
}

let cold = true;

/** One line per request, from which CloudWatch makes metrics: what it was and what it cost. */
function log(c, started, cause) {
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        { Namespace: "Ventanilla", Dimensions: [["service"]], Metrics: [{ Name: "Duration", Unit: "Milliseconds" }] },
      ],
    },
    service: process.env.AWS_LAMBDA_FUNCTION_NAME,
    Duration: Math.round((performance.now() - started) * 10) / 10,
    request: c.get("request"),
    route: c.env.event.routeKey,
    status: c.res.status,
    ...meter,
    cold,
    cause,
  };
  console.log(JSON.stringify(line));
  cold = false;
}

export const app = new Hono();
export const handler = handle(app);

app.use(async (c, next) => {
  const started = performance.now();
  const given = c.req.header("x-request-id") ?? "";
  c.set("request", REQUEST_ID.test(given) ? given : uuid7(Date.now()));
  Object.assign(meter, { readUnits: 0, writeUnits: 0, roundTrips: 0 });
  await next();
  c.header("x-request-id", c.get("request"));
  // What is a problem already explains itself; of another cause only the log learns.
  log(c, started, c.error && !(c.error instanceof Problem) ? c.error.stack : undefined);
});

app.onError((cause, c) => {
  if (cause instanceof Problem) return cause.response(c.get("request"));
  // An `errno` has what the connection itself has said.
  const busy = cause instanceof Busy || THROTTLED.has(cause.name) || cause.errno !== undefined;
  const headers = { "retry-after": "1" };
  const problem = busy ? new Problem(503, "SERVICE_UNAVAILABLE", BUSY, { headers }) : new Problem(500, "INTERNAL_ERROR", OURS);
  return problem.response(c.get("request"));
});
