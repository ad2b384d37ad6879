using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>Reads <c>auth</c> of a connector. It names secrets and holds none.</summary>
internal sealed class ConnectorAuthenticationForm(bool plainText, FaultSink faults)
{
    private static readonly Dictionary<string, Kind> Kinds = new(StringComparer.Ordinal)
    {
        ["none"] = Kind.None, ["api-key"] = Kind.ApiKey, ["in-request"] = Kind.InRequest, ["client-credentials"] = Kind.ClientCredentials, ["signed"] = Kind.Signed,
    };

    private static readonly Dictionary<string, bool> Places = new(StringComparer.Ordinal) { ["header"] = false, ["body"] = true };

    private static readonly Dictionary<string, SignatureAlgorithm> Algorithms = new(StringComparer.Ordinal)
    {
        ["hmac-sha256"] = SignatureAlgorithm.HmacSha256, ["hmac-sm3"] = SignatureAlgorithm.HmacSm3,
    };

    private static readonly Dictionary<string, BytesForm> Encodings = new(StringComparer.Ordinal)
    {
        ["hex"] = BytesForm.HexLower, ["hex-upper"] = BytesForm.HexUpper, ["base64"] = BytesForm.Base64,
    };

    private static readonly Dictionary<string, TimestampForm> Timestamps = new(StringComparer.Ordinal)
    {
        ["unix-ms"] = TimestampForm.UnixMilliseconds, ["unix"] = TimestampForm.UnixSeconds, ["compact"] = TimestampForm.Compact,
    };

    private static readonly Dictionary<string, Separator> Separators = new(StringComparer.Ordinal)
    {
        ["newline"] = new("\n"), ["none"] = new(""), ["ampersand"] = new("&"), ["comma"] = new(","), ["bar"] = new("|"),
    };

    private static readonly Dictionary<string, SignedPart> Parts = new(StringComparer.Ordinal)
    {
        ["method"] = SignedPart.Method, ["path"] = SignedPart.Path, ["query"] = SignedPart.Query, ["timestamp"] = SignedPart.Timestamp, ["nonce"] = SignedPart.Nonce,
        ["key-id"] = SignedPart.KeyId, ["body-digest"] = SignedPart.BodyDigest, ["body"] = SignedPart.Body, ["secret"] = SignedPart.Secret,
    };

    private static readonly EquatableList<SignedPart> PartsDefault = new([SignedPart.Method, SignedPart.Path, SignedPart.Query, SignedPart.Timestamp, SignedPart.Nonce, SignedPart.BodyDigest]);

    private enum Kind
    {
        None,
        ApiKey,
        InRequest,
        ClientCredentials,
        Signed,
    }

    /// <summary>None where the node is absent; null where it is wrong.</summary>
    public ConnectorAuthentication? Read(YamlNode? node)
    {
        if (node is null)
        {
            return new ConnectorAuthentication.None();
        }

        if (MapReader.Open(node, faults) is not { } map || map.Choice("kind", Kinds) is not { } kind)
        {
            return null;
        }

        var before = faults.Count;
        ConnectorAuthentication? read = kind switch
        {
            Kind.None => new ConnectorAuthentication.None(),
            Kind.ApiKey => ReadKey(map),
            Kind.InRequest => map.Name("secret") is { } secret ? new ConnectorAuthentication.InRequest(secret.Text) : null,
            Kind.ClientCredentials => ReadClient(map),
            Kind.Signed => ReadRule(map) is { } rule ? new ConnectorAuthentication.Signed(rule) : null,
            _ => throw new InvalidOperationException($"kind {kind}"),
        };
        map.Close();
        return faults.Count > before ? null : read;
    }

    private ConnectorAuthentication.ApiKey? ReadKey(MapReader map)
    {
        var (header, secret) = (Header(map, "header", required: true), map.Name("secret"));
        return header is null || secret is null ? null : new ConnectorAuthentication.ApiKey(header, secret.Text);
    }

    private ConnectorAuthentication.ClientCredentials? ReadClient(MapReader map)
    {
        var address = ChannelForm.Address(map.Text("token-address", 500), plainText, faults);
        var (client, secret, scope) = (map.Text("client-id"), map.Name("secret"), map.OptionalText("scope", 500));
        var inBody = ScalarForms.Choice(map.Find("client-in"), Places, faults) ?? false;
        return address is null || client is null || secret is null ? null : new ConnectorAuthentication.ClientCredentials(address, client.Text, secret.Text, scope?.Text, inBody);
    }

    private SignatureRule? ReadRule(MapReader map)
    {
        var (algorithm, keyId, secret) = (map.Choice("algorithm", Algorithms), map.Text("key-id"), map.Name("secret"));
        var encoding = ScalarForms.Choice(map.Find("encoding"), Encodings, faults) ?? BytesForm.HexLower;
        var timestamp = ScalarForms.Choice(map.Find("timestamp"), Timestamps, faults) ?? TimestampForm.UnixMilliseconds;
        var separator = ScalarForms.Choice(map.Find("separator"), Separators, faults) ?? new Separator("\n");
        var parts = ReadParts(map);
        var headers = MapReader.Open(map.Require("headers"), faults);
        var (signature, time) = headers is null ? (null, null) : (Header(headers, "signature", required: true), Header(headers, "timestamp", required: true));
        var (nonce, key) = headers is null ? (null, null) : (Header(headers, "nonce", required: false), Header(headers, "key-id", required: false));
        headers?.Close();
        if (!parts.Contains(SignedPart.Timestamp) || !(parts.Contains(SignedPart.Body) || parts.Contains(SignedPart.BodyDigest)) || (parts.Contains(SignedPart.Nonce) != nonce is not null && headers is not null))
        {
            faults.Add(map.Find("canonical") ?? map.Node, ConnectorConfigurationFaults.CanonicalIncomplete);
        }

        return algorithm is null || keyId is null || secret is null || signature is null || time is null
            ? null
            : new SignatureRule(algorithm.Value, keyId.Text, secret.Text, encoding, timestamp, parts, separator.Text, signature, time, nonce, key);
    }

    private EquatableList<SignedPart> ReadParts(MapReader map)
    {
        if (map.Find("canonical") is null)
        {
            return PartsDefault;
        }

        var parts = map.List("canonical", 1, 12, node => ScalarForms.Choice(node, Parts, faults) is { } part ? new Named(part) : null);
        return new EquatableList<SignedPart>(parts.Select(named => named.Part));
    }

    private string? Header(MapReader map, string key, bool required)
    {
        var word = required ? map.Text(key, 64) : map.OptionalText(key, 64);
        if (word is not null && !HeaderForm.MayCarry(word.Text))
        {
            faults.Add(word.At, ServiceConfigurationFaults.HeaderInvalid);
            return null;
        }

        return word?.Text;
    }

    private sealed record Named(SignedPart Part);

    private readonly record struct Separator(string Text);
}
