using System.Security.Cryptography;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>The secrets with which pushes are signed, by the names that agencies' configuration uses. Never in gateway-config.</summary>
public interface IPushSecrets
{
    /// <summary>The secret of that name as it is now, or null where there is none.</summary>
    PushSecret? Find(string name);
}

/// <summary>A secret shared with a recipient, after Standard Webhooks: <c>whsec_</c> and the base64 form of 24 to 64 bytes.</summary>
public sealed class PushSecret
{
    private const string Prefix = "whsec_";
    private const int BytesMin = 24;
    private const int BytesMax = 64;

    private readonly byte[] _key;

    private PushSecret(byte[] key) => _key = key;

    /// <summary>Reads <c>whsec_…</c>. Null where it is none.</summary>
    public static PushSecret? TryParse(string? text)
    {
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var key = new byte[BytesMax];
        return Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) && length >= BytesMin ? new PushSecret(key[..length]) : null;
    }

    internal byte[] Sign(ReadOnlySpan<byte> content) => HMACSHA256.HashData(_key, content);

    /// <summary>Says nothing of the key.</summary>
    public override string ToString() => Prefix + "…";
}
