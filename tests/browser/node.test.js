// Files as Node's `fetch` puts and gets them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { sha256, start } from './system.js';

let system;
before(async () => {
  system = await start();
});
after(() => system?.stop());

const asCarla = () => ({ authorization: `Bearer ${system.token}` });

async function ask(method, path, body) {
  const answer = await fetch(`${system.api}${path}`, {
    method,
    headers: { ...asCarla(), 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

async function attached(name, type, bytes) {
  const size = bytes.length;
  const file = { filename: name, type, size, sha256: sha256(bytes) };
  const declared = await ask('POST', '/v2/attachments', file);
  assert.equal(declared.status, 201, JSON.stringify(declared.body));
  const { method, url, headers } = declared.body.data.upload;
  const put = await fetch(url, { method, headers, body: bytes });
  assert.equal(put.status, 200, await put.text());
  const ticket = await ask('POST', '/v2/support-tickets', {
    title: 'API returns 502',
    description: 'Since this morning.',
    category: 'technical',
    attachments: [declared.body.data._id],
  });
  assert.equal(ticket.status, 201, JSON.stringify(ticket.body));
  return ticket.body.data.attachments[0];
}

test('a file that fetch has put is attached, and fetched by both ways', async () => {
  const bytes = new TextEncoder().encode('GET /v1/users 502\n');
  const file = await attached('today.log', 'text/plain', bytes);

  const told = await ask('GET', `${file.url}?redirect=false`);
  const there = await fetch(told.body.data.url);
  assert.equal(there.status, 200);
  assert.equal(there.headers.get('cache-control'), 'private, no-store');
  assert.deepEqual(new Uint8Array(await there.arrayBuffer()), bytes);

  // The redirect leads to another origin, so `fetch` leaves the token out there.
  const followed = await fetch(`${system.api}${file.url}`, { headers: asCarla() });
  assert.equal(followed.redirected, true);
  assert.equal(followed.status, 200, followed.url);
  assert.deepEqual(new Uint8Array(await followed.arrayBuffer()), bytes);
});

test('a larger file, of a type with parameters, is attached too', async () => {
  const bytes = new Uint8Array(100_000).fill(0x61);
  const file = await attached('large.txt', 'text/plain;charset=utf-8', Buffer.from(bytes));
  assert.equal(file.type, 'text/plain');
});
