using System.Buffers.Binary;
using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// What stands before a keyed hash in a unique key, so that keys written together lie together in the index. A hash alone lands anywhere: in a
/// large index each one costs a page read, a page in the log and a page in the file, where neighbours share theirs. The place is a function of
/// the value that is hashed, so equal values have equal keys, and the hash behind it is whole: no two values come closer to being one key.
/// </summary>
internal static class KeyPlace
{
    private const int StampBytes = 6;
    private const int SeriesBytes = 4;
    private const int SerialDigits = 9; // fits 32 bits

    /// <summary>
    /// The 48 bits of milliseconds with which a UUID of version 7 begins (RFC 9562 5.7); empty for any other request id. Such a time is of the
    /// client's choosing, says no more than when the record was committed, and concerns no person. Nothing else of a request id may stand in
    /// clear: clients have built ids of what they had at hand, and the key outlives erasure. ULIDs are left out for that: 26 letters and digits
    /// may be anything. A client with ids of another form is served as well, for a page of its own per request in a large store.
    /// </summary>
    public static ImmutableArray<byte> OfRequest(string requestId) =>
        Guid.TryParseExact(requestId, "D", out var id) && id is { Version: 7, Variant: >= 8 and <= 11 }
            ? [.. id.ToByteArray(bigEndian: true).AsSpan(0, StampBytes)]
            : [];

    /// <summary>
    /// A case's place among its neighbours: 4 bytes for the series (court, year and kind), 4 for the serial number, which counts up. In clear is the
    /// serial alone, and the case number is so on the exchange's own row.
    /// </summary>
    /// <param name="caseNumber">In its compared form.</param>
    public static ImmutableArray<byte> OfCase(KeyRing keys, string caseNumber)
    {
        var end = caseNumber.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        var start = end;
        while (start > 0 && end - start < SerialDigits && char.IsAsciiDigit(caseNumber[start - 1]))
        {
            start--;
        }

        var place = new byte[SeriesBytes + sizeof(uint)];
        keys.Blind("case-series", caseNumber.Remove(start, end - start)).AsSpan(0, SeriesBytes).CopyTo(place);
        BinaryPrimitives.WriteUInt32BigEndian(place.AsSpan(SeriesBytes), start == end ? 0 : uint.Parse(caseNumber.AsSpan(start, end - start), provider: null));
        return [.. place];
    }
}
