namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>
/// The content of a file: what a sync has promised, and the changes since, each of which a power cut may take. A file that was there
/// before the record began is read when it is first needed.
/// </summary>
internal sealed class DiskFile(string? found = null)
{
    /// <summary>What a disk writes whole or not at all.</summary>
    private const int SectorBytes = 512;

    private readonly List<Change> _pending = [];
    private byte[]? _promised = found is null ? [] : null;

    /// <summary>Bytes at an offset, or (Data null) a new length; a write may also make the file longer.</summary>
    private readonly record struct Change(long Number, long Offset, ReadOnlyMemory<byte>? Data)
    {
        public long End => Offset + (Data?.Length ?? 0);

        /// <summary>The length after it of a file that had this one.</summary>
        public long Resize(long length) => Data is null ? Offset : Math.Max(length, End);
    }

    /// <summary>Whether nothing but the file as it was found is known of it.</summary>
    public string? Untouched => _promised is null && _pending.Count == 0 ? found : null;

    private byte[] Promised => _promised ??= File.ReadAllBytes(found!); // null only where it was found

    public void Write(long number, long offset, ReadOnlyMemory<byte> data) => _pending.Add(new Change(number, offset, data));

    public void Truncate(long number, long length) => _pending.Add(new Change(number, length, null));

    /// <summary>Makes the file at least as long.</summary>
    public void Allocate(long number, long end) => _pending.Add(new Change(number, end, ReadOnlyMemory<byte>.Empty));

    /// <summary>A sync that began at this number has ended: what stands before it is promised.</summary>
    public void Promise(long number)
    {
        var count = _pending.FindIndex(change => change.Number >= number);
        count = count < 0 ? _pending.Count : count;
        if (count > 0)
        {
            _promised = Content(Promised, _pending.Take(count), static (_, _) => true);
            _pending.RemoveRange(0, count);
        }
    }

    /// <summary>What nobody can take any more.</summary>
    public byte[] Least() => Promised;

    /// <summary>
    /// What may be left as well. Each sector keeps its changes up to a moment of its own, as whatever wrote it out had the content of
    /// that moment; the length has a moment too.
    /// </summary>
    /// <param name="moment">By the name of a sector or of the length: a number in [0, 1] of the way from nothing to everything.</param>
    public byte[] Some(Func<string, double> moment)
    {
        if (_pending.Count == 0)
        {
            return Promised;
        }

        var kept = new Dictionary<long, int>();
        var length = Moment("length");
        return Content(Promised, _pending, (index, sector) => index < (sector is { } number ? OfSector(number) : length));

        int OfSector(long number) => kept.TryGetValue(number, out var known) ? known : kept[number] = Moment(FormattableString.Invariant($"sector {number}"));
        int Moment(string what) => (int)Math.Round(moment(what) * _pending.Count);
    }

    /// <param name="survives">By the index of a change: whether its part in a sector is kept; or (null) what it does to the length.</param>
    private static byte[] Content(byte[] before, IEnumerable<Change> changes, Func<int, long?, bool> survives)
    {
        var list = changes.ToList();
        var (longest, length) = ((long)before.Length, (long)before.Length);
        foreach (var change in list)
        {
            longest = Math.Max(longest, change.End);
        }

        var content = new byte[longest];
        before.CopyTo(content, 0);
        foreach (var (index, change) in list.Index())
        {
            if (change.Data is { } data)
            {
                WriteSectors(content, change.Offset, data.Span, sector => survives(index, sector));
            }

            if (survives(index, null))
            {
                var resized = change.Resize(length);
                content.AsSpan((int)Math.Min(resized, length), (int)Math.Max(0, length - resized)).Clear(); // what is cut off reads as zeros if it grows again
                length = resized;
            }
        }

        Array.Resize(ref content, (int)length);
        return content;
    }

    private static void WriteSectors(byte[] content, long offset, ReadOnlySpan<byte> data, Func<long, bool> survives)
    {
        for (var at = 0; at < data.Length;)
        {
            var sector = (offset + at) / SectorBytes;
            var count = (int)Math.Min(data.Length - at, ((sector + 1) * SectorBytes) - (offset + at));
            if (survives(sector))
            {
                data.Slice(at, count).CopyTo(content.AsSpan((int)(offset + at)));
            }

            at += count;
        }
    }
}
