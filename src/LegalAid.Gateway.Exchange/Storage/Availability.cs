using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>
/// Whether the store does one part of its work at present, as its last calls told. It is said once when that ends and once when it is back, however
/// many calls meet it in between: they tell their callers and need not say it again. It is back when a call succeeds and none has failed for a
/// moment: on a full disk small writes still find room between others that do not. Safe on any thread.
/// </summary>
/// <param name="part">What is done to it: <c>written</c>, <c>read</c>.</param>
internal sealed partial class Availability(string part, ILogger logger)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private string? _trouble;
    private long _failedAt;

    /// <summary>Why it is not done at present; null while it is.</summary>
    public string? Trouble => Volatile.Read(ref _trouble);

    public void Failed(Exception cause)
    {
        Volatile.Write(ref _failedAt, Stopwatch.GetTimestamp());
        if (Interlocked.CompareExchange(ref _trouble, cause.Message, null) is null)
        {
            LogLost(logger, cause, part);
        }
    }

    public void Succeeded()
    {
        if (Trouble is not null && Stopwatch.GetElapsedTime(Volatile.Read(ref _failedAt)) >= Moment && Interlocked.Exchange(ref _trouble, null) is not null)
        {
            LogRegained(logger, part);
        }
    }

    [LoggerMessage(2142, LogLevel.Warning, "The ledger cannot be {Part} at present; it is tried again, and callers are told so")]
    private static partial void LogLost(ILogger logger, Exception cause, string part);

    [LoggerMessage(2143, LogLevel.Information, "The ledger is {Part} again")]
    private static partial void LogRegained(ILogger logger, string part);
}
