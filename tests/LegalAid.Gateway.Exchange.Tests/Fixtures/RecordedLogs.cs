using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Tests.Fixtures;

/// <summary>Keeps the ids of all events, by which a test sees how far the work is, and the text of Errors.</summary>
internal sealed class RecordedLogs
{
    public ConcurrentQueue<string> Errors { get; } = [];

    public ConcurrentQueue<int> Events { get; } = [];

    public ILogger<T> For<T>() => new Recorder<T>(this);

    private sealed class Recorder<T>(RecordedLogs logs) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            logs.Events.Enqueue(eventId.Id);
            if (logLevel >= LogLevel.Error)
            {
                logs.Errors.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");
            }
        }
    }
}
