using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Approvals;

/// <summary>A person at the desk. Whoever calls has seen to it that they may ask or decide.</summary>
/// <param name="Key">The same in every session of the person.</param>
/// <param name="Mark">The person in public evidence: a keyed hash.</param>
public sealed record ApprovalPerson(string Key, string Name, string Mark, string Role);

/// <summary>What came of asking: <paramref name="Row"/>, or why not.</summary>
public sealed record AskOutcome(ApprovalRow? Row, string Fault = "");

/// <summary>What came of a decision.</summary>
public enum DecideOutcome
{
    Decided,
    Unknown,

    /// <summary>It is not open any more: decided or expired.</summary>
    Closed,

    /// <summary>The one who asked does not decide.</summary>
    SamePerson,

    /// <summary>What was approved is not what is kept.</summary>
    OtherDigest,
}

/// <summary>
/// What takes two people (双人复核): one asks, another decides, and it is carried out once. Each of these is durable with its leaf in one transaction
/// before it counts.
/// <para>Where the process dies: before the decision is durable, nothing was decided. After it and before the act, the next <see cref="ResumeAsync"/>
/// carries it out. After the act and before its outcome is kept, the act finds itself done. An act whose store is away is left approved, and resumed.</para>
/// Safe on any thread and on several nodes.
/// </summary>
public sealed class ApprovalDesk
{
    /// <summary>Longest reason, in UTF-16 units.</summary>
    public const int ReasonCharsMax = 500;

    /// <summary>How long a request stands open.</summary>
    public static readonly TimeSpan OpenFor = TimeSpan.FromDays(3);

    private const int PageMax = 100;

    private readonly ILedgerStore _store;
    private readonly KeyRing _ring;
    private readonly Dictionary<string, IApprovedAct> _acts;
    private readonly IIdSource _ids;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public ApprovalDesk(
        ILedgerStore store, KeyRing ring, IEnumerable<IApprovedAct> acts, IIdSource ids, TimeProvider time, ILogger<ApprovalDesk> logger) =>
        (_store, _ring, _acts, _ids, _time, _logger) =
        (store, ring, acts.ToDictionary(act => act.Act, StringComparer.Ordinal), ids, time, logger);

    /// <summary>Asks for an act.</summary>
    /// <param name="target">What it is about, as the act understands it.</param>
    public async ValueTask<AskOutcome> AskAsync(
        string act, string target, string reason, ApprovalPerson by, CancellationToken cancellationToken)
    {
        if (!_acts.TryGetValue(act, out var known))
        {
            return new(null, "unknown-act");
        }

        if (OnOneLine(reason) is not { Length: > 0 and <= ReasonCharsMax } why)
        {
            return new(null, "reason");
        }

        var (order, fault) = await known.PrepareAsync(target, cancellationToken);
        if (order is null)
        {
            return new(null, fault);
        }

        var now = _time.GetUtcNow();
        var bytes = CanonicalJson.Canonicalise(order);
        var row = new ApprovalRow(
            new ApprovalId(_ids.NewId()), act, [.. bytes], CanonicalJson.Digest(bytes), why, by.Key, by.Name, now, now + OpenFor, ApprovalStatus.Asked);
        await _store.AddApprovalAsync(row, LeafOf(row, "asked", by, why), cancellationToken);
        return new(row);
    }

