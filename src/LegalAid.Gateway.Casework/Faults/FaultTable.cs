using System.Collections.Frozen;
using System.Reflection;

namespace LegalAid.Gateway.Casework.Faults;

/// <summary>
/// The one table of error codes. Each module declares its rows in a static class of <c>public static readonly FaultCode</c>
/// fields marked <see cref="FaultRowsAttribute"/>; a table is those rows of some assemblies. A code that stands twice stops the start.
/// </summary>
public sealed class FaultTable
{
    private readonly FrozenDictionary<string, FaultCode> _byCode;

    private FaultTable(FrozenDictionary<string, FaultCode> byCode) => _byCode = byCode;

    /// <summary>All rows, by code in ordinal order.</summary>
    public IEnumerable<FaultCode> Rows => _byCode.Values.OrderBy(row => row.Code, StringComparer.Ordinal);

    /// <summary>The row of <paramref name="code"/>, or null where there is none.</summary>
    public FaultCode? Find(string code) => _byCode.GetValueOrDefault(code);

    /// <summary>Gathers the rows that the assemblies declare. Throws where a code stands twice or a row is not public static readonly.</summary>
    public static FaultTable Gather(params Assembly[] assemblies)
    {
        var rows = assemblies.Distinct()
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsDefined(typeof(FaultRowsAttribute), inherit: false))
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(field => field.FieldType == typeof(FaultCode))
            .Select(field => (FaultCode?)field.GetValue(null) ?? throw new InvalidOperationException($"{field.Name} is null"));
        return new FaultTable(rows.ToFrozenDictionary(row => row.Code, StringComparer.Ordinal));
    }
}

/// <summary>Marks a static class whose <see cref="FaultCode"/> fields are rows of the error table.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FaultRowsAttribute : Attribute;
