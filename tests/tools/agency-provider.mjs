// An agency's own OpenID provider for tests: npm oidc-provider, unmodified, over real HTTP on a free port. Reads {"consoleClient", "redirectUri",
// "keys", "resource", "systems"} from its standard input's first line and prints {"issuer", "jwks"} on its own; it ends when its standard input ends.
//
// A person is a login of the form name.role.role: the parts after the first are the roles that tokens carry. Run by AgencyProvider.
import http from "node:http";
import crypto from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import readline from "node:readline";

const modules = process.argv[2];
const require = createRequire(`${modules}/`);
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")).href);

const lines = readline.createInterface({ input: process.stdin });
const settings = JSON.parse(await new Promise((done) => lines.once("line", done)));
lines.on("close", () => process.exit(0));

// The gateway's keys as it fetches them. It keeps them a minute; each further line is the set from then on, and it fetches anew.
let gatewayKeys = settings.keys;
lines.on("line", async (line) => {
  gatewayKeys = JSON.parse(line);
  (await provider.Client.find(settings.consoleClient)).asymmetricKeyStore.freshUntil = 0;
  console.log(JSON.stringify({ keys: gatewayKeys.keys.length }));
});

const rolesOf = (id) => id.split(".").slice(1);
const keyPair = (kid) => {
  const { privateKey } = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), kid, alg: "ES256", use: "sig" };
};

const server = http.createServer();
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [
    // Agencies' systems, where it issues tokens in the gateway's place.
    ...(settings.systems ?? []).map((system) => ({
      client_id: system.clientId,
      redirect_uris: [],
      response_types: [],
      grant_types: ["client_credentials"],
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "ES256",
      id_token_signed_response_alg: "ES256",
      jwks: { keys: [system.jwk] },
    })),
    {
      client_id: settings.consoleClient,
      redirect_uris: [settings.redirectUri],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "ES256",
      id_token_signed_response_alg: "ES256",
      jwks_uri: `${issuer}/gateway-keys`,
    },
    {
      client_id: "agency-desk",
      redirect_uris: ["http://127.0.0.1/desk"],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: "none",
      id_token_signed_response_alg: "ES256",
    },
  ],
  jwks: { keys: [keyPair("agency-1")] },
  // It fetches from no loopback address, where the gateway under test is.
  fetch: (url, options) => (url === `${issuer}/gateway-keys` ? Promise.resolve(Response.json(gatewayKeys)) : fetch(url, options)),
  cookies: { keys: [crypto.randomBytes(16).toString("hex")] },
  conformIdTokenClaims: false,
  claims: { openid: ["sub", "roles", "name"], profile: [] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `用户 ${id.split(".")[0]}`, roles: rolesOf(id) }) }),
  extraTokenClaims: (_, token) => (token.accountId ? { roles: rolesOf(token.accountId) } : undefined),
  features: {
    devInteractions: { enabled: true },
    pushedAuthorizationRequests: { enabled: settings.pushed !== false },
    clientCredentials: { enabled: true },
    dPoP: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => (settings.systems ? settings.resource : undefined),
      getResourceServerInfo: (_, resource) => ({ scope: "act gateway", audience: resource, accessTokenFormat: "jwt", accessTokenTTL: 300, jwt: { sign: { alg: "ES256" } } }),
      useGrantedResource: () => true,
    },
  },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid profile");
    grant.addResourceScope(settings.resource, "act");
    await grant.save();
    return grant;
  },
});
server.on("request", provider.callback());
console.log(JSON.stringify({ issuer }));
