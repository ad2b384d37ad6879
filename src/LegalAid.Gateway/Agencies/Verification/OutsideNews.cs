using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Ledger;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// Enters what came by itself into a verification, whether or not anybody works on it: a change that a body reported, an answer in a file. It is committed before this
/// returns; what follows from it is the verification's own run's.
/// </summary>
internal sealed class OutsideNews(
    ExchangeLedger ledger, ISnapshotSource configuration, VerificationDesk desk, IIdSource ids, TimeProvider time, IOptions<VerificationOptions> options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>True where it changed the verification; false where it is known already, or the verification is over.</summary>
    /// <exception cref="TimeoutException">Others kept the verification from being written for longer than <see cref="VerificationOptions.StepPatience"/>: the news is not in it.</exception>
    public async Task<bool> EnterAsync(ExchangeId verification, VerificationNews news, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var changes = false;
            var taken = await ledger.TakeOwnAsync(
                verification,
                (state, now) =>
                {
                    var own = StepOf(verification, state, news, now);
                    changes = own is not null;
                    return own;
                },
                cancellationToken);
            if (taken)
            {
                desk.Wake(verification);
            }

            if (taken || !changes)
            {
                return taken;
            }

            // A run that writes at the same time, or a configuration that this node does not have yet. Whoever brought the news forgets it once this returns.
            if (time.GetElapsedTime(begun) > options.Value.StepPatience)
            {
                throw new TimeoutException($"verification {verification} keeps changing: the news is not in it");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private OwnStep? StepOf(ExchangeId verification, ExchangeState state, VerificationNews news, DateTimeOffset now)
    {
        if (state.Type.Id.Value != VerificationReading.Type)
        {
            return null;
        }

        var snapshot = configuration.Current;
        var reading = VerificationReading.Of(state, snapshot);
        var move = VerificationMoves.Next(state, reading, news, new SourceRoutes(snapshot, reading, now), () => AskIds.New(verification, ids), now);
        return move.Step is { } name && state.Type.FindStep(name) is { } step && step.From.Contains(state.State) ? new OwnStep(name, move.Progress.ToJson()) : null;
    }
}

/// <summary>Ids of questions: the verification, so that an answer which comes hours later finds it, and what tells its questions apart. An agency learns nothing by one.</summary>
internal static class AskIds
{
    private const int ExchangeDigits = 32, OwnDigits = 8;

    public static string New(ExchangeId verification, IIdSource ids) => $"{verification.Value:N}-{ids.NewId().ToString("N")[^OwnDigits..]}";

    /// <summary>The verification that asked; null where the text is no question's id.</summary>
    public static ExchangeId? VerificationOf(string ask) =>
        ask.Length == ExchangeDigits + 1 + OwnDigits && ask[ExchangeDigits] == '-' && Guid.TryParseExact(ask[..ExchangeDigits], "N", out var id) ? new ExchangeId(id) : null;
}
