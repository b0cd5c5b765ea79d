// Files as a page in Chromium puts and gets them, from an origin that is neither the API's nor the bucket's.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import { start } from './system.js';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let system;
let browser;
let page;
const said = [];

before(async () => {
  system = await start();
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: quiet });
  page = await browser.newPage();
  page.on('console', (message) => said.push(message.text()));
  await page.goto(system.page);
  // What a page does: the same words for all tests.
  await page.evaluate(({ origin, token }) => {
    const authorization = `Bearer ${token}`;
    window.ask = async (method, path, body) => {
      const headers = { authorization, 'content-type': 'application/json' };
      const answer = await fetch(`${origin}${path}`, { method, headers, body: body && JSON.stringify(body) });
      return { status: answer.status, body: await answer.json() };
    };
    window.declare = async (file) => {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
      const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return ask('POST', '/v2/attachments', { filename: file.name, type: file.type, size: file.size, sha256 });
    };
    window.puts = {
      fetch: async ({ method, url, headers }, file) => (await fetch(url, { method, headers, body: file })).status,
      xhr: ({ method, url, headers }, file) =>
        new Promise((done, failed) => {
          const request = new XMLHttpRequest();
          request.open(method, url);
          for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
          request.onload = () => done(request.status);
          request.onerror = () => failed(new Error('the upload failed'));
          request.send(file);
        }),
    };
    window.attach = async (file, way) => {
      const declared = await declare(file);
      if (declared.status !== 201) return declared;
      const put = await puts[way](declared.body.data.upload, file);
      if (put !== 200) return { status: put };
      return ask('POST', '/v2/support-tickets', {
        title: 'API returns 502',
        description: 'Since this morning.',
        category: 'technical',
        attachments: [declared.body.data._id],
      });
    };
    window.read = async (path, options) => {
      const answer = await fetch(path, options);
      return {
        status: answer.status,
        type: answer.headers.get('content-type'),
        disposition: answer.headers.get('content-disposition'),
        redirected: answer.redirected,
        text: await answer.text(),
      };
    };
    window.follow = (path) => read(`${origin}${path}`, { headers: { authorization } });
  }, { origin: system.origin, token: system.token });
});

after(async () => {
  await browser?.close();
  await system?.stop();
});

for (const way of ['fetch', 'xhr']) {
  test(`a file that a page has put by ${way} is attached, and fetched by both ways`, async () => {
    const outcome = await page.evaluate(async (way) => {
      const file = new File(['GET /v1/users 502\n'], 'today.log', { type: 'text/plain' });
      const ticket = await attach(file, way);
      if (ticket.status !== 201) return { ticket };
      const { url } = ticket.body.data.attachments[0];
      const told = await ask('GET', `${url}?redirect=false`);
      return { ticket, told: await read(told.body.data.url), followed: await follow(url) };
    }, way);
    assert.equal(outcome.ticket.status, 201, JSON.stringify([outcome, said]));
    const { told, followed } = outcome;
    for (const there of [told, followed]) {
      assert.equal(there.status, 200);
      assert.equal(there.type, 'text/plain');
      assert.match(there.disposition, /^attachment; filename="today.log"/);
      assert.equal(there.text, 'GET /v1/users 502\n');
    }
    assert.deepEqual([told.redirected, followed.redirected], [false, true]);
  });
}

test('what a person chooses is taken as the browser names it', async () => {
  // Chromium says what the type is, by the name.
  const files = [
    ['factura.xml', '<?xml version="1.0"?><Invoice/>'],
    ['table.csv', 'a;b\r\n'],
    ['notes.md', '# Notes'],
    ['mail.eml', 'From: a@b\r\n\r\n'],
    ['date.ics', 'BEGIN:VCALENDAR'],
    ['server.log', 'caf\u00e9'],
    ['a.sqlite', 'SQLite format 3\0'],
    ['\u{1f468}\u200d\u{1f469}\u200d\u{1f467} 10:30.json', '{}'],
  ].map(([name, text]) => ({ name, mimeType: '', buffer: Buffer.from(text) }));
  await page.setInputFiles('input', files);
  const outcomes = await page.evaluate(async () => {
    const found = [];
    for (const file of document.querySelector('input').files) {
      const { status, body } = await attach(file, 'fetch');
      found.push([file.name, file.type, status, body?.detail ?? '']);
    }
    return found;
  });
  assert.equal(outcomes.length, files.length);
  for (const outcome of outcomes) assert.equal(outcome[2], 201, JSON.stringify(outcome));
});

test('a page shows an image it has fetched', async () => {
  const width = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 3;
    const png = await new Promise((done) => canvas.toBlob(done));
    const ticket = await attach(new File([png], 'screen.png', { type: png.type }), 'fetch');
    const { url } = ticket.body.data.attachments[0];
    const told = await ask('GET', `${url}?redirect=false`);
    const shown = async (source, crossOrigin) => {
      const image = new Image();
      if (crossOrigin) image.crossOrigin = 'anonymous';
      image.src = source;
      await image.decode();
      return image.width;
    };
    const bytes = await (await fetch(told.body.data.url)).blob();
    return [await shown(told.body.data.url), await shown(told.body.data.url, true), await shown(URL.createObjectURL(bytes))];
  });
  assert.deepEqual(width, [3, 3, 3]);
});

test('a page of another origin may not put', async () => {
  const stranger = await browser.newPage();
  await stranger.goto('data:text/html,<title>Elsewhere</title>');
  const upload = await page.evaluate(async () => {
    const file = new File(['hello'], 'a.txt', { type: 'text/plain' });
    return (await declare(file)).body.data.upload;
  });
  const outcome = await stranger.evaluate(
    ({ method, url, headers }) => fetch(url, { method, headers, body: 'hello' }).then((answer) => answer.status, () => 'refused'),
    upload,
  );
  assert.equal(outcome, 'refused');
  await stranger.close();
});
