using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>Something wrong with a configuration file, and where.</summary>
/// <param name="Fault">What; its field is the path inside the file, such as <c>steps[2].from[0]</c>.</param>
/// <param name="File">Relative to the configuration folder; a folder's name where a whole folder is meant.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public sealed record ConfigurationFault(Fault Fault, string File, int Line, int Column)
{
    /// <summary>For a terminal: place, code, both texts and the remedy on one line.</summary>
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {Fault.Code} {Fault.Field}: {Fault.TextZh} / {Fault.TextEn}. {Fault.Code.RemedyZh} / {Fault.Code.RemedyEn}";
}

/// <summary>What came of loading: <see cref="Loaded"/> or <see cref="Faulty"/>, nothing else.</summary>
public abstract record LoadOutcome
{
    private LoadOutcome()
    {
    }

    /// <summary>All is well.</summary>
    /// <param name="Warnings">What an operator should know and need not change.</param>
    public sealed record Loaded(ConfigurationSnapshot Snapshot, IReadOnlyList<ConfigurationFault> Warnings) : LoadOutcome;

    /// <summary>At least one fault; every fault of every file, by file and line.</summary>
    public sealed record Faulty(IReadOnlyList<ConfigurationFault> Faults, IReadOnlyList<ConfigurationFault> Warnings) : LoadOutcome;
}

/// <summary>Bounds of the loader.</summary>
public sealed record ConfigurationOptions
{
    public static readonly ConfigurationOptions Default = new();

    /// <summary>Push addresses may be plain http. Default false; <c>allow-plain-text</c> in gateway.yaml turns it on too. For demo and test.</summary>
    public bool AllowPlainText { get; init; }

    /// <summary>Most files. Default 5,000: a province has some hundred agencies a city.</summary>
    public int FilesMax { get; init; } = 5_000;

    /// <summary>Most characters in one file. Default 1 Mi; a register of 10,000 lawyers is about three times that and is split.</summary>
    public int FileCharactersMax { get; init; } = 1 << 20;

    /// <summary>Deepest nesting. Default 20; the deepest file that ships has 7.</summary>
    public int DepthMax { get; init; } = 20;

    /// <summary>Most scalars, lists and mappings in one file. Default 100,000.</summary>
    public int NodesMax { get; init; } = 100_000;

    /// <summary>Most faults that are reported. Default 500; then one row says that there are more.</summary>
    public int FaultsMax { get; init; } = 500;
}
