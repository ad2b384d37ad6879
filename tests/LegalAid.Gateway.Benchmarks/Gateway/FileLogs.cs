using System.Text;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Benchmarks.Gateway;

/// <summary>The gateway's log lines, written to a file as a service manager would: they are part of what a call costs.</summary>
internal sealed class FileLogs(string path) : ILoggerProvider
{
    private readonly StreamWriter _lines = new(path, append: true, Encoding.UTF8, bufferSize: 1 << 16);

    public ILogger CreateLogger(string categoryName) => new Lines(this, categoryName);

    /// <summary>A gateway that stops gives up its providers; the file outlives it, for the gateway that starts again.</summary>
    public void Dispose()
    {
        lock (_lines)
        {
            _lines.Flush();
        }
    }

    public void Close() => _lines.Dispose();

    private sealed class Lines(FileLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var line = $"{TimeProvider.System.GetUtcNow():O} {logLevel} {category} {formatter(state, exception)} {exception}";
            lock (logs._lines)
            {
                logs._lines.WriteLine(line);
            }

            if (logLevel >= LogLevel.Error)
            {
                Console.Error.WriteLine(line);
            }
        }
    }
}
