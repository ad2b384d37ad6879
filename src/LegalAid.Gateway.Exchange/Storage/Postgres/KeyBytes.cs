using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>A keyed hash as a key of a dictionary, by content.</summary>
internal readonly struct KeyBytes(ReadOnlyMemory<byte> value) : IEquatable<KeyBytes>
{
    private readonly ReadOnlyMemory<byte> _value = value;

    public static KeyBytes Of(ImmutableArray<byte> value) => new(value.AsMemory());

    public byte[] ToArray() => _value.ToArray();

    public bool Equals(KeyBytes other) => _value.Span.SequenceEqual(other._value.Span);

    public override bool Equals(object? obj) => obj is KeyBytes other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_value.Span);
        return hash.ToHashCode();
    }
}
