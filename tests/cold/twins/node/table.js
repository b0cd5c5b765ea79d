// The table: its client, what a request spends on it, and a ticket with its entries.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";

export const TABLE = process.env.VENTANILLA_TABLE;
// Stands for "nobody" where an index needs a value.
export const NOBODY = "#nobody";
const WITH_TICKET = 100;

// Made while the function starts, so that its cost is paid once. It connects with the first request, and keeps that
// connection.
const dynamodb = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
  }),
);

export class Busy extends Error {}

export const meter = { readUnits: 0, writeUnits: 0, roundTrips: 0 };

export async function call(command) {
  command.input.ReturnConsumedCapacity = "TOTAL";
  const answer = await dynamodb.send(command);
  const units = [answer.ConsumedCapacity ?? []].flat().reduce((sum, each) => sum + each.CapacityUnits, 0);
  const reads = command instanceof QueryCommand || command instanceof GetCommand;
  meter[reads ? "readUnits" : "writeUnits"] += units;
  meter.roundTrips += answer.$metadata.attempts;
  return answer;
}

export async function get(pk, sk) {
  const answer = await call(new GetCommand({ TableName: TABLE, Key: { pk, sk }, ConsistentRead: true }));
  return answer.Item;
}

export async function partition(pk, first, last, limit, ascending) {
  const answer = await call(
    new QueryCommand({
      TableName: TABLE,
      ConsistentRead: true,
      ScanIndexForward: ascending,
      Limit: limit,
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
      ExpressionAttributeValues: { ":pk": pk, ":first": first, ":last": last },
    }),
  );
  return answer.Items;
}

/** The head, its newest entries, oldest first, and the first entry: one query, and a read when the thread is long. */
export async function conversation(tenant, ticket) {
  const pk = `${tenant}#${ticket}`;
  for (let i = 0; i < 3; i += 1) {
    const [head, ...rest] = await partition(pk, "entry#000000001", "ticket", WITH_TICKET + 1, false);
    // A head without a version is what is left of a ticket that is being purged.
    if (head?.sk !== "ticket" || head.version === undefined) return undefined;
    // A query is no snapshot: newer entries are not part of this head, and its own may be missing.
    const entries = rest.filter((entry) => entry.seq <= head.version).reverse();
    if (entries.at(-1)?.seq === head.version) {
      const opening = entries[0].seq === 1 ? entries[0] : await get(pk, "entry#000000001");
      return { head, entries, opening };
    }
  }
  throw new Busy(`${ticket} changed faster than it could be read`);
}
