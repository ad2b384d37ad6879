using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Tests.Fixtures;

/// <summary>Where a <see cref="LedgerWorld"/> lives that is to be found again by a later one: the same store, and the keys to read it.</summary>
internal sealed record LedgerHome(
    DirectoryInfo Folder, KeyRing Keys, Func<TimeProvider, ILogger, CancellationToken, Task<ILedgerStore>> OpenStore)
{
    /// <param name="bytes">Gives that many bytes: random ones, or the same again.</param>
    public static KeyRing NewKeys(Func<int, byte[]> bytes) =>
        new([new RingKey([1, 2, 3, 4, 5, 6, 7, 8], bytes(KeyRing.KeyBytes))], bytes(KeyRing.KeyBytes));
}
