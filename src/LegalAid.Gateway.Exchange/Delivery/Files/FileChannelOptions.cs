namespace LegalAid.Gateway.Exchange.Delivery.Files;

/// <summary>Settings of the file channel.</summary>
public sealed record FileChannelOptions
{
    /// <summary>Root of the agencies' folders, a full path.</summary>
    public required string Root { get; init; }

    /// <summary>Largest file of an inbox. Default 24 MiB.</summary>
    public int FileBytesMax { get; init; } = 24 << 20;

    /// <summary>Most messages that stand in an outbox and are not acknowledged. Default 500.</summary>
    public int OutstandingMax { get; init; } = 500;

    /// <summary>Most files of an inbox that are handled in one look. Default 100: an outbox does not wait for a full inbox.</summary>
    public int HandledMax { get; init; } = 100;

    /// <summary>How often an inbox is looked at. Default 1 s.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After how long a file whose handling failed is tried again. Default 30 s.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a message may stand in an outbox before it is leased again, which puts a package back that went missing. Default 10 min.
    /// </summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromMinutes(10);
}
