using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Simulation;

/// <summary>The same keys in every process and run: what one has written another can read.</summary>
internal static class FixedKeys
{
    public static KeyRing Ring { get; } = LedgerHome.NewKeys(static count => SHA256.HashData(Encoding.UTF8.GetBytes($"simulation {count}"))[..count]);
}
