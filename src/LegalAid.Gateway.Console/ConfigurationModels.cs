using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.ConsolePages;

/// <summary>A configuration that waits for two people.</summary>
/// <param name="InFolder">It is what the folder of this node holds.</param>
/// <param name="Look">Where it is looked at, and asked for.</param>
public sealed record ProposedView(string Digest, DateTimeOffset At, bool InFolder, string Look);

/// <summary>What one configuration has otherwise than another.</summary>
/// <param name="InFolder">The new one is what the folder of this node holds.</param>
/// <param name="Notices">What of it concerns the people who approve.</param>
/// <param name="Warnings">As <c>check</c> gives them.</param>
public sealed record ChangeView(
    string From, string Digest, bool InFolder, ImmutableArray<FileView> Files, ImmutableArray<RowView> Rows, ImmutableArray<LocalizedText> Notices, ImmutableArray<string> Warnings);

/// <summary>A file that differs.</summary>
public sealed record FileView(LocalizedText Kind, string Path);

/// <summary>A row of the sharing matrix that differs, cell by cell; null on the side where there is none.</summary>
public sealed record RowView(LocalizedText Kind, ImmutableArray<string>? Before, ImmutableArray<string>? After);
