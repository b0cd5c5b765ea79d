// `create-ticket`: opens a ticket.

import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";
import { PRINCIPAL, Problem, answer, app, callerOf, handler, noParameters, uuid7 } from "./edge.js";
import { Busy, NOBODY, TABLE, call, conversation, partition } from "./table.js";
import { ticketView } from "./view.js";

const MAX_BODY = 1 << 20;
const TRIES = 8;
const DAY = 86_400;
const METRICS = ["firstResponse", "resolution"];
// The policy that is built in: seconds to the first response and to the resolution.
const PROMISED = { urgent: [3_600, 14_400], high: [14_400, DAY], medium: [28_800, 3 * DAY], low: [DAY, 7 * DAY] };
const FRESH_FOR = 60_000;

const PRIORITIES = ["low", "medium", "high", "urgent"];
const CATEGORIES = ["technical", "billing", "account", "feature_request", "general"];
const text = (most) => z.string().max(most).refine((value) => value.trim() !== "", { params: { blank: true } });
const NewTicket = z.strictObject({
  title: text(255),
  description: text(65_536),
  priority: z.enum(PRIORITIES).nullish(),
  category: z.enum(CATEGORIES),
  tags: z.array(text(64)).max(20).nullish(),
  client: z.string().regex(PRINCIPAL).nullish(),
});

/** What is wrong with a field, in the API's words. */
function wrong(issue, fields) {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((field) => ({ field, code: "UNKNOWN_FIELD", detail: `\`${field}\` is not a field of this request.` }));
  }
  const [field, ...within] = issue.path;
  const name = field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  const blank = issue.params?.blank;
  if ((fields[field] ?? undefined) === undefined || (blank && !within.length)) {
    return { field, code: `${name}_REQUIRED`, detail: `\`${field}\` is required.` };
  }
  const invalid = (what, subject = field) => ({ field, code: `INVALID_${name}`, detail: `\`${subject}\` ${what}.` });
  const subject = within.length ? `${field}[]` : field;
  if (field === "tags" && issue.code === "invalid_type") return invalid("must be a list of strings");
  if (field !== "tags" && typeof fields[field] !== "string") return invalid("must be a string");
  if (issue.code === "invalid_value") return invalid(`must be one of ${issue.values.join(", ")}`);
  if (issue.code === "too_big") {
    return invalid(`must have at most ${issue.maximum} ${issue.origin === "array" ? "values" : "characters"}`, subject);
  }
  return invalid(blank ? "must not be blank" : "is malformed", subject);
}

function read(body) {
  const malformed = (detail) => new Problem(400, "MALFORMED_JSON", detail);
  if (Buffer.byteLength(body) > MAX_BODY) {
    throw new Problem(413, "PAYLOAD_TOO_LARGE", `The body must not be larger than ${MAX_BODY} bytes.`);
  }
  if (body === "") throw malformed("There is no body; a JSON object is required.");
  let fields;
  try {
    fields = JSON.parse(body);
  } catch {
    throw malformed("The body is not valid JSON.");
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw malformed("The body must be a JSON object.");
  }
  const { data, error } = NewTicket.safeParse(fields);
  if (!error) return { fields, opening: data };
  const errors = error.issues.flatMap((issue) => wrong(issue, fields));
  // A list is named once, however many of its values are wrong.
  throw Problem.fields(errors.filter(({ field }, i) => errors.findIndex((other) => other.field === field) === i));
}

const digest = (words) => createHash("sha256").update(words).digest("hex").slice(0, 32);

/** The request's key, bound to who sent it and where; and what it said. */
function idempotency(c, caller, fields) {
  const given = c.req.header("idempotency-key");
  if (given === undefined) return undefined;
  const key = /^"(.*)"$/.exec(given)?.[1] ?? given;
  if (!/^[!-~]{1,255}$/.test(key)) {
    const detail = "`Idempotency-Key` must have 1 to 255 visible ASCII characters.";
    throw Problem.fields([{ field: "Idempotency-Key", code: "INVALID_IDEMPOTENCY_KEY", detail }], "INVALID_PARAMETERS");
  }
  const scope = [caller.principal, "POST", c.env.event.rawPath, key].join("\n");
  const sorted = Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { hash: digest(scope), fingerprint: digest(JSON.stringify(sorted)) };
}

function clientOf(caller, wanted) {
  if (caller.staff && !wanted) {
    const detail = "`client` is required: an agent opens a ticket for somebody.";
    throw Problem.fields([{ field: "client", code: "CLIENT_REQUIRED", detail }]);
  }
  if (!caller.staff && wanted && wanted !== caller.principal) {
    throw new Problem(403, "FORBIDDEN", "Your role does not allow this.");
  }
  return wanted ?? caller.principal;
}

const configurations = new Map();

/** What the tenant has set, as it was within the last minute. */
async function configuration(tenant) {
  const known = configurations.get(tenant);
  if (known && Date.now() - known.at < FRESH_FOR) return known.items;
  const items = await partition(tenant, "_levels", "settings", 1_000, true);
  configurations.set(tenant, { at: Date.now(), items });
  return items;
}

async function nextNumber(tenant) {
  const updated = await call(
    new UpdateCommand({
      TableName: TABLE,
      Key: { pk: tenant, sk: "number" },
      UpdateExpression: "ADD #last :one",
      ExpressionAttributeNames: { "#last": "last" },
      ExpressionAttributeValues: { ":one": 1 },
      ReturnValues: "UPDATED_NEW",
    }),
  );
  return updated.Attributes.last;
}

