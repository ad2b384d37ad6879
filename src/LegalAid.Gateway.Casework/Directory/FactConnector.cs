using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>How an agency is asked for facts of one person (信息核查), from <c>connectors</c> of its file. Immutable.</summary>
public sealed record FactConnector
{
    public required string Id { get; init; }

    /// <summary>What goes out, and in which protocol.</summary>
    public required ConnectorCall Call { get; init; }

    /// <summary>Where it goes, and what the connection shows and trusts; null where nothing is connected to (files, mailbox).</summary>
    public ConnectorWire? Wire { get; init; }

    /// <summary>How the gateway proves who it is.</summary>
    public ConnectorAuthentication Authentication { get; init; } = new ConnectorAuthentication.None();

    /// <summary>For the whole call, token and answer included.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long an answer that comes by itself is waited for, civil time; default 3 days, 1 minute to 30 days.</summary>
    public TimeSpan AnswersWithin { get; init; } = AnswersWithinDefault;

    public static TimeSpan AnswersWithinDefault { get; } = TimeSpan.FromDays(3);

    /// <summary>A longer answer is refused whole.</summary>
    public required int AnswerBytesMax { get; init; }

    /// <summary>How the engine asks; nothing of it is done by the connector itself.</summary>
    public required ConnectorPace Pace { get; init; }

    /// <summary>How an answer is understood.</summary>
    public required AnswerReading Reading { get; init; }

    /// <summary>What the agency calls kinds of documents (证件类型代码); where there are any, it cannot be asked with other kinds.</summary>
    public ImmutableSortedDictionary<PersonDocumentKind, string> DocumentCodes { get; init; } = ImmutableSortedDictionary<PersonDocumentKind, string>.Empty;

    /// <summary>The facts that it can answer, each once.</summary>
    public ImmutableArray<FactMapping> Answers => Reading.Facts;
}

/// <summary>To whom a connection may lead, what it shows and whom it trusts. Equality by value: a connection outlives a reload that leaves this as it is.</summary>
/// <param name="Address">Without placeholders, query and trailing slash; they are the call's.</param>
/// <param name="AllowedAddresses">Networks in CIDR form to which the host may resolve; anything else is not connected to.</param>
/// <param name="Certificate">Name of the client certificate in the key folder (<c>connectors/{name}.pem</c>); null: none is shown.</param>
/// <param name="Authority">Name of the authorities in the key folder (<c>connectors/{name}.ca.pem</c>) that alone are trusted; null: the system's.</param>
public sealed record ConnectorWire(Uri Address, EquatableList<string> AllowedAddresses, string? Certificate, string? Authority);

/// <summary>The numbers by which the engine asks: each attempt is one call of the connector.</summary>
/// <param name="Retries">Further attempts after one that may be repeated; default 2, 0 to 5.</param>
/// <param name="HedgeAfter">A second attempt beside one that takes longer; null: none.</param>
/// <param name="ConcurrencyMax">Attempts under way at once; default 8, 1 to 64.</param>
/// <param name="Breaker">When it is left alone for a while.</param>
public sealed record ConnectorPace(int Retries, TimeSpan? HedgeAfter, int ConcurrencyMax, ConnectorBreaker Breaker)
{
    public static ConnectorPace Default { get; } = new(2, HedgeAfter: null, 8, ConnectorBreaker.Default);
}

/// <summary>After how much failure an agency is left alone (熔断).</summary>
/// <param name="FailurePercent">Share of failed attempts within the window; default 50, 1 to 100.</param>
/// <param name="AttemptsMin">Fewer attempts in the window say nothing; default 10, 2 to 1,000.</param>
/// <param name="Window">Default 30 s, 1 s to 10 min.</param>
/// <param name="Pause">How long it is left alone; default 15 s, 500 ms to 10 min.</param>
public sealed record ConnectorBreaker(int FailurePercent, int AttemptsMin, TimeSpan Window, TimeSpan Pause)
{
    public static ConnectorBreaker Default { get; } = new(50, 10, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(15));
}
