using System.Runtime.CompilerServices;

namespace LegalAid.Gateway.Edge.Wire;

/// <summary>
/// Messages that stand for bytes which were no message. The gRPC server answers a deserializer's exception with INTERNAL and logs an error,
/// though the fault is the caller's; so the strict deserializer hands on an empty message with this mark, and the interceptor refuses it.
/// </summary>
internal static class MalformedMessages
{
    private static readonly ConditionalWeakTable<object, object> Marked = [];

    public static void Mark(object message) => Marked.Add(message, Marked);

    public static bool Contains(object message) => Marked.TryGetValue(message, out _);
}