/** The two clocks that start, and when they are due by the policy that is built in: the only one the twins know. */
function clocks(now, priority, items) {
  if (items.some((item) => item.sk.startsWith("policy#"))) return METRICS.map((k) => ({ k, s: now }));
  return METRICS.map((k, i) => {
    const t = PROMISED[priority][i];
    return { k, s: now, t, d: now + t * 1_000, m: [75, 100].map((percent) => [percent, now + t * 10 * percent]) };
  });
}

/** Head and first entry of a new ticket. */
function opened(caller, opening, client, number, items) {
  const now = Date.now();
  const ticket = `tkt_${uuid7(now)}`;
  const { title, description, category } = opening;
  const priority = opening.priority ?? "medium";
  const tags = opening.tags?.length ? { tags: [...new Set(opening.tags)] } : {};
  const started = clocks(now, priority, items);
  const promised = started[0].d !== undefined;
  const policy = { p: "pol_default", v: 0 };
  const due = promised && {
    policy,
    slaStatus: "ok",
    nextDueAt: Math.min(...started.map((clock) => clock.d)),
    deadlineShard: parseInt(ticket.slice(-2), 16) % 4,
    deadline: Math.min(...started.map((clock) => clock.m[0][1])),
  };
  const sla = promised && { sla: { g: { n: policy }, s: started.map(({ k, t, d, m }) => ({ k, t, d, m })) } };
  // On a head, a mark also says how far it is.
  const c = started.map((clock) => (promised ? { ...clock, m: clock.m.map((mark) => [...mark, 0]) } : clock));
  const pk = `${caller.tenant}#${ticket}`;
  const head = {
    pk, sk: "ticket", tenant: caller.tenant, ticket, number, client, title, status: "open", priority, category,
    assignee: NOBODY, ...tags, version: 1, createdAt: now, updatedAt: now, clocks: { c }, ...due,
  };
  const voice = caller.staff ? "agent" : "user";
  const content = { Opened: { voice, number, client, title, description, priority, category, ...tags } };
  const entry = {
    pk, sk: "entry#000000001", id: `thr_${uuid7(now)}`, seq: 1, author: caller.principal, at: now, content, ...sla,
  };
  return { head, entries: [entry], opening: entry };
}

/** Everything a new ticket is, in one transaction. Gives the record of the key, when it was used before. */
async function commit(caller, { head, opening }, key) {
  const { tenant } = caller;
  const { ticket } = head;
  const record = key && {
    pk: `${tenant}#idempotency#${key.hash}`, sk: "record", fingerprint: key.fingerprint, of: ticket, seq: 1,
    expiresAt: Math.floor(head.createdAt / 1_000) + DAY,
  };
  const number = { pk: `${tenant}#number#${head.number}`, sk: "number", of: ticket };
  const puts = [head, opening, record, number].filter(Boolean).map((Item) => ({
    Put: {
      TableName: TABLE, Item, ConditionExpression: "attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  }));
  const sk = String(parseInt(ticket.slice(-2), 16) % 16).padStart(2, "0");
  const counters = [`${tenant}#counts`, `${tenant}#counts#${head.client}`].map((pk) => ({
    Update: {
      TableName: TABLE, Key: { pk, sk }, UpdateExpression: "ADD #to :more",
      ExpressionAttributeNames: { "#to": "open" }, ExpressionAttributeValues: { ":more": 1 },
    },
  }));
  for (let i = 0; i < TRIES; i += 1) {
    try {
      await call(new TransactWriteCommand({ TransactItems: [...puts, ...counters] }));
      return undefined;
    } catch (cause) {
      if (cause.name !== "TransactionCanceledException") throw cause;
      const reasons = cause.CancellationReasons;
      if (key && reasons[2].Code === "ConditionalCheckFailed") return unmarshall(reasons[2].Item);
      const later = ["None", "TransactionConflict", "ThrottlingError"];
      if (!reasons.every((reason) => later.includes(reason.Code))) throw cause;
      await setTimeout(Math.random() * 20 * 2 ** i);
    }
  }
  throw new Busy("too many writers at once");
}

app.post("/v2/support-tickets", async (c) => {
  const caller = callerOf(c.env.event);
  noParameters(c);
  const { fields, opening } = read(await c.req.text());
  const key = idempotency(c, caller, fields);
  const client = clientOf(caller, opening.client);
  const [number, items] = await Promise.all([nextNumber(caller.tenant), configuration(caller.tenant)]);
  let found = opened(caller, opening, client, number, items);
  const headers = {};
  const record = await commit(caller, found, key);
  if (record) {
    if (record.fingerprint !== key.fingerprint) {
      const detail = "This `Idempotency-Key` was used for a request with another body.";
      throw new Problem(422, "IDEMPOTENCY_KEY_REUSED", detail);
    }
    // The ticket of the first time, as it is now.
    found = await conversation(caller.tenant, record.of);
    if (!found || !caller.sees(found.head)) throw Problem.notFound();
    headers["idempotency-replayed"] = "true";
  }
  headers.location = `/v2/support-tickets/${found.head.ticket}`;
  return answer(c, 201, found.head.version, ticketView(caller, found), headers);
});

export { handler };
