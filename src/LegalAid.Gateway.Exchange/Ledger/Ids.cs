namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>Identity of an exchange: a UUIDv7, so that newer ones sort later.</summary>
public readonly record struct ExchangeId(Guid Value) : IComparable<ExchangeId>
{
    private const string Collection = "exchanges/";

    public string ResourceName => Collection + Value;

    /// <summary>Reads <c>exchanges/{uuid}</c>, lower case, with hyphens.</summary>
    public static bool TryParseResourceName(string? text, out ExchangeId id)
    {
        var found = ResourceNames.TryRead(text, Collection, out var value);
        id = new ExchangeId(value);
        return found && id.ResourceName == text;
    }

    public int CompareTo(ExchangeId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString();
}

/// <summary>Identity of a message: a UUIDv7.</summary>
public readonly record struct MessageId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Identity of a delivery, one recipient × message: a UUIDv7, the same over all attempts.</summary>
public readonly record struct DeliveryId(Guid Value)
{
    private const string Collection = "mailbox/deliveries/";

    public string ResourceName => Collection + Value;

    /// <summary>Reads <c>mailbox/deliveries/{uuid}</c>, with hyphens.</summary>
    public static bool TryParseResourceName(string? text, out DeliveryId id)
    {
        var found = ResourceNames.TryRead(text, Collection, out var value);
        id = new DeliveryId(value);
        return found;
    }

    public override string ToString() => Value.ToString();
}

/// <summary>Identity of an attachment within its exchange: a UUIDv7.</summary>
public readonly record struct AttachmentId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Identity of an evidence leaf before it has an index: a UUIDv7.</summary>
public readonly record struct LeafId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Identity of the address of a calendar: a UUIDv7, so that newer ones sort later. It is no secret and gives no access.</summary>
public readonly record struct CalendarFeedId(Guid Value)
{
    private const string Collection = "calendarFeeds/";

    public string ResourceName => Collection + Value;

    /// <summary>Reads <c>calendarFeeds/{uuid}</c>, with hyphens.</summary>
    public static bool TryParseResourceName(string? text, out CalendarFeedId id)
    {
        var found = ResourceNames.TryRead(text, Collection, out var value);
        id = new CalendarFeedId(value);
        return found;
    }

    public override string ToString() => Value.ToString();
}

/// <summary>Names as callers write them.</summary>
file static class ResourceNames
{
    public static bool TryRead(string? text, string collection, out Guid id)
    {
        id = Guid.Empty;
        return text is not null && text.StartsWith(collection, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(collection.Length), "D", out id);
    }
}

/// <summary>Where ids and random bytes come from, so that a simulation can repeat them.</summary>
public interface IIdSource
{
    /// <summary>A new UUIDv7; later calls give later values within a process.</summary>
    Guid NewId();

    /// <summary>Fills with random bytes fit for keys and nonces.</summary>
    void Fill(Span<byte> bytes);
}
