using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>All that a gateway writes where people's data have no business: logs, metrics, error texts, evidence, and the store's files in clear.</summary>
internal sealed class WrittenText : IDisposable
{
    private readonly ConcurrentQueue<string> _metrics = [], _errors = [];
    private readonly MeterListener _listener = new();
    private readonly GatewayFixture _gateway;

    public WrittenText(GatewayFixture gateway)
    {
        _gateway = gateway;
        _listener.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument); // every meter, also those of libraries
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Measured(instrument, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Measured(instrument, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Measured(instrument, tags));
        _listener.Start();
    }

    public int Measurements => _metrics.Count;

    public int Errors => _errors.Count;

    /// <summary>Adds what a caller was told in place of an answer.</summary>
    public void AddError(string text) => _errors.Enqueue(text);

    /// <summary>Where each of the texts was found: "place: text". Empty: nowhere.</summary>
    public IReadOnlyList<string> Find(IReadOnlyCollection<string> sought)
    {
        _listener.RecordObservableInstruments();
        (string Place, IReadOnlyCollection<string> Texts)[] places =
            [("logs", _gateway.Logs.LinesFrom(0)), ("metrics", _metrics), ("errors", _errors), ("leaves", _gateway.Store.Leaves())];
        return
        [
            .. from place in places from text in sought where place.Texts.Any(written => written.Contains(text, StringComparison.Ordinal)) select $"{place.Place}: {text}",
            .. from text in _gateway.Store.FindInClear(sought) select $"store: {text}",
        ];
    }

    public void Dispose() => _listener.Dispose();

    private void Measured(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = $"{instrument.Meter.Name} {instrument.Name} {instrument.Description}";
        foreach (var (name, value) in tags)
        {
            text += $" {name}={value}";
        }

        _metrics.Enqueue(text);
    }
}
