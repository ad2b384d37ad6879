using System.Globalization;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>Names of what is found wrong: resource names where a thing has one.</summary>
internal static class EntryName
{
    public static string Exchange(Guid id) => $"exchanges/{id}";

    public static string Message(Guid exchange, Guid message) => $"exchanges/{exchange}/messages/{message}";

    public static string Attachment(Guid exchange, Guid attachment) => $"exchanges/{exchange}/attachments/{attachment}";

    public static string Delivery(Guid exchange, Guid delivery) => $"exchanges/{exchange}/deliveries/{delivery}";

    public static string Approval(Guid id) => $"approvals/{id}";

    public static string Leaf(Guid id) => $"leaves/{id}";

    public static string Index(long index) => string.Create(CultureInfo.InvariantCulture, $"log/{index}");

    public static string Indexes(long first, long last) => first == last ? Index(first) : string.Create(CultureInfo.InvariantCulture, $"log/{first}..{last}");

    /// <summary>Of a place where no tile can be; others have their path.</summary>
    public static string Tile(int level, long position) => string.Create(CultureInfo.InvariantCulture, $"tile/{level}/{position}");

    public static string Checkpoint(long size) => string.Create(CultureInfo.InvariantCulture, $"checkpoints/{size}");
}
