using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Evidence.Verification;

namespace LegalAid.Gateway.Operations;

/// <summary>The public halves of a key folder's keys.</summary>
internal static class PublishedKeys
{
    /// <summary>Keys that sign receipts, rotated ones included.</summary>
    public static ImmutableDictionary<string, VerifyingKey> OfReceipts(KeyFolder folder)
    {
        var keys = ImmutableDictionary.CreateBuilder<string, VerifyingKey>();
        foreach (var (kid, key) in folder.LoadSigningKeys(SigningPurpose.Receipt))
        {
            using (key)
            {
                keys.Add(kid, new VerifyingKey(kid, key.ExportParameters(includePrivateParameters: false).Q));
            }
        }

        return keys.ToImmutable();
    }
}
