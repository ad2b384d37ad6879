using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence;

/// <summary>Kinds of evidence leaves.</summary>
public static class LeafKinds
{
    /// <summary>A message was committed.</summary>
    public const string Message = "message";

    /// <summary>A document was committed.</summary>
    public const string Attachment = "attachment";

    /// <summary>The recipient holds the message: a 2xx to a push, or an acknowledgement.</summary>
    public const string Delivered = "delivered";

    /// <summary>The recipient says that a person opened the message.</summary>
    public const string Opened = "opened";

    /// <summary>The recipient rejected the message, or delivery was given up, or was not made in time.</summary>
    public const string NotDelivered = "not-delivered";

    /// <summary>Nothing more is handed out to the recipient until an operator lets it go on.</summary>
    public const string Suspended = "suspended";

    /// <summary>An exchange's content was erased.</summary>
    public const string Erased = "erased";

    /// <summary>An operator held back, let go on, replayed or gave up deliveries.</summary>
    public const string Operator = "operator";

    /// <summary>An authenticated call was refused.</summary>
    public const string Refusal = "refusal";

    /// <summary>Something was read: who, for whom, from where, for what, by which rules, and what (<see cref="AccessEvidence"/>).</summary>
    public const string Access = "access";

    /// <summary>The log began a new origin, by an operator.</summary>
    public const string LogReconciled = "log-reconciled";

    /// <summary>Something that takes two people was asked for, decided on, or came to its end.</summary>
    public const string Approval = "approval";

    /// <summary>The address of a calendar was created or revoked.</summary>
    public const string CalendarFeed = "calendar-feed";

    /// <summary>An agency's system was invited, enrolled, changed its keys, or was shut out.</summary>
    public const string Enrolment = "enrolment";

    /// <summary>One of the gateway's own keys was announced, taken into use or taken out.</summary>
    public const string Key = "key";

    /// <summary>A configuration became active.</summary>
    public const string Configuration = "configuration";
}

/// <summary>Makes leaves: canonical JSON, hashed as RFC 6962 2.1 says. What a leaf says is public once the log is; payloads are only committed to.</summary>
public static class Leaf
{
    /// <param name="subject">What it is about within the exchange: a message, delivery or attachment.</param>
    /// <param name="facts">More claims. No personal data.</param>
    public static LeafRow Of(
        LeafId id, string kind, ExchangeId? exchange, Guid? subject, AgencyId? agency, DateTimeOffset at, JsonObject facts)
    {
        facts["v"] = 1;
        facts["id"] = id.ToString();
        facts["kind"] = kind;
        facts["at"] = Timestamps.Format(at);
        Put(facts, "exchange", exchange?.ToString());
        Put(facts, "subject", subject?.ToString());
        Put(facts, "agency", agency?.Value);
        var entry = CanonicalJson.Canonicalise(facts);
        return new LeafRow(id, kind, exchange, subject, agency, at, entry, Hash(entry));
    }

    /// <summary>RFC 6962 2.1: SHA-256(0x00 ‖ entry).</summary>
    public static byte[] Hash(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(entry);
        return hash.GetHashAndReset();
    }

    /// <summary>SHA-256(nonce ‖ content), lower-case hexadecimal: it cannot be confirmed by guessing the content.</summary>
    public static string Commitment(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(nonce);
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Put(JsonObject facts, string name, string? value)
    {
        if (value is not null)
        {
            facts[name] = value;
        }
    }
}
