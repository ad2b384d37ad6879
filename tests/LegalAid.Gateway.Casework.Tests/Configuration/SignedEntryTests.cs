using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Configuration.Agencies;

namespace LegalAid.Gateway.Casework.Tests.Configuration;

/// <summary>An agency whose entry somebody else vouches for: what is taken, and every way in which it is not.</summary>
public sealed class SignedEntryTests : IDisposable
{
    private const string Agency = "court-b", Signer = "province", Kid = "province-1";

    private static readonly DateTimeOffset Issued = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), Until = Issued.AddDays(365);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Load_SignedEntry_IsTheAgencyWithItsDates()
    {
        var outcome = Load(Signed());

        var loaded = Assert.IsType<LoadOutcome.Loaded>(outcome);
        var agency = loaded.Snapshot.Agencies.All.Single(agency => agency.Id.Value == Agency);
        Assert.Equal(("桂01", Signer, Kid, Issued, Until), (agency.CourtCode, agency.Entry?.Signer, agency.Entry?.Kid, agency.Entry?.Issued, agency.Entry?.Until));
        Assert.Null(loaded.Snapshot.Agencies.All.Single(agency => agency.Id.Value == "court-a").Entry);
    }

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(0, true)]
    [InlineData(365 * 86400 - 1, true)]
    [InlineData(365 * 86400, false)]
    public void Agency_BeforeAndAfterItsDates_IsNotVouchedFor(int seconds, bool vouched)
    {
        var loaded = Assert.IsType<LoadOutcome.Loaded>(Load(Signed()));

        Assert.Equal(vouched, loaded.Snapshot.Agencies.All.Single(agency => agency.Id.Value == Agency).IsVouchedForAt(Issued.AddSeconds(seconds)));
        Assert.True(loaded.Snapshot.Agencies.All.Single(agency => agency.Id.Value == "court-a").IsVouchedForAt(Issued.AddSeconds(seconds)));
    }

    [Theory]
    [InlineData("not a JWS", "CONFIG_ENTRY_MALFORMED")]
    [InlineData("two parts", "CONFIG_ENTRY_MALFORMED")]
    [InlineData("a name twice", "CONFIG_ENTRY_MALFORMED")]
    [InlineData("of nobody", "CONFIG_ENTRY_SIGNER")]
    [InlineData("by an unknown key", "CONFIG_ENTRY_SIGNER")]
    [InlineData("alg none", "CONFIG_ENTRY_SIGNER")]
    [InlineData("alg HS256", "CONFIG_ENTRY_SIGNER")]
    [InlineData("another type", "CONFIG_ENTRY_SIGNER")]
    [InlineData("critical extension", "CONFIG_ENTRY_SIGNER")]
    [InlineData("by another key under that id", "CONFIG_ENTRY_SIGNATURE")]
    [InlineData("entry changed", "CONFIG_ENTRY_SIGNATURE")]
    [InlineData("end changed", "CONFIG_ENTRY_SIGNATURE")]
    [InlineData("of another agency", "CONFIG_ID_FILE")]
    [InlineData("no end", "CONFIG_ENTRY_DATES")]
    [InlineData("end before issue", "CONFIG_ENTRY_DATES")]
    [InlineData("end out of range", "CONFIG_ENTRY_DATES")]
    [InlineData("fault in the entry", "CONFIG_KEY_UNKNOWN")]
    [InlineData("region of others", "CONFIG_ENTRY_REGION")]
    [InlineData("file beside it", "CONFIG_ENTRY_TWICE")]
    public void Load_EntryThatIsNotSound_IsRefusedAndSaysWhy(string what, string code)
    {
        var sound = Signed().Trim();
        var parts = sound.Split('.');
        var yaml = SoundFiles.Texts[$"agencies/{Agency}.yaml"];
        var text = what switch
        {
            "not a JWS" => "entry: {}",
            "two parts" => $"{parts[0]}.{parts[1]}",
            "a name twice" => Made(null, """{"iss":"province","iss":"province"}"""),
            "of nobody" => Made(null, Claims().With("iss", "nobody")),
            "by an unknown key" => Made(Header().With("kid", "province-0"), Claims()),
            "alg none" => Made(Header().With("alg", "none"), Claims()),
            "alg HS256" => Made(Header().With("alg", "HS256"), Claims()),
            "another type" => Made(Header().With("typ", "JWT"), Claims()),
            "critical extension" => Made(Header().With("crit", new JsonArray("b64")), Claims()),
            "by another key under that id" => EntryFile.Sign(_other, Kid, Signer, Agency, yaml, Issued, Until),
            "entry changed" => $"{parts[0]}.{Part(Claims().With("entry", yaml + "\n").ToJsonString())}.{parts[2]}",
            "end changed" => $"{parts[0]}.{Part(Claims().With("exp", Until.AddDays(1).ToUnixTimeSeconds()).ToJsonString())}.{parts[2]}",
            "of another agency" => Made(null, Claims().With("sub", "court-c")),
            "no end" => Made(null, Claims().With("exp", null)),
            "end before issue" => Made(null, Claims().With("exp", Issued.ToUnixTimeSeconds())),
            "end out of range" => Made(null, Claims().With("exp", long.MaxValue)),
            "fault in the entry" => Made(null, Claims().With("entry", yaml + "\nsurprise: 1\n")),
            "region of others" or "file beside it" => sound,
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        var outcome = Load(text, region: what == "region of others" ? "440000" : "450000", keepFile: what == "file beside it");

        var fault = Assert.Single(Assert.IsType<LoadOutcome.Faulty>(outcome).Faults, fault => fault.File == $"agencies/{Agency}.jws");
        Assert.Equal(code, fault.Fault.Code.Code);
    }

    [Fact]
    public void Load_EntryWithoutDirectory_HasNobodyToVouchForIt()
    {
        var files = SoundFiles.All().Where(file => file.Path != $"agencies/{Agency}.yaml").Append(new ConfigurationFile($"agencies/{Agency}.jws", Signed()));

        Assert.Contains(Assert.IsType<LoadOutcome.Faulty>(SoundFiles.Load([.. files])).Faults, fault => fault.Fault.Code == EntryFaults.SignerUnknown);
    }

    private string Signed() => EntryFile.Sign(_key, Kid, Signer, Agency, SoundFiles.Texts[$"agencies/{Agency}.yaml"], Issued, Until);

    private LoadOutcome Load(string entry, string region = "450000", bool keepFile = false)
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        var directory = $$"""
            signers:
              - name: {{Signer}}
                regions: ["{{region}}"]
                jwks: { keys: [{ kty: EC, crv: P-256, kid: {{Kid}}, x: "{{Base64Url.EncodeToString(point.X)}}", y: "{{Base64Url.EncodeToString(point.Y)}}" }] }
            """;
        return SoundFiles.Load(
        [
            .. SoundFiles.All().Where(file => keepFile || file.Path != $"agencies/{Agency}.yaml"),
            new ConfigurationFile("directory.yaml", directory), new ConfigurationFile($"agencies/{Agency}.jws", entry),
        ]);
    }

    private static JsonObject Header() => new() { ["alg"] = "ES256", ["typ"] = "directory-entry+jwt", ["kid"] = Kid };

    private static JsonObject Claims() => new()
    {
        ["iss"] = Signer, ["sub"] = Agency, ["iat"] = Issued.ToUnixTimeSeconds(), ["exp"] = Until.ToUnixTimeSeconds(), ["entry"] = SoundFiles.Texts[$"agencies/{Agency}.yaml"],
    };

    private string Made(JsonObject? header, JsonObject claims) => Made(header, claims.ToJsonString());

    private string Made(JsonObject? header, string claims)
    {
        var signed = $"{Part((header ?? Header()).ToJsonString())}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}

file static class JsonChanges
{
    /// <summary>The same object with a member set, or without it.</summary>
    public static JsonObject With(this JsonObject json, string name, JsonNode? value)
    {
        json.Remove(name);
        if (value is not null)
        {
            json[name] = value;
        }

        return json;
    }
}
