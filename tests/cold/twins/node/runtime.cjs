// Takes events from the Runtime API and gives them to a bundle's `handler`.
//
// The official client (npm `aws-lambda-ric`, and what Lambda runs) compiles native code when it is installed, with tools
// that not every machine has. This does less than that one (no log stream of its own, no response streaming, no
// error types), so a measurement with it flatters the function.
const http = require("node:http");

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function ask(method, path, body) {
  const headers = body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (piece) => (text += piece));
      answer.on("end", () => resolve({ headers: answer.headers, text }));
      answer.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

const told = (cause) => JSON.stringify({ errorType: cause.name, errorMessage: cause.message, trace: cause.stack?.split("\n") });

async function main() {
  let handler;
  try {
    ({ handler } = require(process.argv[2]));
  } catch (cause) {
    await ask("POST", "init/error", told(cause));
    throw cause;
  }
  for (;;) {
    const { headers, text } = await ask("GET", "invocation/next");
    const id = headers["lambda-runtime-aws-request-id"];
    const deadline = Number(headers["lambda-runtime-deadline-ms"]);
    const context = {
      awsRequestId: id,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
      getRemainingTimeInMillis: () => deadline - Date.now(),
    };
    try {
      const answer = await handler(JSON.parse(text), context);
      await ask("POST", `invocation/${id}/response`, JSON.stringify(answer));
    } catch (cause) {
      await ask("POST", `invocation/${id}/error`, told(cause));
    }
  }
}

main().catch((cause) => {
  console.error(cause);
  process.exit(1);
});
