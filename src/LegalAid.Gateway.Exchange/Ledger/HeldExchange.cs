namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// An exchange as it stood after a commit or a read of this process, kept by whoever goes on with it: what is decided on it needs no read, and where it has moved on since,
/// the commit finds that and it is read again.
/// </summary>
public sealed class HeldExchange
{
    internal HeldExchange(LoadedExchange loaded) => Loaded = loaded;

    /// <summary>The exchange, whole, with its documents.</summary>
    public ExchangeReading Reading => Loaded.Reading;

    internal LoadedExchange Loaded { get; }

    internal static HeldExchange After(BuiltCommit built) => new(new LoadedExchange(built.Write.Row, built.Answer.Exchange, built.Cipher));
}

/// <summary>A step that was committed here.</summary>
/// <param name="Held">The exchange after it.</param>
/// <param name="ByGateway">Whether it was the gateway's own, taken by itself; not where it was committed with an agency's opening.</param>
public readonly record struct Advance(HeldExchange Held, bool ByGateway);

/// <summary>What became of a step of the gateway's own.</summary>
/// <param name="Written">Whether it is committed.</param>
/// <param name="Held">The exchange after it, or as it was last looked at where nothing was written; null where there is none, or others keep changing it.</param>
public sealed record OwnTaken(bool Written, HeldExchange? Held);

/// <summary>Says what the gateway itself does at once with an exchange that is being opened; null: nothing.</summary>
/// <param name="id">The exchange's id, which nobody else has yet.</param>
/// <param name="state">The exchange as the opening leaves it.</param>
/// <param name="now">Civil time of the opening.</param>
public delegate ValueTask<OwnStep?> OpeningFollowUp(ExchangeId id, Casework.Transitions.ExchangeState state, DateTimeOffset now, CancellationToken cancellationToken);
