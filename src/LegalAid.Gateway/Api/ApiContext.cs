using System.Diagnostics;
using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Edge.Signatures;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Api;

/// <summary>How a command came.</summary>
/// <param name="TraceParent">The W3C trace context that deliveries carry on; empty: none.</param>
/// <param name="Signature">The caller's own signature of it; null: none.</param>
internal readonly record struct CallOrigin(string TraceParent, SenderSignature? Signature = null);

/// <summary>What every service needs of a call.</summary>
internal static class ApiContext
{
    public static Caller Caller(this ServerCallContext context) => context.GetHttpContext().GetCaller();

    /// <summary>Who asks the ledger, and for what, as the gate admitted it.</summary>
    public static Asker Asker(this ServerCallContext context) => context.GetHttpContext().GetAsker();

    /// <summary>The same of an endpoint that is no gRPC method. Throws where the gate was not asked: a bug in the endpoint's mapping.</summary>
    public static Asker GetAsker(this HttpContext context) =>
        context.Features.Get<AdmittedCall>()?.Asker ?? throw new InvalidOperationException("The gate was not asked about this call.");

    /// <summary>How a command came.</summary>
    public static CallOrigin Origin(this ServerCallContext context) => new(context.TraceParent(), context.GetHttpContext().SenderSignature());

    /// <summary>The W3C trace context that deliveries carry on; empty where the call has none.</summary>
    public static string TraceParent(this ServerCallContext context) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : "";

    /// <summary>Reads <c>{collection}/{uuid}</c>; a malformed name throws a refusal, an unknown one is for the ledger to say.</summary>
    public static ExchangeId ExchangeOf(string name, string collection = "exchanges", string field = "name") =>
        name.StartsWith(collection + "/", StringComparison.Ordinal)
        && ExchangeId.TryParseResourceName("exchanges/" + name[(collection.Length + 1)..], out var id)
            ? id
            : throw Refusals.Of(new Fault(ApiFaults.ResourceName, field));

    /// <summary>Reads <c>exchanges/{uuid}/{collection}/{uuid}</c>; a malformed name throws a refusal.</summary>
    public static (ExchangeId Exchange, Guid Part) PartOf(string name, string collection, string field = "name") =>
        TryReadPart(name, collection, out var read) ? read : throw Refusals.Of(new Fault(ApiFaults.ResourceName, field));

    /// <summary>The same as a value.</summary>
    public static bool TryReadPart(string name, string collection, out (ExchangeId Exchange, Guid Part) read)
    {
        read = default;
        if (name.Split($"/{collection}/") is not [var parent, var last]
            || !ExchangeId.TryParseResourceName(parent, out var exchange) || !Guid.TryParseExact(last, "D", out var part))
        {
            return false;
        }

        read = (exchange, part);
        return true;
    }

    /// <summary>The expected version of a request; 0 means whichever.</summary>
    public static long? VersionOf(long expected) => expected switch
    {
        0 => null,
        > 0 => expected,
        _ => throw Refusals.Of(new Fault(ApiFaults.ExpectedVersion, "expectedVersion")),
    };

    /// <summary>The answers of an accepted command. A refused one throws, its fields as the request's own paths.</summary>
    public static IReadOnlyList<StepAnswer> AnswersOr(this CommandOutcome outcome, Func<string, string> path) => outcome switch
    {
        CommandOutcome.Accepted accepted => accepted.Answers,
        CommandOutcome.Refused refused => throw new RefusalException([.. refused.Faults.Select(fault => fault with { Field = path(fault.Field) })]),
        _ => throw new InvalidOperationException($"outcome {outcome}"),
    };

    /// <summary>Throws a refusal where there is a fault.</summary>
    public static void ThrowIfAny(this List<Fault> faults)
    {
        if (faults.Count > 0)
        {
            throw new RefusalException(faults);
        }
    }
}
