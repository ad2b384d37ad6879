using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>Settings of documents. Checked at start; all faults are reported together.</summary>
public sealed record AttachmentOptions
{
    /// <summary>Most bytes of a document that is uploaded in pieces. Default 2 GiB, 1 KiB to 64 GiB.</summary>
    public long BytesMax { get; init; } = 2L << 30;

    /// <summary>Most uploads of one agency under way. Default 16, 1 to 1,000.</summary>
    public int UploadsMax { get; init; } = 16;

    /// <summary>Most bytes that one agency's uploads under way are promised together. Default 16 GiB; at least <see cref="BytesMax"/>, at most 1 TiB.</summary>
    public long UploadBytesMax { get; init; } = 16L << 30;

    /// <summary>How long an upload may stand still before it is given up. Default 24 h, 1 min to 30 days.</summary>
    public TimeSpan IdleMax { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long one chunk of 256 KiB may take to come. Default 60 s, which is some 4 KiB a second; 1 s to 10 min.</summary>
    public TimeSpan ChunkTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often idle uploads are looked for. Default 5 min, 1 s to 1 h.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Media types that are taken; each must be one that <see cref="MediaTypes"/> can tell by its first bytes. Default: all of those.</summary>
    public ImmutableArray<string> Allowed { get; init; } = MediaTypes.Known;

    /// <summary>Every fault of these settings, in English; empty if there is none.</summary>
    public IReadOnlyList<string> Validate() => Settings.Faults(
        (BytesMax is >= 1 << 10 and <= 64L << 30, "BytesMax must be 1 KiB to 64 GiB"),
        (UploadsMax is >= 1 and <= 1000, "UploadsMax must be 1 to 1000"),
        (UploadBytesMax >= BytesMax && UploadBytesMax <= 1L << 40, "UploadBytesMax must be BytesMax to 1 TiB"),
        (IdleMax.IsWithin(TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)), "IdleMax must be 1 min to 30 days"),
        (ChunkTimeout.IsWithin(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)), "ChunkTimeout must be 1 s to 10 min"),
        (SweepInterval.IsWithin(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), "SweepInterval must be 1 s to 1 h"),
        (!Allowed.IsDefaultOrEmpty && Allowed.All(type => MediaTypes.Known.Contains(type)), "Allowed must name known media types"));

    /// <summary>These settings, or an exception that names every fault: the start stops.</summary>
    internal AttachmentOptions Required() => Settings.Required(this, Validate(), "attachment");
}
