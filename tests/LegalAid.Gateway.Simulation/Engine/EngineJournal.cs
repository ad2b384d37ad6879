using System.Buffers.Text;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.Engine;

/// <summary>What callers were told and recipients took in one simulated run. Thread-safe.</summary>
internal sealed class EngineJournal
{
    private readonly Lock _gate = new();
    private readonly List<Acknowledged> _acknowledged = [];
    private readonly List<RefusedRequest> _refused = [];
    private readonly List<Effect> _effects = [];
    private readonly List<string> _faults = [];
    private readonly HashSet<CheckpointSeen> _checkpoints = [];
    private readonly HashSet<Guid> _taken = [];

    public static string NameOf(ExchangeId exchange, MessageId message) => $"{exchange.ResourceName}/messages/{message}";

    /// <param name="subjects">What each opened exchange holds; empty for a step.</param>
    public void Accept(AgencyId caller, string step, string request, CommandOutcome.Accepted accepted, IReadOnlyList<string> subjects)
    {
        lock (_gate)
        {
            foreach (var (index, answer) in accepted.Answers.Index())
            {
                var (exchange, receipt) = (answer.Exchange, answer.Receipt);
                _acknowledged.Add(new Acknowledged(
                    request, index, caller.Value, step, exchange.Id.ResourceName, NameOf(exchange.Id, receipt.Message), receipt.PayloadDigest, LeafOf(receipt.Jws),
                    receipt.Jws, exchange.NoticeId.ToString(), accepted.Answers.Length, subjects.ElementAtOrDefault(index) ?? ""));
            }
        }
    }

    public void Refuse(AgencyId caller, string step, string request, ExchangeId? exchange, string code)
    {
        lock (_gate)
        {
            _refused.Add(new RefusedRequest(request, caller.Value, step, exchange?.ResourceName ?? "", code));
        }
    }

    /// <summary>A signed head of the log was given.</summary>
    public void Witness(CheckpointSeen checkpoint)
    {
        lock (_gate)
        {
            _checkpoints.Add(checkpoint);
        }
    }

    public void Fault(string text)
    {
        lock (_gate)
        {
            _faults.Add(text);
        }
    }

    /// <summary>A recipient writes a delivery down the first time it comes.</summary>
    public void Take(LeasedDelivery delivery)
    {
        var (row, message) = (delivery.Row, delivery.Envelope.Message);
        lock (_gate)
        {
            if (_taken.Add(row.Id.Value))
            {
                _effects.Add(new Effect(
                    row.Recipient.Value, row.Id.ToString(), row.Exchange.ResourceName, NameOf(row.Exchange, message.Id), message.Event, row.Sequence,
                    message.PayloadDigest, message.OccurredAtCivil,
                    message.Event.StartsWith("clock.", StringComparison.Ordinal) ? WordOf(delivery.Envelope.Payload) : null));
            }
        }
    }

    /// <summary>The exchanges that were opened, each with who opened it.</summary>
    public IReadOnlyList<(ExchangeId Exchange, AgencyId Opener)> Opened()
    {
        lock (_gate)
        {
            return
            [
                .. _acknowledged.Where(answer => answer.Event == SmallExchange.Ask.Value).DistinctBy(answer => answer.Exchange).Select(answer => (
                    ExchangeId.TryParseResourceName(answer.Exchange, out var id) ? id : throw new InvalidDataException(answer.Exchange), AgencyId.Parse(answer.Agency))),
            ];
        }
    }

    public RunHistory History(IReadOnlyList<ExchangeSeen> seen, StoreContent content)
    {
        lock (_gate)
        {
            return new RunHistory([.. _acknowledged], [.. _refused], [.. _effects], [.. _faults], seen, [.. _checkpoints], content);
        }
    }

    private static string LeafOf(string jws) =>
        JsonNode.Parse(Base64Url.DecodeFromChars(jws.Split('.')[1]))?["leaf"]?.GetValue<string>() ?? "";

    /// <summary>A clock's message always has these.</summary>
    private static ClockWord WordOf(JsonObject payload)
    {
        return new ClockWord(Text("clock"), payload["run"]!.GetValue<int>(), Text("obligated")["agencies/".Length..], InstantOf("startTime"), InstantOf("dueTime"));

        string Text(string name) => payload[name]!.GetValue<string>();
        DateTimeOffset InstantOf(string name) => DateTimeOffset.Parse(Text(name), CultureInfo.InvariantCulture);
    }
}
