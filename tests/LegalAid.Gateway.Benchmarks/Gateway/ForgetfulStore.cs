using System.Reflection;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Benchmarks.Gateway;

/// <summary>Says of every unit that it was committed and keeps nothing; the rest goes to the real store. What is left is the engine's own cost.</summary>
public class ForgetfulStore : DispatchProxy
{
    private ILedgerStore? _inner;

    public static ILedgerStore Before(ILedgerStore inner)
    {
        var store = Create<ILedgerStore, ForgetfulStore>();
        ((ForgetfulStore)store)._inner = inner;
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod?.Name switch
    {
        nameof(ILedgerStore.CommitAsync) => ValueTask.FromResult<CommitOutcome>(CommitOutcome.Committed.Instance),
        nameof(ILedgerStore.FindIdempotencyAsync) => ValueTask.FromResult<IdempotencyRow?>(null),
        _ => targetMethod?.Invoke(_inner, args),
    };
}
