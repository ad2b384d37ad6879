using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>What the leaf of an access says, read from its entry by the verifier's own code.</summary>
/// <param name="Fields">"whole", or the paths that came through.</param>
/// <param name="Sealed">Base64 of who it was for and from where; empty where it seals nothing.</param>
public sealed record StatedAccess(
    Guid Leaf, DateTimeOffset At, string Agency, string Client, string Operation, string Purpose, ImmutableArray<string> Basis, ImmutableArray<string> Rules,
    string Fields, string Configuration, string Object, string Sealed, ImmutableArray<StatedSight> Seen)
{
    /// <summary>Null where the entry says less than every access says.</summary>
    public static StatedAccess? Read(byte[] entry)
    {
        try
        {
            if (StatedLeaf.Read(entry) is not { Agency: { } agency } leaf)
            {
                return null;
            }

            using var document = JsonDocument.Parse(entry);
            var root = document.RootElement;
            var stated = new StatedAccess(
                leaf.Id, leaf.At, agency, Text(root, "client"), Text(root, "operation"), Text(root, "purpose"), Texts(root, "basis"), Texts(root, "rules"),
                FieldsOf(root), Text(root, "configuration"), Text(root, "object"), Text(root, "sealed"),
                root.TryGetProperty("seen", out var seen) && seen.ValueKind == JsonValueKind.Array ? [.. seen.EnumerateArray().Select(SightOf)] : default);
            return stated.Client.Length > 0 && stated.Operation.Length > 0 && stated.Purpose.Length > 0 && !stated.Rules.IsEmpty && stated.Fields.Length > 0
                && stated.Configuration.Length > 0 && !stated.Seen.IsDefault
                    ? stated
                    : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null; // no JSON, or another kind of value than its name has
        }
    }

    private static StatedSight SightOf(JsonElement group) => new(
        Texts(group, "exchanges"), Texts(group, "parts"), Text(group, "purpose"), Texts(group, "basis"), Texts(group, "rules"), FieldsOf(group), Text(group, "configuration"));

    private static string FieldsOf(JsonElement of) =>
        of.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Array ? string.Join(' ', Texts(of, "fields")) : Text(of, "fields");

    private static string Text(JsonElement of, string name) => StatedLeaf.Text(of, name);

    private static ImmutableArray<string> Texts(JsonElement of, string name) =>
        of.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(text => text.GetString() ?? "")] : [];
}

/// <summary>Objects that were seen by the same rules.</summary>
/// <param name="Parts">Messages, documents or leaves of them; empty: what is seen of the exchanges themselves.</param>
/// <param name="Rules">Empty: those of the call alone.</param>
/// <param name="Configuration">Empty: the call's.</param>
public sealed record StatedSight(
    ImmutableArray<string> Exchanges, ImmutableArray<string> Parts, string Purpose, ImmutableArray<string> Basis, ImmutableArray<string> Rules, string Fields,
    string Configuration);

/// <summary>
/// Looks at the leaves of accesses: each says all that one says, and what it seals opens. That none is missing or was edited is the log's own business:
/// a leaf that is gone leaves its place empty. One thread.
/// </summary>
internal sealed class AccessCheck(KeyRing? ring, FindingList findings)
{
    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    public void Check(ArchivedLeaf leaf)
    {
        if (leaf.Kind != LeafKinds.Access)
        {
            return;
        }

        Count++;
        if (StatedAccess.Read(leaf.Entry) is not { } stated)
        {
            findings.Add(FindingCodes.AccessForm, EntryName.Leaf(leaf.Id));
            return;
        }

        try
        {
            _ = ring is null ? null : AccessPerson.Open(ring, stated.Leaf, stated.Sealed);
        }
        catch (Exception changed) when (changed is CryptographicException or JsonException)
        {
            findings.Add(FindingCodes.AccessSealed, EntryName.Leaf(leaf.Id));
        }
    }
}
