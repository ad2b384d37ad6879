namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>Settings of the ledger.</summary>
public sealed record LedgerOptions
{
    /// <summary>
    /// After how long a delivery that was not made counts as not made in time: that is recorded once, and the delivery goes on. Default 24 h
    /// after the commit; null: never.
    /// </summary>
    public TimeSpan? OverdueAfter { get; init; } = TimeSpan.FromHours(24);
}
