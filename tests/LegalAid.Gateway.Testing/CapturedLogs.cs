using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Testing;

/// <summary>Keeps every line that a gateway logs, with its exception: what must not be logged is looked for here.</summary>
public sealed class CapturedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = [];

    /// <summary>Lines of level Error and above, in order.</summary>
    public IReadOnlyList<string> Errors => [.. _lines.Where(line => line.Level >= LogLevel.Error).Select(line => line.Text)];

    /// <summary>All lines from <paramref name="from"/> on.</summary>
    public IReadOnlyList<string> LinesFrom(int from) => [.. _lines.Skip(from).Select(line => line.Text)];

    public int Count => _lines.Count;

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    public void Dispose()
    {
        // Lines outlive the gateway: a test reads them after it stopped.
    }

    private sealed class Recorder(CapturedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                logs._lines.Enqueue((logLevel, $"{logLevel} {category} {eventId.Id} {formatter(state, exception)} {exception}"));
            }
        }
    }
}
