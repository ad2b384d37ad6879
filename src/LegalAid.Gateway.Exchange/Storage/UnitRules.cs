using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>What a caller must keep to; checked before a write is queued, so that a bug is thrown at its author.</summary>
internal static class UnitRules
{
    /// <summary>Most deliveries of one resolution: it is one write, and the others of its group wait for it.</summary>
    private const int ResolvedMax = 1000;

    private const int HashBytes = 32;
    private const int TileHashesMax = 256;

    public static void Require(CommitUnit unit)
    {
        for (var index = 0; index < unit.Exchanges.Length; index++)
        {
            var write = unit.Exchanges[index];
            Require(write.ExpectedVersion >= 0 && write.Row.Version > write.ExpectedVersion, "a version must grow");
            Require(write.Messages.All(message => message.Exchange == write.Row.Id), "a message of another exchange");
            Require(write.Attachments.All(attachment => attachment.Row.Exchange == write.Row.Id), "an attachment of another exchange");
            for (var earlier = 0; earlier < index; earlier++)
            {
                Require(unit.Exchanges[earlier].Row.Id != write.Row.Id, "an exchange stands twice in one unit");
            }
        }

        foreach (var settlement in unit.Settlements)
        {
            Require(settlement);
        }
    }

    public static void Require(ImmutableArray<SettingChange> changes) => Require(
        changes.Length is > 0 and <= SettingChange.CountMax && changes.All(change => change.Expected is not null || change.Value is not null)
            && changes.DistinctBy(change => change.Name).Count() == changes.Length,
        "settings are changed each once, from something or to something");

    public static void Require(LeaseRequest request) =>
        Require(request.CountMax > 0 && request.Until > request.Now, "a lease needs a count and an end after now");

    public static void Require(DeliverySettlement settlement)
    {
        Require(
            settlement.To is DeliveryStatus.Delivered or DeliveryStatus.Dead or DeliveryStatus.Pending or DeliveryStatus.Parked,
            "an outcome leads to delivered, dead, pending or parked");
        Require(settlement.To != DeliveryStatus.Pending || settlement.DueAt is not null, "a delivery to be tried again needs a due time");
    }

    public static void Require(ImmutableArray<DeliveryId> ids, DeliveryStatus from, DeliveryStatus to)
    {
        Require(ids.Length <= ResolvedMax, "too many at a time");
        Require(from is DeliveryStatus.Dead or DeliveryStatus.Parked, "only a stopped delivery is resolved");
        Require(to is DeliveryStatus.Pending or DeliveryStatus.WrittenOff, "a stopped delivery goes on or is written off");
    }

    public static void Require(UploadGrowth growth) =>
        Require(growth.Ordinal >= 0 && growth.BytesAfter > growth.BytesBefore && growth.BytesBefore >= 0, "an upload must grow");

    public static void Require(LogExtension extension)
    {
        var (before, after) = (extension.Before, extension.After);
        Require(after.Size == (before?.Size ?? 0) + extension.Leaves.Length, "the head moves by the leaves that get a place");
        Require(after.Epoch >= (before?.Epoch ?? 0), "an epoch never falls");
        Require(after.Root.Length == HashBytes, "a root is one hash");
        Require(
            extension.Tiles.All(tile => tile.Hashes.Length is >= HashBytes and <= HashBytes * TileHashesMax && tile.Hashes.Length % HashBytes == 0),
            "a tile is 1 to 256 hashes");
    }

    public static void Require(CalendarFeedRow row)
    {
        Require(row.TokenHash.Length == HashBytes && row.RequestKey.Length >= HashBytes && row.RequestDigest.Length == HashBytes, "a feed has hashes");
        Require(row.Station is null == row.LawyerTerm is not null && row.Station is null == row.LawyerCipher is not null, "a feed is of a station or of a lawyer");
        Require(row.ExpiresAt > row.CreatedAt && row.RevokedAt is null, "a new feed can be read");
    }

    private static void Require(bool good, string rule, [CallerArgumentExpression(nameof(good))] string? condition = null)
    {
        if (!good)
        {
            throw new ArgumentException(rule, condition);
        }
    }
}
