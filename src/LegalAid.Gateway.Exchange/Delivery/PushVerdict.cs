using System.Globalization;
using LegalAid.Gateway.Exchange.Peers;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>What came back from one attempt: a closed set.</summary>
internal abstract record PushAnswer
{
    private PushAnswer()
    {
    }

    /// <summary>The recipient answered.</summary>
    /// <param name="RetryAfter">As the answer asks, not yet bounded; null where it does not.</param>
    public sealed record Answered(int Status, TimeSpan? RetryAfter) : PushAnswer
    {
        /// <summary>A message before this one is not there yet.</summary>
        public const string OutOfOrder = "out-of-order";

        /// <summary>What another gateway said; null from an agency.</summary>
        public PeerAnswer? Said { get; init; }

        /// <summary>Why, where another gateway's answer names it: a code of the table of faults, or <see cref="OutOfOrder"/>. Null: the status says all there is.</summary>
        public string? Code { get; init; }
    }

    /// <summary>No answer.</summary>
    public sealed record Failed(PushFailure Why) : PushAnswer;

    /// <summary>Documents of the message are on their way, and more of them arrived by this attempt.</summary>
    public sealed record UnderWay : PushAnswer;

    /// <summary>The message was erased before it could be sent.</summary>
    public sealed record Erased : PushAnswer;

    /// <summary>The recipient may not have the message; nothing was sent.</summary>
    public sealed record Withheld : PushAnswer;
}

/// <summary>Why there was no answer.</summary>
internal enum PushFailure
{
    /// <summary>None within the time; the recipient may have the message.</summary>
    Timeout,

    /// <summary>The name does not resolve, the connection was not made or broke; the recipient may have the message.</summary>
    Network,

    /// <summary>No TLS connection came about: a certificate was not accepted; nothing was sent.</summary>
    Insecure,

    /// <summary>The address is not allowed; nothing was sent.</summary>
    AddressRefused,

    /// <summary>A secret of the channel is not in the key folder; nothing was sent.</summary>
    SecretMissing,

    /// <summary>The gateway is stopping; the recipient may have the message.</summary>
    Stopping,

    /// <summary>The gateway could not make the message; nothing was sent.</summary>
    Unreadable,

    /// <summary>The answer is not signed by the gateway that was asked; it may have the message.</summary>
    Untrusted,
}

/// <summary>What an answer means for its delivery and for its recipient: a closed set. <paramref name="Outcome"/> is short and stable.</summary>
internal abstract record PushVerdict(string Outcome)
{
    public sealed record Delivered(string Outcome) : PushVerdict(Outcome);

    public sealed record Dead(string Outcome) : PushVerdict(Outcome);

    /// <param name="After">When this delivery is tried again at the earliest.</param>
    /// <param name="Pause">Not null: the recipient takes nothing at present, whatever is sent; nothing is sent to it for at least this long.</param>
    public sealed record Again(TimeSpan After, string Outcome, TimeSpan? Pause) : PushVerdict(Outcome);

    /// <summary>The recipient's address is gone: nothing is sent to it until an operator lets it go on, and this delivery waits with the others.</summary>
    public sealed record Suspend(string Outcome) : PushVerdict(Outcome);

    /// <summary>No row of the sharing matrix grants it: it waits for one.</summary>
    public sealed record Park(string Outcome) : PushVerdict(Outcome);

    /// <summary>
    /// 2xx: delivered. 410: the whole recipient is suspended and its deliveries wait; it speaks of the address and not of the message, and a
    /// message that a court sent must not die of a moved endpoint. 429, 502, 503, 504, no connection and no answer say that the recipient
    /// takes nothing now: it is paused. Everything else is tried again — a redirect or another 4xx too, since a recipient that is set up wrongly is
    /// put right without its messages being lost — until the attempts are used up.
    /// </summary>
    /// <param name="attempts">How many there were, this one included.</param>
    /// <param name="random">Of [0, 1).</param>
    public static PushVerdict Of(PushAnswer answer, int attempts, double random, DeliveryOptions options)
    {
        switch (answer)
        {
            case PushAnswer.Answered { Status: >= 200 and < 300 } good:
                return new Delivered(Text(good.Status));
            case PushAnswer.Answered { Status: 410 }:
                return new Suspend("410");
            case PushAnswer.Erased:
                return new Dead("erased");
            case PushAnswer.Withheld:
                return new Park(ParkedGrants.NotGranted);
            case PushAnswer.Failed { Why: PushFailure.Stopping }:
                return new Again(TimeSpan.Zero, Text(PushFailure.Stopping), Pause: null);
            case PushAnswer.UnderWay:
                return new Again(TimeSpan.Zero, "documents", Pause: null);
        }

        var cause = CauseOf(answer);
        if (attempts >= options.AttemptsMax)
        {
            return new Dead($"exhausted-{cause}");
        }

        var backoff = Backoff.Delay(attempts, random, options.BackoffBase, options.BackoffMax);
        var asked = (answer as PushAnswer.Answered)?.RetryAfter ?? TimeSpan.Zero;
        var honoured = asked < options.RetryAfterMax ? asked : options.RetryAfterMax;
        return new Again(backoff > honoured ? backoff : honoured, cause, TakesNothing(answer) ? honoured : null);
    }

    /// <summary>An answer, or that there was none, in a word.</summary>
    public static string CauseOf(PushAnswer answer) => answer is PushAnswer.Answered other ? other.Code ?? Text(other.Status) : Text(((PushAnswer.Failed)answer).Why);

    private static bool TakesNothing(PushAnswer answer) =>
        answer is PushAnswer.Answered { Status: 429 or 502 or 503 or 504 } or PushAnswer.Failed { Why: PushFailure.Timeout or PushFailure.Network or PushFailure.Insecure };

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);

    private static string Text(PushFailure failure) => failure switch
    {
        PushFailure.Timeout => "timeout",
        PushFailure.Network => "network",
        PushFailure.Insecure => "tls",
        PushFailure.AddressRefused => "address-refused",
        PushFailure.SecretMissing => "secret-missing",
        PushFailure.Stopping => "stopping",
        PushFailure.Unreadable => "unreadable",
        PushFailure.Untrusted => "untrusted",
        _ => throw new InvalidOperationException($"push failure {failure}"),
    };
}
