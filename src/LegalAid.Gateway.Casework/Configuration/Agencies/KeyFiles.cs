using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Casework.Signatures;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>A client's public keys.</summary>
/// <param name="Json">A JSON Web Key Set in canonical form.</param>
internal sealed record KeySet(string Json, ImmutableArray<(string Point, YamlNode At)> Points)
{
    /// <summary>Of a client that authenticates by certificate only.</summary>
    public static KeySet Empty { get; } = new("""{"keys":[]}""", []);
}

/// <summary>
/// Reads clients' public keys (RFC 7517), inline under <c>jwks</c> or from <c>clients/*.jwks.json</c> by <c>jwks-file</c>. JSON is
/// read by the same reader as YAML, of which it is a part, so that its faults have lines too.
/// </summary>
internal sealed class KeyFiles(IReadOnlyDictionary<string, YamlNode?> files)
{
    private const int KeysMax = 5, CoordinateBytes = 32;

    private static readonly Dictionary<string, bool> Uses = new(StringComparer.Ordinal) { ["sig"] = true };
    private static readonly Dictionary<string, Curve> Algorithms = new(StringComparer.Ordinal) { ["ES256"] = Curve.P256, ["SM2"] = Curve.Sm2 };
    private static readonly Dictionary<string, Curve> Curves = new(StringComparer.Ordinal) { ["P-256"] = Curve.P256, ["SM2"] = Curve.Sm2 };

    /// <summary>The keys of an entry; null with a fault where there are none.</summary>
    /// <param name="sm2">Whether they may be on SM2: those of clients. What else is signed here is signed on P-256.</param>
    public KeySet? Read(MapReader client, bool sm2 = false)
    {
        var inline = client.Find("jwks");
        var file = client.OptionalText("jwks-file");
        if (client.Node.Find("jwks-file") is null == inline is null)
        {
            client.Faults.Add(client.Node, ConfigurationFaults.EitherOr, "jwks, jwks-file");
            return null;
        }

        if (inline is not null)
        {
            return ReadSet(inline, sm2, client.Faults);
        }

        if (file is null)
        {
            return null;
        }

        if (!files.TryGetValue(file.Text, out var root))
        {
            client.Faults.Add(file.At, ConfigurationFaults.FileMissing, file.Text);
            return null;
        }

        return root is null ? null : ReadSet(root, sm2, client.Faults);
    }

    private static KeySet? ReadSet(YamlNode node, bool sm2, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var keys = map.List("keys", 1, KeysMax, key => ReadKey(key, sm2, faults));
        map.Close();
        MapReader.Once([.. keys.Select(key => key.Kid)], faults);
        var set = new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => (JsonNode)key.Json)]) };
        return keys.IsEmpty
            ? null
            : new KeySet(Encoding.UTF8.GetString(CanonicalJson.Canonicalise(set)), [.. keys.Select(key => (key.Point, (YamlNode)key.At))]);
    }

    private static PublicKey? ReadKey(YamlNode node, bool sm2, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        if (map.Find("d") is { } secret)
        {
            faults.Add(secret, AgencyFaults.KeyPrivate);
        }

        var (kty, crv, x, y, kid) = (map.Text("kty", 10), map.Text("crv", 20), map.Text("x"), map.Text("y"), map.Text("kid", 100));
        ScalarForms.Choice(map.Find("use"), Uses, faults);
        var algorithm = ScalarForms.Choice(map.Find("alg"), Algorithms, faults);
        map.Close();
        if (kty is null || crv is null || x is null || y is null || kid is null)
        {
            return null;
        }

        if (kty.Text != "EC" || !Curves.TryGetValue(crv.Text, out var curve) || (algorithm ?? curve) != curve || curve == Curve.Sm2 && !sm2 || !IsOnCurve(curve, x.Text, y.Text))
        {
            faults.Add(map.Node, AgencyFaults.KeyInvalid);
            return null;
        }

        var json = new JsonObject
        {
            ["kty"] = kty.Text, ["crv"] = crv.Text, ["x"] = x.Text, ["y"] = y.Text, ["kid"] = kid.Text, ["use"] = "sig", ["alg"] = Algorithms.First(one => one.Value == curve).Key,
        };
        return new PublicKey(json, kid, $"{x.Text}.{y.Text}", map.Node);
    }

    private static bool IsOnCurve(Curve curve, string x, string y)
    {
        Span<byte> first = stackalloc byte[CoordinateBytes], second = stackalloc byte[CoordinateBytes];
        if (!IsCoordinate(x, first) || !IsCoordinate(y, second))
        {
            return false;
        }

        if (curve == Curve.Sm2)
        {
            return Sm2Key.TryCreate(first, second) is not null;
        }

        var point = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = first.ToArray(), Y = second.ToArray() } };
        try
        {
            using var key = ECDsa.Create(point);
            return true;
        }
        catch (CryptographicException)
        {
            return false; // the platform checks that the point lies on the curve
        }
    }

    private static bool IsCoordinate(string text, Span<byte> bytes) =>
        text.Length == 43 && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == CoordinateBytes;

    private enum Curve
    {
        P256,
        Sm2,
    }

    private sealed record PublicKey(JsonObject Json, Word Kid, string Point, YamlNode At);
}
