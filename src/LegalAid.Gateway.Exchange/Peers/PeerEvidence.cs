using System.Security.Cryptography;
using System.Text;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>What a log says of another gateway's receipt: its digest. The receipt itself is sealed with the exchange.</summary>
internal static class PeerEvidence
{
    /// <summary>SHA-256 over the compact JWS, lower-case hexadecimal.</summary>
    public static string DigestOf(string jws) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(jws)));
}
