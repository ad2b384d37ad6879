// Message signatures (RFC 9421) of a gateway that was written by somebody else, by the npm library http-message-signatures. Reads one question from its standard
// input: {"do", "request", "answer", "body", "jwks", "pem", "kid"}; prints JSON. Run by ThirdPartyPeerTests.
const { httpbis, createSigner, createVerifier } = require("http-message-signatures");
const { createHash, createPrivateKey, createPublicKey, randomUUID } = require("node:crypto");

const algorithm = "ecdsa-p256-sha256";
const digestOf = (body) => `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
const headersOf = (message) => Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name.toLowerCase(), value]));

const acts = {
  async signRequest({ request, body, pem, kid }) {
    const bare = { ...request, headers: { "content-type": "application/json", "content-digest": digestOf(body) } };
    return (await httpbis.signMessage({
      key: createSigner(createPrivateKey(pem), algorithm, kid),
      fields: ["@method", "@target-uri", "content-digest"],
      params: ["created", "keyid", "nonce", "tag"],
      paramValues: { nonce: randomUUID(), tag: "legalaid" },
    }, bare)).headers;
  },

  async signAnswer({ request, body, pem, kid }) {
    const bare = { status: 200, headers: { "content-type": "application/json", "content-digest": digestOf(body) } };
    return (await httpbis.signMessage({
      key: createSigner(createPrivateKey(pem), algorithm, kid),
      fields: ["@status", "content-type", "content-digest", '"@method";req', '"@target-uri";req', '"signature";req'],
      params: ["created", "keyid", "tag"],
      paramValues: { tag: "legalaid" },
    }, bare, { ...request, headers: headersOf(request) })).headers;
  },

  async verifyRequest({ request, body, jwks }) {
    const message = { ...request, headers: headersOf(request) };
    const holds = await httpbis.verifyMessage({ ...rules(jwks), requiredFields: ["@method", "@target-uri", "content-digest"] }, message);
    return { holds: holds === true, digest: message.headers["content-digest"] === digestOf(body) };
  },

  async verifyAnswer({ request, answer, body, jwks }) {
    const message = { status: answer.status, headers: headersOf(answer) };
    const holds = await httpbis.verifyMessage(
      { ...rules(jwks), requiredFields: ["@status", "content-digest"] }, message, { ...request, headers: headersOf(request) });
    return { holds: holds === true, digest: message.headers["content-digest"] === digestOf(body) };
  },
};

const rules = (jwks) => ({
  keyLookup: async ({ keyid }) => {
    const key = jwks.keys.find((one) => one.kid === keyid);
    return key && { id: keyid, algs: [algorithm], verify: createVerifier(createPublicKey({ key, format: "jwk" }), algorithm) };
  },
  tolerance: 60,
});

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", async () => {
  const question = JSON.parse(text);
  console.log(JSON.stringify(await acts[question.do](question)));
});
