// One system of an agency that calls a gateway through a third party's library as it comes from npm: openid-client or oauth4webapi. Reads
// {"library", "issuer", "resource", "ports", "authority", "clientId", "method", …} from its standard input and prints what each step came to.
//
// "method" is key (private_key_jwt, the token is bound to nothing), dpop (the same, bound to a key) or certificate (RFC 8705). The libraries see the
// gateway's public https addresses; "ports" says where those lead in this test, as a balancer would. Run by ThirdPartyClientTests.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { text } from "node:stream/consumers";

const require = createRequire(`${process.argv[2]}/`);
const load = async (name) => import(pathToFileURL(require.resolve(name)).href);
const undici = await load("undici");
const settings = JSON.parse(await text(process.stdin));
const scope = "gateway";

/** What carries requests, with a client certificate or without; it can send the last one again as it was. */
const wire = (certificate) => {
  const connect = undici.buildConnector({ ca: settings.authority, cert: certificate, key: certificate });
  const dispatcher = new undici.Agent({ connect: (to, done) => connect({ ...to, port: settings.ports[to.port] ?? to.port }, done) });
  let last;
  const send = (url, options) => undici.fetch(url, { ...options, dispatcher });
  return { fetch: (url, options) => send(...(last = [url, options])), again: () => send(...last) };
};

const importKey = (jwk) => crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);

const systems = {
  "openid-client": async ({ fetch }, jwk, proofKeys) => {
    const oidc = await load("openid-client");
    const authentication = jwk ? oidc.PrivateKeyJwt({ key: await importKey(jwk), kid: settings.kid }) : oidc.TlsClientAuth();
    const metadata = { use_mtls_endpoint_aliases: !jwk };
    const config = await oidc.discovery(new URL(settings.issuer), settings.clientId, metadata, authentication, { [oidc.customFetch]: fetch });
    const DPoP = proofKeys && oidc.getDPoPHandle(config, proofKeys);
    return {
      fetchToken: () => oidc.clientCredentialsGrant(config, { scope }, { DPoP }),
      call: (token) => oidc.fetchProtectedResource(config, token, new URL("/v1/whoami", settings.resource), "GET", undefined, undefined, { DPoP }),
      introspect: (token) => oidc.tokenIntrospection(config, token),
      revoke: (token) => oidc.tokenRevocation(config, token),
    };
  },

  oauth4webapi: async ({ fetch }, jwk, proofKeys) => {
    const oauth = await load("oauth4webapi");
    const options = { [oauth.customFetch]: fetch };
    const issuer = new URL(settings.issuer);
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
    const client = { client_id: settings.clientId, use_mtls_endpoint_aliases: !jwk };
    const authentication = jwk ? oauth.PrivateKeyJwt({ key: await importKey(jwk), kid: settings.kid }) : oauth.TlsClientAuth();
    const DPoP = proofKeys && oauth.DPoP(client, proofKeys);
    // As the library's own examples do: again once, where the gateway asks for its nonce.
    const patiently = (ask) => ask().catch((refusal) => (oauth.isDPoPNonceError(refusal) ? ask() : Promise.reject(refusal)));
    return {
      fetchToken: () => patiently(async () => oauth.processClientCredentialsResponse(
        server, client, await oauth.clientCredentialsGrantRequest(server, client, authentication, { scope }, { ...options, DPoP }))),
      call: (token) => patiently(
        () => oauth.protectedResourceRequest(token, "GET", new URL("/v1/whoami", settings.resource), undefined, undefined, { ...options, DPoP })),
      introspect: async (token) => oauth.processIntrospectionResponse(
        server, client, await oauth.introspectionRequest(server, client, authentication, token, options)),
      revoke: async (token) => oauth.processRevocationResponse(await oauth.revocationRequest(server, client, authentication, token, options)),
    };
  },
};

const system = async (carrier, jwk) => systems[settings.library](
  carrier, jwk, settings.method === "dpop" ? await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]) : undefined);

/** The code of a refusal, however the library says it; "taken" where there is none. */
const refusal = async (attempt) => {
  try {
    await attempt();
    return "taken";
  } catch (error) {
    return error.error ?? (await codeOf(error.response)) ?? String(error.cause ?? error);
  }
};
const codeOf = async (response) => response && ((body) => body.code ?? body.error)(await response.json());

const own = wire(settings.certificate);
const us = await system(own, settings.key);
const { access_token: token, token_type: tokenType } = await us.fetchToken();
const said = { tokenType, tokenAgain: settings.method === "key" ? await codeOf(await own.again()) : null };
said.whoami = await (await us.call(token)).json();
if (settings.method === "dpop") {
  said.callAgain = await codeOf(await own.again());
  said.withoutKey = await refusal(async () => (await system(own, settings.key)).call(token));
  said.asBearer = await codeOf(await own.fetch(new URL("/v1/whoami", settings.resource), { headers: { authorization: `Bearer ${token}` } }));
}
if (settings.method === "certificate") {
  said.otherCertificate = await refusal(async () => (await system(wire(settings.otherCertificate), settings.key)).call(token));
  said.withoutCertificate = await codeOf(await wire().fetch(new URL("/v1/whoami", settings.issuer), { headers: { authorization: `Bearer ${token}` } }));
}
said.tokenByOther = await refusal(async () => (await system(wire(settings.otherCertificate), settings.otherKey)).fetchToken());
said.introspected = await us.introspect(token);
said.introspectedByOther = await refusal(async () => (await system(wire(settings.otherCertificate), settings.otherKey)).introspect(token));
said.revokedByOther = await refusal(async () => (await system(wire(settings.otherCertificate), settings.otherKey)).revoke(token));
await (await us.call(token)).json();
await us.revoke(token);
said.introspectedAfter = await us.introspect(token);
said.callAfter = await refusal(() => us.call(token));
console.log(JSON.stringify(said));
process.exit(0); // connections that are kept open would hold the process
