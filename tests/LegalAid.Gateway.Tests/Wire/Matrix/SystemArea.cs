using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Identity.Enrolment;
using LegalAid.Gateway.Operations.Enrolment;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>What a system asks of itself: whether it is ready, and to change its key. A system of its own is enrolled for each agency.</summary>
internal sealed class SystemArea : MatrixArea
{
    private const string Readiness = "/v1/enrolments:readiness", ChangeKey = "/v1/enrolments:changeKey";
    private const string Nobody = "no-such-system";

    public override string Name => "systems";

    public override IReadOnlyList<string> Doors => [$"GET {Readiness}", $"POST {ChangeKey}"];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var systems = new ConcurrentDictionary<string, HttpClient>(StringComparer.Ordinal);
        await EachAsync(Agencies, async agency => systems[agency] = await EnrolAsync(gateway, tally, agency));
        await EachAsync(Agencies, agency => CompareAsync(gateway, tally, agency, systems[agency]));
        foreach (var system in systems.Values)
        {
            system.Dispose();
        }
    }

    private static async Task CompareAsync(GatewayFixture gateway, Tally tally, string agency, HttpClient system)
    {
        var (own, another) = (ClientOf(agency), ClientOf(Agencies[(Agencies.IndexOf(agency) + 1) % Agencies.Length]));
        foreach (var (whose, client) in new[] { ("own", own), ("another", another), ("absent", Nobody) })
        {
            // It names no system: to ask for another's is to ask for one's own.
            var told = tally.Called(await SendAsync(system, HttpMethod.Get, $"{Readiness}?clientId={client}"));
            tally.Compare(agency, "readiness", Face.Rest, Expectations.Systems.Of("readiness", whose), told);
            tally.CompareShown(agency, "readiness", expected: true, told.Message?["clientId"]?.GetValue<string>() == own, $"its own, asked for {client}");
            tally.CompareShown(agency, "readiness", expected: true, told.Message?["agency"]?.GetValue<string>() == $"agencies/{agency}", $"its own agency, asked for {client}");
        }

        using var key = NewKey();
        var hidden = await ChangeAsync("another", another);
        tally.CompareHidden(agency, "changeKey", Face.Rest, hidden, await ChangeAsync("absent", Nobody));
        await ChangeAsync("own", own);

        async Task<Told> ChangeAsync(string whose, string client)
        {
            var body = new JsonObject { ["jwk"] = Jwk(key), ["proof"] = EnrolmentKey.Prove(key, gateway.Issuer, client) };
            var told = tally.Called(await SendAsync(system, HttpMethod.Post, ChangeKey, Faces.Body(body.ToJsonString())));
            tally.Compare(agency, $"changeKey of {whose}", Face.Rest, Expectations.Systems.Of("changeKey", whose), told);
            return told;
        }
    }

    /// <summary>Invites a system of the agency, lets it in, and gives a client that calls with its tokens.</summary>
    private static async Task<HttpClient> EnrolAsync(GatewayFixture gateway, Tally tally, string agency)
    {
        var terms = new InviteTerms(agency, ClientOf(agency), "none", Signs: false, Hours: 1);
        var (code, fault) = await gateway.Gateway.Services.GetRequiredService<InvitationDesk>().InviteAsync(terms, "matrix", Cancellation);
        Assert.Equal(InviteFault.None, fault);
        var key = NewKey();
        using var anybody = new HttpClient { BaseAddress = gateway.Gateway.Rest };
        var body = new JsonObject { ["code"] = code, ["jwk"] = Jwk(key), ["proof"] = EnrolmentKey.Prove(key, gateway.Issuer, code) };
        var told = tally.Called(await SendAsync(anybody, HttpMethod.Post, "/v1/enrolments", Faces.Body(body.ToJsonString())));
        tally.Compare(agency, "enrol", Face.Rest, Expected.Granted, told);
        var kid = told.Message?["kid"]?.GetValue<string>() ?? "";
        var tokens = new AgencyTokenSource(
            new HttpClient(), new AgencyCredential(new Uri(gateway.Gateway.Rest, "/connect/token"), gateway.Issuer, ClientOf(agency), kid, key), TimeProvider.System);
        return new HttpClient(new AgencyTokenHandler(tokens) { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = gateway.Gateway.Rest };
    }

    private static string ClientOf(string agency) => $"{agency}-matrix";

    private static JsonObject Jwk(ECDsa key)
    {
        var jwk = AgencyClientKey.From("none", key).ToJwk();
        jwk.Remove("kid");
        return jwk;
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);
}
