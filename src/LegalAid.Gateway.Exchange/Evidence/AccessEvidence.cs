using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence;

/// <summary>An access: one call, or one batch of a stream, whose answer is about to be released.</summary>
/// <param name="Client">The calling system.</param>
/// <param name="Operation">Full name of the method, or the published service.</param>
/// <param name="Grant">By which the call itself was let in.</param>
public sealed record Access(AgencyId Agency, string Client, string Operation, Granted Grant)
{
    /// <summary>The person or agency for whom the client acts; null: itself. Sealed: it may be a person.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The peer's address as the host's socket has it; null where it has none. Sealed.</summary>
    public string? From { get; init; }

    /// <summary>What was asked for, where it is no exchange: a published service's method and path template, or who an export is for.</summary>
    public string? Object { get; init; }

    /// <summary>What the answer lets see; none: the answer is that there is nothing.</summary>
    public IReadOnlyList<SeenObject> Seen { get; init; } = [];
}

/// <summary>
/// Keeps who read what, <b>before</b> it is released: one leaf for each call, appended durably, in one transaction with what others write at that moment.
/// Where it cannot be appended it throws, and nothing is released.
/// <para>
/// In clear stand ids, agencies, rules and fields. Who it was for and from where are sealed under the key ring inside the entry, so that the leaf and
/// every proof stay what they are whatever becomes of the key. It names exchanges in its entry and has none of its own: a party learns nothing of who
/// else reads, and an erasure, which touches only what is an exchange's, leaves it whole.
/// </para>
/// <para>If the process dies after the append, the leaf speaks of an answer that nobody got: evidence may claim too much here, never too little.</para>
/// </summary>
public sealed class AccessEvidence(ILedgerStore store, KeyRing keys, TimeProvider time, IIdSource ids)
{
    /// <summary>The key ring's purpose under which the sealed part is.</summary>
    public const string SealPurpose = "legalaid access";

    /// <summary>Most objects that one leaf names; the next leaf takes those behind. A page or batch has fewer.</summary>
    private const int SeenMax = 500;

    /// <exception cref="StoreUnavailableException">The leaf is not kept: release nothing.</exception>
    public async ValueTask RecordAsync(Access access, CancellationToken cancellationToken)
    {
        if (access.Seen.Count <= SeenMax)
        {
            await store.AppendLeafAsync(LeafOf(access), cancellationToken);
            return;
        }

        foreach (var part in access.Seen.Chunk(SeenMax))
        {
            await store.AppendLeafAsync(LeafOf(access with { Seen = part }), cancellationToken);
        }
    }

    private LeafRow LeafOf(Access access)
    {
        var id = new LeafId(ids.NewId());
        var facts = Facts(access.Grant);
        facts["client"] = access.Client;
        facts["operation"] = access.Operation;
        facts["configuration"] = access.Grant.Configuration;
        facts["seen"] = new JsonArray([.. access.Seen.GroupBy(seen => GroupOf(seen.Grant)).Select(group => (JsonNode)SeenFacts([.. group], access.Grant))]);
        if (access.Object is { } about)
        {
            facts["object"] = about;
        }

        if (access.OnBehalfOf is not null || access.From is not null)
        {
            facts["sealed"] = Convert.ToBase64String(keys.Seal(SealPurpose, id.Value, new AccessPerson(access.OnBehalfOf, access.From).ToUtf8()));
        }

        return Leaf.Of(id, LeafKinds.Access, exchange: null, subject: null, access.Agency, time.GetUtcNow(), facts);
    }

    /// <summary>Rules, purpose and configuration say everything else.</summary>
    private static string GroupOf(Granted? grant) =>
        grant is null ? "" : $"{grant.Configuration} {grant.By.Purpose} {string.Join(' ', grant.By.Rows.Select(row => row.Id))}";

    private static JsonObject SeenFacts(SeenObject[] seen, Granted call)
    {
        var grant = seen[0].Grant;
        var facts = grant is null ? [] : Facts(grant);
        facts["exchanges"] = Texts(seen.Select(one => one.Exchange.ToString()).Distinct(StringComparer.Ordinal));
        if (seen.Any(one => one.Part is not null))
        {
            facts["parts"] = Texts(seen.Where(one => one.Part is not null).Select(one => one.Part.GetValueOrDefault().ToString("D")));
        }

        if (grant is not null && grant.Configuration != call.Configuration)
        {
            facts["configuration"] = grant.Configuration; // it was changed while the call ran
        }

        return facts;
    }

    /// <summary>Which rules, on what ground, for what, and which fields.</summary>
    private static JsonObject Facts(Granted grant) => new()
    {
        ["rules"] = Texts(grant.By.Rows.Select(row => row.Id)),
        ["basis"] = Texts(grant.By.Rows.Select(row => row.Basis.ToString()).Distinct(StringComparer.Ordinal)),
        ["purpose"] = grant.By.Purpose.Name,
        ["fields"] = grant.By.Fields.IsEverything ? "whole" : Texts(grant.By.Fields.Paths),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}

/// <summary>The sealed part of an access: for whom, and from where.</summary>
public sealed record AccessPerson(string? OnBehalfOf, string? From)
{
    /// <summary>What the entry of an access seals; null where it seals nothing, or its key was taken out of the ring.</summary>
    /// <param name="base64">As the entry has it.</param>
    /// <exception cref="CryptographicException">It was changed, or belongs to another leaf.</exception>
    public static AccessPerson? Open(KeyRing keys, Guid leaf, string base64) =>
        base64.Length > 0 && keys.Open(AccessEvidence.SealPurpose, leaf, Bytes(base64)) is { } utf8
            ? JsonSerializer.Deserialize<AccessPerson>(utf8)
            : null;

    internal byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this);

    private static byte[] Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : throw new CryptographicException("the sealed part is no Base64");
    }
}
