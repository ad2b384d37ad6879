using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace LegalAid.Gateway.Identity.Signatures;

/// <summary>A bare item of a structured field (RFC 9651), of the types that signatures and digests are written in.</summary>
public abstract record BareItem
{
    private BareItem()
    {
    }

    /// <summary>The item as RFC 9651 section 4.1 writes it, the one way there is.</summary>
    public abstract override string ToString();

    /// <summary>Up to 15 digits.</summary>
    public sealed record Integer(long Value) : BareItem
    {
        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A quoted text of visible ASCII and spaces.</summary>
    public sealed record Text(string Value) : BareItem
    {
        public override string ToString() =>
            $"\"{Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A word without quotes.</summary>
    public sealed record Token(string Value) : BareItem
    {
        public override string ToString() => Value;
    }

    /// <summary>Bytes, in base64 between colons.</summary>
    public sealed record Bytes(ReadOnlyMemory<byte> Value) : BareItem
    {
        public override string ToString() => $":{Convert.ToBase64String(Value.Span)}:";
    }

    /// <summary>?1 or ?0.</summary>
    public sealed record Flag(bool Value) : BareItem
    {
        public override string ToString() => Value ? "?1" : "?0";
    }
}

/// <summary>Parameters in their order; a key stands once, the last value counts (RFC 9651 section 4.2.3.2).</summary>
public sealed record FieldParameters(ImmutableArray<KeyValuePair<string, BareItem>> All)
{
    public static FieldParameters None { get; } = new([]);

    public BareItem? Find(string key)
    {
        foreach (var (name, value) in All)
        {
            if (name == key)
            {
                return value;
            }
        }

        return null;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in All)
        {
            text.Append(';').Append(name);
            if (value is not BareItem.Flag { Value: true })
            {
                text.Append('=').Append(value);
            }
        }

        return text.ToString();
    }
}

/// <summary>An item with its parameters.</summary>
public sealed record FieldItem(BareItem Value, FieldParameters Parameters)
{
    public override string ToString() => $"{Value}{Parameters}";
}

/// <summary>A member of a dictionary: one item, or an inner list of items.</summary>
public abstract record FieldMember(FieldParameters Parameters)
{
    public sealed record Single(BareItem Value, FieldParameters Parameters) : FieldMember(Parameters);

    public sealed record InnerList(ImmutableArray<FieldItem> Items, FieldParameters Parameters) : FieldMember(Parameters)
    {
        public override string ToString() => $"({string.Join(' ', Items)}){Parameters}";
    }
}
