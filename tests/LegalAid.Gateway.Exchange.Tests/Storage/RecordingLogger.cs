using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>Keeps what was logged as an error, so that a test fails on one it did not plant.</summary>
internal sealed class RecordingLogger : ILogger
{
    public ConcurrentQueue<string> Errors { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error)
        {
            Errors.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }
}
