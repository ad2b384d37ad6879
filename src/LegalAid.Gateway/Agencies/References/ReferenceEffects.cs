using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Agencies.References;

/// <summary>
/// Carries out on an exchange what another one that refers to it has done (业务间联动): for each step that the other's type names, the gateway takes the step that it names here,
/// in the order of the other's messages. Each is committed for itself, after the other's own commit: the exchange here keeps which message of the other it has seen last, so that
/// going over them again changes nothing, whoever does it and however late. What counts from an instant counts from the other's step.
/// </summary>
internal sealed class ReferenceEffects(ExchangeLedger ledger, ExchangeReader reader, ILogger<ReferenceEffects> logger)
{
    /// <summary>Most exchanges that are kept of those that refer to one. Of more, the oldest are forgotten; to go over their messages again is harmless, as their instants are their own.</summary>
    public const int ReferringMax = 100;

    private const int PageMax = 200;

    /// <summary>Nothing where the exchange refers to none.</summary>
    public async Task CarryOutAsync(ExchangeReading referring, CancellationToken cancellationToken)
    {
        var state = referring.State;
        if (state.Type.Reference is not { } reference || TargetOf(state) is not { } target)
        {
            return;
        }

        var effects = reference.Effects.Where(effect => effect.When.All(rule => Holds(rule, state.View))).ToList();
        var after = 0L;
        while (effects.Count > 0)
        {
            var page = await reader.ListStepsAsync(referring.Id, after, PageMax, cancellationToken);
            foreach (var step in page)
            {
                if (effects.Find(effect => effect.On.Contains(new StepName(step.Event))) is { } effect
                    && !await TakeAsync(target, effect.Take, referring, step, cancellationToken))
                {
                    return; // the ones behind it wait as well: the sweep comes again
                }
            }

            if (page.Length < PageMax)
            {
                return;
            }

            after = page[^1].Sequence;
        }
    }

    /// <summary>The exchange that this one refers to; null where it refers to none.</summary>
    public static ExchangeId? TargetOf(ExchangeState state) =>
        state.Type.Reference?.Path.FindText(state.View) is { } name && ExchangeId.TryParseResourceName(name, out var id) ? id : null;

    /// <summary>True where it was taken, now or before.</summary>
    private async Task<bool> TakeAsync(ExchangeId target, StepName take, ExchangeReading referring, StepReading step, CancellationToken cancellationToken)
    {
        var known = false;
        var taken = await ledger.TakeOwnAsync(
            target,
            (state, _) =>
            {
                known = false;
                if (state.Type.FindStep(take)?.View is not ViewChange.Put put || !IsOf(state, referring.State))
                {
                    return null;
                }

                var seen = (state.View[put.Section]?["referring"] as JsonArray ?? []).OfType<JsonObject>().ToList();
                known = seen.Any(other => (string?)other["exchange"] == referring.Id.ResourceName && SequenceOf(other) >= step.Sequence);
                return known ? null : new OwnStep(take, Payload(referring, step, seen));
            },
            cancellationToken);
        if (taken)
        {
            Log.Taken(logger, referring.Id, step.Event, target, take.Value);
        }

        return taken || known;
    }

    /// <summary>The opener was a party there when it referred to it, and is one now: else nothing of the one is the other's business.</summary>
    private static bool IsOf(ExchangeState target, ExchangeState referring) =>
        referring.Type.Reference is { } reference && reference.Types.Contains(target.Type.Id)
        && referring.Parties.TryGetValue(referring.Type.Opener.Value, out var opener) && target.RolesOf(opener).Any();

    private static JsonObject Payload(ExchangeReading referring, StepReading step, List<JsonObject> seen)
    {
        var (name, at) = (referring.Id.ResourceName, Timestamps.Format(step.TakenAtCivil));
        var now = new JsonObject
        {
            ["exchange"] = name,
            ["type"] = $"exchangeTypes/{referring.State.Type.Id}",
            ["step"] = step.Event,
            ["sequence"] = step.Sequence.ToString(CultureInfo.InvariantCulture),
            ["occurTime"] = at,
        };
        var others = seen.Where(other => (string?)other["exchange"] != name).Select(other => other.DeepClone()).TakeLast(ReferringMax - 1);
        return new JsonObject { ["exchange"] = name, ["occurTime"] = at, ["referring"] = new JsonArray([.. others, now]) };
    }

    /// <summary>As JSON has a number of 64 bits: text.</summary>
    private static long SequenceOf(JsonObject other) => long.TryParse((string?)other["sequence"], CultureInfo.InvariantCulture, out var sequence) ? sequence : 0;

    private static bool Holds(ValueRule rule, JsonObject view) =>
        (rule.Path.FindText(view) is { } text && rule.Values.Contains(text, StringComparer.Ordinal)) != rule.Negated;
}
