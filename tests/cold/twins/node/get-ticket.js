// `get-ticket`: a ticket with its newest entries.

import { Problem, answer, app, callerOf, handler, noParameters } from "./edge.js";
import { conversation, get } from "./table.js";
import { ticketView } from "./view.js";

app.get("/v2/support-tickets/:id", async (c) => {
  const caller = callerOf(c.env.event);
  noParameters(c);
  const found = await conversation(caller.tenant, await ticketId(caller.tenant, c.req.param("id")));
  if (!found || !caller.sees(found.head)) throw Problem.notFound();
  const { version } = found.head;
  const had = (c.req.header("if-none-match") ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (had.includes("*") || had.includes(`"${version}"`)) return answer(c, 304, version);
  return answer(c, 200, version, ticketView(caller, found));
});

/** The id, or the ticket of the number people use. */
async function ticketId(tenant, named) {
  if (/^tkt_[0-9a-f]{32}$/.test(named)) return named;
  const item = /^[1-9][0-9]{0,19}$/.test(named) && (await get(`${tenant}#number#${named}`, "number"));
  if (!item) throw Problem.notFound();
  return item.of;
}

export { handler };
