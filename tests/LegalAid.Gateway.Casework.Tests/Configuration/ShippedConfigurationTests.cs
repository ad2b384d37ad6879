using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;
using NJsonSchema;

namespace LegalAid.Gateway.Casework.Tests.Configuration;

public sealed class ShippedConfigurationTests
{
    private static readonly ProtoSchemas Protos = ProtoSchemas.Shipped();

    private static readonly Lazy<ConfigurationSnapshot> Snapshot = new(() => Loaded(ShippedFiles.Configuration()));

    public static TheoryData<string> Paths => [.. ShippedFiles.Configuration().Where(file => ShippedFiles.SchemaOf(file.Path) is not null).Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Schema_ShippedFile_Accepts(string path)
    {
        var schema = await JsonSchema.FromJsonAsync(ShippedFiles.SchemaText(ShippedFiles.SchemaOf(path) ?? ""), TestContext.Current.CancellationToken);
        var (json, faults) = YamlJson.Convert(ShippedFiles.Configuration().Single(file => file.Path == path));

        Assert.Empty(faults);
        Assert.Empty(schema.Validate(json?.ToJsonString() ?? ""));
    }

    [Fact]
    public void Load_ShippedFiles_WarnsOnlyOfTheDemo()
    {
        var outcome = Assert.IsType<LoadOutcome.Loaded>(Load(ShippedFiles.Configuration()));

        Assert.Equal(
            ["CONFIG_SYNTHETIC_ACCEPTED", "SETTINGS_PLAIN_TEXT"],
            outcome.Warnings.Select(warning => warning.Fault.Code.Code).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("450103", "nanning-qingxiu-aid-centre")]
    [InlineData("450105", "nanning-aid-centre")]
    [InlineData("450100", "nanning-aid-centre")]
    [InlineData("450202", "liuzhou-aid-centre")]
    [InlineData("450300", "guangxi-aid-centre")]
    public void CompetentAidCentre_Place_IsTheNarrowest(string region, string centre) =>
        Assert.Equal(centre, Snapshot.Value.Agencies.CompetentAidCentre(RegionCode.Parse(region))?.Id.Value);

    [Fact]
    public void Load_DefenceNotice_HasOneTypeForEachVariant()
    {
        var variants = Snapshot.Value.Types.Values.Where(type => type.Id.Value.StartsWith("defence-notice.", StringComparison.Ordinal)).ToArray();
        Assert.Equal(
            ["compulsory-treatment", "court", "death-review", "full-coverage-pilot", "police", "procuratorate", "trial-in-absentia"],
            variants.Select(type => type.Id.Value["defence-notice.".Length..]).Order(StringComparer.Ordinal));
        Assert.Equal(7, variants.Select(type => type.Digest).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Load_CourtVariant_AddsItsOwnToTheOpening()
    {
        var court = Snapshot.Value.FindType(new ExchangeTypeId("defence-notice.court"));

        Assert.NotNull(court);
        Assert.Equal("submit", court.Opening.Name.Value);
        Assert.Equal([AgencyKinds.Court], court.Roles[0].OpenTo);
        Assert.Equal("stage", Assert.Single(court.Opening.Allow).Path.ToString());
        Assert.Equal(["indictment", "judgment"], Assert.Single(court.Opening.RequiredAttachments));
        Assert.DoesNotContain(court.Clocks, clock => clock.Name.Value == "apply");
        var lead = court.Clocks.Single(clock => clock.Name.Value == "hearing-lead");
        Assert.Equal(new TimeLimit(-15, TimeLimitUnit.Days), lead.Limit);
        Assert.True(Assert.Single(lead.When).Negated);
        Assert.Equal(["1.00:00:00", "04:00:00"], court.Clocks.Single(clock => clock.Name.Value == "assign").Warnings.Select(lead => lead.ToString()));
    }

    [Fact]
    public void Load_Pilot_TakesPartFromItsFirstDay()
    {
        var pilot = Assert.Single(Snapshot.Value.Agencies.Get(AgencyId.Parse("nanning-qingxiu-procuratorate")).Programmes);

        Assert.False(pilot.IsInForceOn(new DateOnly(2022, 10, 31)));
        Assert.True(pilot.IsInForceOn(new DateOnly(2022, 11, 1)));
    }

    [Fact]
    public void Load_SameFilesInAnotherOrder_SameDigest()
    {
        var again = Loaded([.. ShippedFiles.Configuration().Reverse()]);

        Assert.Equal(Snapshot.Value.Digest, again.Digest);
        Assert.Equal(Digests(Snapshot.Value), Digests(again));
    }

    [Fact]
    public void Load_CommentAdded_ChangesTheSnapshotAndNoType()
    {
        var changed = Loaded(Changed("exchange-types/defence-notice.yaml", text => "# a remark\n" + text.Replace("obligated: organ", "obligated:   organ", StringComparison.Ordinal)));

        Assert.NotEqual(Snapshot.Value.Digest, changed.Digest);
        Assert.Equal(Digests(Snapshot.Value), Digests(changed));
    }

    [Fact]
    public void Load_LimitChanged_ChangesTheTypesThatHaveTheClock()
    {
        var changed = Loaded(Changed("exchange-types/defence-notice.yaml", text => text.Replace("limit: 10d", "limit: 11d", StringComparison.Ordinal)));

        Assert.Equal(["defence-notice.death-review"], Digests(Snapshot.Value).Except(Digests(changed)).Select(pair => pair.Id));
    }

    [Fact]
    public void Load_Enrolment_IsLaidOverTheAgency()
    {
        var enrolment = new ConfigurationFile("enrolments.yaml", """
            clients:
              - agency: nanning-qingxiu-court
                client-id: qingxiu-court-system
                jwks: { keys: [{ kty: EC, crv: P-256, kid: one, x: MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4, y: 4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM }] }
            channels:
              - agency: nanning-qingxiu-court
                channel: { kind: push, url: "http://127.0.0.1:45123/events", secrets: [qingxiu-court], allowed-addresses: [127.0.0.0/8] }
            """);
        var court = Loaded([.. ShippedFiles.Configuration(), enrolment]).Agencies.Get(AgencyId.Parse("nanning-qingxiu-court"));

        var client = Assert.Single(court.Clients);
        Assert.True(client.Enabled);
        Assert.Equal(BindingDemand.Bound, client.Binding);
        Assert.Equal("one", (string?)JsonNode.Parse(client.Jwks)?["keys"]?[0]?["kid"]);
        var push = Assert.IsType<Channel.Push>(court.Channel);
        Assert.Equal(45123, push.Url.Port);
    }

    [Fact]
    public void Settings_ShippedFile_HasTheDocumentedDefaults()
    {
        var file = ShippedFiles.Configuration().Single(file => file.Path == GatewaySettingsFile.Path);
        var shipped = GatewaySettingsFile.Read(file).Settings;
        var least = GatewaySettingsFile.Read(new ConfigurationFile("gateway.yaml", "public-address: https://gateway.example")).Settings;

        Assert.NotNull(shipped);
        Assert.NotNull(least);
        Assert.Equal(least with { PublicAddress = shipped.PublicAddress, AllowPlainText = true, CounselFile = "../seeds/counsel.yaml" }, shipped);
    }

    [Fact]
    public void Settings_ProviderInPlaceOfOurs_IsReadWithItsDefaults()
    {
        const string Text = """
            public-address: https://gateway.example
            tokens:
              provider: { url: "https://id.example/gx", algorithms: [ES256, RS256], allowed-addresses: [10.20.0.0/16], audience: "https://gateway.example", client-id: nanning }
            """;

        var provider = GatewaySettingsFile.Read(new ConfigurationFile("gateway.yaml", Text)).Settings?.Tokens.Provider;

        Assert.NotNull(provider);
        Assert.Equal(("https://id.example/gx", "https://gateway.example", "nanning"), (provider.Issuer.Issuer, provider.Audience, provider.ClientId));
        Assert.Equal(["ES256", "RS256"], provider.Issuer.Algorithms);
        Assert.Equal((TimeSpan.FromMinutes(10), true), (provider.LifetimeMax, provider.Introspects));
    }

    private static IEnumerable<(string Id, string Digest)> Digests(ConfigurationSnapshot snapshot) =>
        snapshot.Types.Values.Select(type => (type.Id.Value, type.Digest)).Order();

    private static IReadOnlyList<ConfigurationFile> Changed(string path, Func<string, string> change) =>
        [.. ShippedFiles.Configuration().Select(file => file.Path == path ? file with { Text = change(file.Text) } : file)];

    private static ConfigurationSnapshot Loaded(IReadOnlyList<ConfigurationFile> files) => Load(files) switch
    {
        LoadOutcome.Loaded loaded => loaded.Snapshot,
        LoadOutcome.Faulty faulty => throw new InvalidOperationException(string.Join('\n', faulty.Faults)),
        _ => throw new InvalidOperationException("no such outcome"),
    };

    private static LoadOutcome Load(IReadOnlyList<ConfigurationFile> files) => ConfigurationLoader.Load(files, Protos, NamesUnder("checks"), NamesUnder("else"));

    /// <summary>
    /// Every name that the shipped types give under a key: whether the code has a check of that name is tested where checks are.
    /// </summary>
    private static HashSet<string> NamesUnder(string key)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in ShippedFiles.Configuration().Where(file => file.Path.StartsWith("exchange-types/", StringComparison.Ordinal)))
        {
            Gather(YamlJson.Convert(file).Json);
        }

        return names;

        void Gather(JsonNode? node)
        {
            foreach (var (name, value) in node as JsonObject ?? [])
            {
                names.UnionWith(name != key ? [] : value is JsonArray list ? list.Select(item => $"{item}") : [$"{value}"]);
                Gather(value);
            }

            foreach (var item in node as JsonArray ?? [])
            {
                Gather(item);
            }
        }
    }
}
