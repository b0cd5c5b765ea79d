// A ticket on the wire, for a reader: what a customer may not see is never put into it.

import { createHash } from "node:crypto";
import { NOBODY } from "./table.js";

const PUBLIC_CHANGES = new Set(["title", "category", "status", "resolution"]);
const DAY = 86_400;

const time = (milliseconds) => (milliseconds === undefined ? null : new Date(milliseconds).toISOString());

function period(seconds) {
  if (seconds === undefined || seconds === null) return null;
  const days = Math.floor(seconds / DAY);
  const rest = seconds % DAY;
  const clock = [[Math.floor(rest / 3_600), "H"], [Math.floor((rest % 3_600) / 60), "M"], [rest % 60, "S"]]
    .filter(([count]) => count > 0)
    .map(([count, mark]) => `${count}${mark}`)
    .join("");
  return `P${days ? `${days}D` : ""}${clock ? `T${clock}` : ""}`;
}

function clockView(clock) {
  const { e: end, p: pauses = [], m: marks = [] } = clock;
  const ended = end?.x ? "cancelled" : "met";
  const state = end ? ended : pauses.length % 2 ? "paused" : "running";
  const last = end?.a ?? pauses.at(-1) ?? 0;
  let paused = 0;
  for (let i = 0; i < pauses.length; i += 2) paused += Math.max(Math.min(pauses[i + 1] ?? last, last) - pauses[i], 0);
  const breached = marks.find(([percent, , progress]) => percent === 100 && progress > 0);
  return {
    metric: clock.k,
    instance: clock.n ?? 1,
    state,
    target: period(clock.t),
    startedAt: time(clock.s),
    dueAt: time(clock.d),
    pausedSeconds: paused / 1_000,
    metAt: state === "met" ? time(end.a) : null,
    breachedAt: breached ? time(breached[1]) : null,
  };
}

function slaView(head, staff) {
  // Status and next due time follow from the clocks; the head has them ready for the indexes.
  const view = { status: head.slaStatus ?? "none", nextDueAt: time(head.nextDueAt) };
  if (!staff) return view;
  const metrics = (head.clocks?.c ?? []).map(clockView).filter((clock) => clock.target || clock.breachedAt);
  return { ...view, policyId: head.policy?.p ?? null, metrics };
}

function passedInWords({ metric, instance, target, percent, at }) {
  const warns = percent < 100;
  const which = metric === "nextResponse" ? `${metric} ${instance}` : metric;
  const ofTarget = target ? ` (${period(target)})` : "";
  const share = warns ? `${percent} % of ` : "";
  const event = warns ? "SLA_WARNING" : "SLA_BREACHED";
  return [event, `${event}: ${share}${which}${ofTarget} ${warns ? "had passed" : "was due"} at ${time(at)}`];
}

function changeInWords({ field, from, to }) {
  if (field === "tags") return `tags: [${from.join(", ")}] → [${to.join(", ")}]`;
  if (field === "assignedTo") return `assigned to: ${from ?? "nobody"} → ${to ?? "nobody"}`;
  if (field === "resolution") return `resolution: ${to ?? "none"}`;
  return `${field}: ${from} → ${to}`;
}

/** An entry as this reader may see it; none when it may not. */
function entryView(entry, staff) {
  const [[kind, content]] = typeof entry.content === "string" ? [[entry.content, {}]] : Object.entries(entry.content);
  const isPublic = (change) => PUBLIC_CHANGES.has(change.field);
  const all = entry.changes ?? [];
  const changes = staff ? all : all.filter(isPublic);
  const visible = kind === "Opened" || kind === "Said" || (kind === "Changed" && all.some(isPublic));
  if (!staff && !visible) return undefined;
  const view = {
    _id: entry.id,
    seq: entry.seq,
    author: entry.author,
    type: content.voice ?? (kind === "Noted" ? "note" : "system"),
    visibility: visible ? "public" : "internal",
    message: content.description ?? content.message ?? content.reason,
  };
  const what = kind === "Deleted" || kind === "Restored" ? [kind.toLowerCase()] : [];
  if (kind === "Passed") {
    const { metric, instance, target, percent, at } = content;
    const [event, words] = passedInWords(content);
    what.push(words);
    view.event = event;
    view.clock = { metric, instance, target: period(target), percent, at: time(at) };
  }
  view.message ??= [...what, ...changes.map(changeInWords)].join("; ");
  if (changes.length) view.changes = changes.map(({ field, from, to }) => ({ field, from, to }));
  view.attachments = [];
  view.timestamp = time(entry.at);
  return view;
}

/** Where the entries before these are found: a cursor that belongs to this caller and this thread. */
function older(caller, ticket, oldest) {
  if (oldest === 1) return null;
  const list = JSON.stringify(["thread", ticket, caller.staff ? "internal" : "public"]);
  const position = JSON.stringify({ Before: oldest });
  const digest = createHash("sha256").update(`${caller.tenant}#${caller.principal}#${list}#${position}`).digest();
  return Buffer.concat([digest.subarray(0, 12), Buffer.from(position)]).toString("base64url");
}

export function ticketView(caller, { head, entries, opening }) {
  return {
    _id: head.ticket,
    number: head.number,
    title: head.title,
    status: head.status,
    priority: head.priority,
    category: head.category,
    client: head.client,
    assignedTo: head.assignee === NOBODY ? null : head.assignee,
    tags: head.tags ?? [],
    resolution: head.resolution ?? null,
    sla: slaView(head, caller.staff),
    version: head.version,
    createdAt: time(head.createdAt),
    updatedAt: time(head.updatedAt),
    firstRespondedAt: time(head.firstRespondedAt),
    resolvedAt: time(head.resolvedAt),
    closedAt: time(head.closedAt),
    reopenCount: head.reopenCount ?? 0,
    description: opening.content.Opened.description,
    threads: entries.map((entry) => entryView(entry, caller.staff)).filter(Boolean),
    threadsNextCursor: older(caller, head.ticket, entries[0].seq),
    attachments: [],
  };
}
