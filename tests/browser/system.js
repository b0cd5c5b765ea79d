// The local server on a free port, an API as its pages reach it on AWS, and a page of another origin.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';

const binary = process.env.VENTANILLA_BINARY ?? '../../target/debug/ventanilla';
const template = readFileSync(process.env.VENTANILLA_TEMPLATE ?? '../../infra/template.yaml', 'utf8');

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(server, host) {
  server.listen(0, host);
  await once(server, 'listening');
  return server.address().port;
}

// A list of the template's `CorsConfiguration` of the API: `AllowHeaders`, `ExposeHeaders`, `AllowMethods`.
function listOf(name) {
  const inline = template.match(new RegExp(`${name}: \\[([^\\]]*)\\]`));
  if (inline) return inline[1].split(',').map((value) => value.trim());
  const lines = template.match(new RegExp(`${name}:\\n((?: +- .*\\n)+)`));
  return lines[1].match(/- .*/g).map((line) => line.slice(2).trim());
}

// What API Gateway adds for a page of one of the template's `Origins`, in front of the local server.
function gateway(api, page) {
  const allow = (response) => {
    response.setHeader('access-control-allow-origin', page());
    response.setHeader('access-control-expose-headers', listOf('ExposeHeaders').join(','));
    response.setHeader('vary', 'origin');
  };
  return http.createServer((request, response) => {
    if (request.method === 'OPTIONS') {
      allow(response);
      response.setHeader('access-control-allow-methods', listOf('AllowMethods').join(','));
      response.setHeader('access-control-allow-headers', listOf('AllowHeaders').join(','));
      response.writeHead(204).end();
      return;
    }
    const { host, origin, ...headers } = request.headers;
    const options = { method: request.method, headers };
    const onward = http.request(`${api}${request.url}`, options, (answer) => {
      for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
      allow(response);
      response.writeHead(answer.statusCode);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
}

export async function start() {
  const port = await freePort();
  const args = ['--ephemeral', '--port', String(port)];
  const server = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const api = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    if (server.exitCode !== null) throw new Error(`the local server has ended with ${server.exitCode}`);
    const health = await fetch(`${api}/healthz`).catch(() => null);
    if (health?.ok) break;
    if (tries > 300) throw new Error('the local server does not answer');
    await new Promise((later) => setTimeout(later, 100));
  }
  const pages = http.createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>A page</title><input type="file" multiple>');
  });
  // Another name of this machine, so another origin than the API's and the bucket's.
  const page = `http://localhost:${await listening(pages, 'localhost')}`;
  const front = gateway(api, () => page);
  const origin = `http://127.0.0.1:${await listening(front, '127.0.0.1')}`;
  const minted = await fetch(`${api}/dev/token`, {
    method: 'POST',
    body: JSON.stringify({ tenant: 'acme', sub: 'carla', roles: ['customer'] }),
  });
  const body = await minted.json();
  return {
    api,
    origin,
    page,
    token: body.token ?? body.data.token,
    async stop() {
      for (const one of [pages, front]) {
        one.closeAllConnections();
        one.close();
      }
      server.kill('SIGTERM');
      if (server.exitCode === null) await once(server, 'exit');
    },
  };
}

export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
