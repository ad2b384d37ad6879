using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// Enters what came by itself into a verification, whether or not anybody works on it: a change that a body reported, an answer in a file. It is committed before this
/// returns; what follows from it is the verification's own run's.
/// </summary>
internal sealed class OutsideNews(ExchangeLedger ledger, ISnapshotSource configuration, VerificationDesk desk, IIdSource ids)
{
    /// <summary>True where it changed the verification; false where it is known already, or the verification is over.</summary>
    public async Task<bool> EnterAsync(ExchangeId verification, VerificationNews news, CancellationToken cancellationToken)
    {
        var taken = await ledger.TakeOwnAsync(
            verification,
            (state, now) =>
            {
                var snapshot = configuration.Current;
                if (state.Type.Id.Value != VerificationReading.Type)
                {
                    return null;
                }

                var reading = VerificationReading.Of(state, snapshot);
                var move = VerificationMoves.Next(state, reading, news, new SourceRoutes(snapshot, reading, now), () => AskIds.New(verification, ids), now);
                return move.Step is { } step ? new OwnStep(step, move.Progress.ToJson()) : null;
            },
            cancellationToken);
        if (taken)
        {
            desk.Wake(verification);
        }

        return taken;
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
