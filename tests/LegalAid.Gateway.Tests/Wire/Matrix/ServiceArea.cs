using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>A court's own interface behind the gateway, one that it has not, and one of nobody: to whom it is not published, all three are one.</summary>
internal sealed class ServiceArea : MatrixArea
{
    public override string Name => "services";

    public override IReadOnlyList<string> Doors => ["* /svc/{agency}/{service}/{**rest}"];

    public override Task CompareAsync(GatewayFixture gateway, Tally tally) => EachAsync(Agencies, async agency =>
    {
        var column = agency.EndsWith("aid-centre", StringComparison.Ordinal) ? "aid-centre" : "other";
        Told? first = null;
        foreach (var service in Expectations.Services.Rows)
        {
            var expected = Expectations.Services.Of(service, column);
            var told = await AskAsync(HttpMethod.Get, service, expected);
            await AskAsync(HttpMethod.Post, service, expected == Expected.Granted ? Expected.Stopped : Expected.Absent); // it takes GET only; of what is hidden even that is not told
            first ??= told;
            if (Expectations.Services.Of(Expectations.Services.Rows[0], column) == Expected.Absent)
            {
                tally.CompareHidden(agency, service, Face.Rest, first, told);
            }
        }

        async Task<Told> AskAsync(HttpMethod verb, string service, Expected expected)
        {
            var told = tally.Called(await SendAsync(gateway[agency].Rest, verb, $"/svc/{service}/cases/1", verb == HttpMethod.Post ? Faces.Body("{}") : null));
            tally.Compare(agency, $"{verb} /svc/{service}", Face.Rest, expected, told);
            return told;
        }
    });
}
