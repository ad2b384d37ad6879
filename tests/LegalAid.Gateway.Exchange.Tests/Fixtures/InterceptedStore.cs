using System.Reflection;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Fixtures;

/// <summary>A store that a test can hold up or break at a member; what it does not touch goes to the real one.</summary>
public class InterceptedStore : DispatchProxy
{
    private ILedgerStore? _inner;
    private Func<string, object?[], object?>? _intercept;

    /// <param name="intercept">Given the member's name and its arguments: null to let the call through, else what it returns (or throw).</param>
    public static ILedgerStore Around(ILedgerStore inner, Func<string, object?[], object?> intercept)
    {
        var store = Create<ILedgerStore, InterceptedStore>();
        var proxy = (InterceptedStore)store;
        (proxy._inner, proxy._intercept) = (inner, intercept);
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _intercept?.Invoke(targetMethod!.Name, args ?? []) ?? targetMethod!.Invoke(_inner, args); // the proxy never passes null
}