    /// <summary>Decides on what is asked, and carries it out where it is approved.</summary>
    /// <param name="digest">Of the order as the person saw it.</param>
    public async ValueTask<DecideOutcome> DecideAsync(
        ApprovalId id, bool approve, string digest, string reason, ApprovalPerson by, CancellationToken cancellationToken)
    {
        if (await _store.FindApprovalAsync(id, cancellationToken) is not { } row)
        {
            return DecideOutcome.Unknown;
        }

        var now = _time.GetUtcNow();
        if (row.Status != ApprovalStatus.Asked || now >= row.ExpiresAt)
        {
            return DecideOutcome.Closed;
        }

        if (row.AskedBy == by.Key)
        {
            return DecideOutcome.SamePerson;
        }

        if (row.Digest != digest || CanonicalJson.Digest(row.Order.AsSpan()) != digest)
        {
            return DecideOutcome.OtherDigest;
        }

        var why = OnOneLine(reason);
        var decided = row with
        {
            Status = approve ? ApprovalStatus.Approved : ApprovalStatus.Refused,
            DecidedBy = by.Key,
            DecidedName = by.Name,
            DecidedAt = now,
            DecisionReason = why[..Math.Min(why.Length, ReasonCharsMax)],
        };
        if (!await _store.MoveApprovalAsync(decided, ApprovalStatus.Asked, LeafOf(decided, approve ? "approved" : "refused", by, why), cancellationToken))
        {
            return DecideOutcome.Closed;
        }

        if (approve)
        {
            // The decision stands: its act is not the browser's to cancel.
            await RunAsync(decided, CancellationToken.None);
        }

        return DecideOutcome.Decided;
    }

    public ValueTask<ApprovalRow?> FindAsync(ApprovalId id, CancellationToken cancellationToken) => _store.FindApprovalAsync(id, cancellationToken);

    /// <summary>The newest first.</summary>
    public ValueTask<ImmutableArray<ApprovalRow>> ListAsync(CancellationToken cancellationToken) =>
        _store.ListApprovalsAsync(status: null, before: null, PageMax, cancellationToken);

    /// <summary>Carries out what was approved and is not done, and closes what nobody decided in time. Returns how many.</summary>
    public async Task<int> ResumeAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var row in await _store.ListApprovalsAsync(ApprovalStatus.Approved, before: null, PageMax, cancellationToken))
        {
            count += await RunAsync(row, cancellationToken) ? 1 : 0;
        }

        var now = _time.GetUtcNow();
        foreach (var row in await _store.ListApprovalsAsync(ApprovalStatus.Asked, before: null, PageMax, cancellationToken))
        {
            if (now >= row.ExpiresAt)
            {
                var expired = row with { Status = ApprovalStatus.Expired, EndedAt = now, Outcome = "expired" };
                count += await _store.MoveApprovalAsync(expired, ApprovalStatus.Asked, LeafOf(expired, "expired", by: null, ""), cancellationToken) ? 1 : 0;
            }
        }

        return count;
    }

    /// <summary>People press the return key; what is kept is one line.</summary>
    internal static string OnOneLine(string text) => string.Concat(text.ReplaceLineEndings(" ").Where(letter => !char.IsControl(letter))).Trim();

    private async ValueTask<bool> RunAsync(ApprovalRow row, CancellationToken cancellationToken)
    {
        ActOutcome outcome;
        try
        {
            var order = JsonNode.Parse(row.Order.AsSpan()) as JsonObject;
            outcome = order is not null && _acts.TryGetValue(row.Act, out var act)
                ? await act.RunAsync(row.Id, order, cancellationToken)
                : new ActOutcome(Done: false, "unknown-act");
        }
        catch (StoreUnavailableException)
        {
            return false; // it stays approved, and the next look finds it
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.ActFailed(_logger, failure, row.Id); // the edge of one act: what failed is looked at by a person, and tried again
            return false;
        }

        var ended = row with
        {
            Status = outcome.Done ? ApprovalStatus.Done : ApprovalStatus.Failed, EndedAt = _time.GetUtcNow(), Outcome = outcome.Word,
        };

        // Where another node was faster it has written the same: an act is the same on every node.
        return await _store.MoveApprovalAsync(ended, ApprovalStatus.Approved, LeafOf(ended, outcome.Done ? "done" : "failed", by: null, ""), cancellationToken);
    }

    private LeafRow LeafOf(ApprovalRow row, string rung, ApprovalPerson? by, string reason) =>
        ApprovalLeaf.Of(_ids, _ring, _time.GetUtcNow(), row, rung, by, reason);
}
