using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using LegalAid.Gateway.Contracts.Directory.V1;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>The sharing matrix as callers meet it: a row that is taken out, narrowed or given back acts on the next call, over both faces.</summary>
public sealed class SharingTests
{
    private const string Operations = "sharing/operations.yaml";
    private const string Notice = "sharing/defence-notice.yaml";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_NoRowGrantsIt_IsDeniedOverBothFacesAndGivenBack()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var court = gateway[Notices.Court];
        await ActivateAsync(gateway, Operations, text => text.Replace("        - legalaid.directory.v1.DirectoryService/GetAgency\n", "", StringComparison.Ordinal));
        foreach (var face in Enum.GetValues<Face>())
        {
            foreach (var name in new[] { $"agencies/{Notices.Court}", "agencies/nobody" })
            {
                Assert.Equal("PERMISSION_DENIED", (await court.CallAsync(face, "GetAgency", new JsonObject { ["name"] = name })).Code);
            }

            Assert.True((await court.CallAsync(face, "ListAgencies", [])).Accepted);
        }

        await ActivateAsync(gateway, Operations, text => text);
        Assert.True((await court.CallAsync(Face.Grpc, "GetAgency", new JsonObject { ["name"] = $"agencies/{Notices.Court}" })).Accepted);
    }

    [Theory]
    [InlineData("directory", "")]
    [InlineData("%64irectory", "")]
    [InlineData("legal-aid-case", "PERMISSION_DENIED")]
    [InlineData("curiosity", "PURPOSE_UNKNOWN")]
    [InlineData("%6", "CALL_TERM_MALFORMED")]
    [InlineData("%ff", "CALL_TERM_MALFORMED")]
    public async Task Call_ItsPurpose_IsHeldAgainstTheRow(string purpose, string code)
    {
        await using var gateway = await GatewayFixture.StartAsync();
        using var message = new HttpRequestMessage(HttpMethod.Get, "/v1/agencies") { Headers = { { "gateway-purpose", purpose } } };

        using var rest = await gateway[Notices.Court].Rest.SendAsync(message, Cancellation);
        var body = await rest.Content.ReadFromJsonAsync<JsonObject>(Cancellation);

        Assert.Equal(code, body?["code"]?.GetValue<string>() ?? "");
        try
        {
            await gateway[Notices.Court].Directory.ListAgenciesAsync(
                new ListAgenciesRequest(), new Metadata { { "gateway-purpose", purpose } }, cancellationToken: Cancellation);
            Assert.Empty(code);
        }
        catch (RpcException refused)
        {
            Assert.StartsWith(code + ":", refused.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Answer_RowListsFields_ComesCutOverBothFaces()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        await ActivateAsync(gateway, Operations, text =>
        {
            var row = text.IndexOf("id: operations-directory", StringComparison.Ordinal);
            return text[..row] + text[row..].Replace("fields: [\"*\"]\n    from: 2022-01-01\n    owner: nanning-justice-bureau\n\n  # 核验", "fields: [clientId, agency.name]\n    from: 2022-01-01\n    owner: nanning-justice-bureau\n\n  # 核验", StringComparison.Ordinal);
        });
        foreach (var face in Enum.GetValues<Face>())
        {
            var answer = (await gateway[Notices.Court].CallAsync(face, "WhoAmI", [])).Required;
            Assert.Equal($$"""{"agency":{"name":"agencies/{{Notices.Court}}"},"clientId":"{{gateway[Notices.Court].ClientId}}"}""", answer.ToJsonString());
        }
    }

    /// <summary>What the view's row lists comes through, a notice without a grant is absent, and a party without a grant to act is told so.</summary>
    [Fact]
    public async Task Notice_RowsNarrowedAndTakenOut_IsCutThenAbsent()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var name = (await gateway.SubmitAsync(Notices.Of("COURT")))["name"]!.GetValue<string>(); // every notice has a name
        var exchange = new JsonObject { ["name"] = name.Replace("defenceNotices", "exchanges", StringComparison.Ordinal) };
        await ActivateAsync(gateway, Notice, text =>
        {
            var row = text.IndexOf("id: defence-organ-views", StringComparison.Ordinal);
            var rest = text[row..];
            return text[..row] + rest[..rest.IndexOf("fields:", StringComparison.Ordinal)] + "fields: [notice.caseNumber]\n" + rest[(rest.IndexOf("    from:", StringComparison.Ordinal))..];
        });
        foreach (var face in Enum.GetValues<Face>())
        {
            var seen = (await gateway[Notices.Court].CallAsync(face, "GetExchange", exchange)).Required;
            Assert.Equal(["caseNumber"], seen["view"]!["notice"]!.AsObject().Select(field => field.Key)); // granted
        }

        await ActivateAsync(gateway, Notice, text => text.Replace("id: defence-organ-views\n    who: { kinds: [court, ", "id: defence-organ-views\n    who: { kinds: [", StringComparison.Ordinal));
        var absent = new JsonObject { ["name"] = $"exchanges/{Guid.Empty}" };
        foreach (var face in Enum.GetValues<Face>())
        {
            var (hidden, nothing) = (await gateway[Notices.Court].CallAsync(face, "GetExchange", exchange), await gateway[Notices.Court].CallAsync(face, "GetExchange", absent));
            Assert.Equal((nothing.Status, nothing.Code), (hidden.Status, hidden.Code));
            Assert.Equal("NOT_FOUND", hidden.Code);
            Assert.Empty((await gateway[Notices.Court].CallAsync(face, "ListExchanges", [])).Required);
        }
    }

    /// <summary>The centre's grant to receive ends: its mailbox is empty; it is given back: the message comes.</summary>
    [Fact]
    public async Task Delivery_GrantEndsAndComesBack_ParksAndGoesOn()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        await ActivateAsync(gateway, Notice, text => text.Replace("receive: [submit, amend,", "receive: [amend,", StringComparison.Ordinal));
        await gateway.SubmitAsync(Notices.Of("COURT"));
        var centre = gateway[Notices.AidCentre];

        Assert.Empty((await centre.CallAsync(Face.Grpc, "PullDeliveries", [])).Required);
        await ActivateAsync(gateway, Notice, text => text);
        await Eventually.HoldsAsync(
            async () => (await centre.CallAsync(Face.Grpc, "PullDeliveries", [])).Required.Count > 0, "the parked delivery goes on");
    }

    private static async Task ActivateAsync(GatewayFixture gateway, string path, Func<string, string> change)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(GatewayFixture.ConfigurationFolder, path), Cancellation);
        var (archive, hub) = (gateway.Gateway.Services.GetRequiredService<ConfigurationArchive>(), gateway.Gateway.Services.GetRequiredService<DeliveryHub>());
        var files = archive.Current.Files.Select(file => file.Path == path ? file with { Text = change(text) } : file);
        await archive.ActivateAsync(HostConfiguration.Read(gateway.Options with { Overlay = [.. files] }).Snapshot, Cancellation);
        hub.Reconfigured();
    }
}
