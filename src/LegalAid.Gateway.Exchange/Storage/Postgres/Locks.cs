using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Numbers of the server's advisory locks. Two that fell together would make nodes wait for one another without need; nothing more.
/// <para>
/// A transaction takes its locks in one order, whatever it writes, and each kind by sorted key, so that none waits in a circle: configuration
/// (shared), idempotency keys, exchanges, uploads, holds, deliveries, recipients. Who holds an exchange's row may change what belongs to it.
/// </para>
/// </summary>
internal static class Locks
{
    public static long OfSchema(string schema) => Number("schema", schema);

    /// <summary>Shared by every group that names a configuration until it commits; taken alone to activate another.</summary>
    public static long OfConfiguration(string schema) => Number("configuration", schema);

    /// <summary>Taken by who suspends or pauses a recipient or lets it go on.</summary>
    public static long OfRecipients(string schema) => Number("recipients", schema);

    public static long OfDuty(string schema, string duty) => Number("duty " + duty, schema);

    private static long Number(string what, string schema) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"legalaid-gateway {schema} {what}")));
}
