using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Simulation.History;
using ReceiptMessage = LegalAid.Gateway.Contracts.Exchanges.V1.Receipt;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>
/// What the agencies write down, each as its own system would: the receipts it got, the deliveries it took. It lives outside of the
/// gateway and survives every kill. Thread-safe.
/// </summary>
internal sealed class Journal
{
    private readonly Lock _gate = new();
    private readonly List<Acknowledged> _acknowledged = [];
    private readonly List<RefusedRequest> _refused = [];
    private readonly List<Effect> _effects = [];
    private readonly List<string> _faults = [];
    private readonly HashSet<CheckpointSeen> _checkpoints = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly HashSet<(string, int)> _answered = [];

    /// <summary>The gateway's published keys, with which every receipt is verified.</summary>
    public JsonNode Jwks { get; set; } = new JsonObject();

    /// <summary>Answers given again to a request that had one.</summary>
    public int RepeatedAnswers { get; private set; }

    /// <summary>Deliveries handed out again to who had them.</summary>
    public int RepeatedDeliveries { get; private set; }

    public int AcknowledgedCount => Locked(() => _answered.Count);

    /// <summary>Writes down an outcome, after its receipt verified by the published keys.</summary>
    public void Acknowledge(string request, int index, int people, string agency, string step, string exchange, string notice, ReceiptMessage receipt)
    {
        var claims = ReceiptCheck.Verify(receipt.Jws, Jwks);
        var answer = new Acknowledged(
            request, index, agency, step, exchange, receipt.Message, receipt.PayloadDigest, Text(claims, "leaf"), receipt.Jws, notice, people);
        Locked(() =>
        {
            if (claims is null || Text(claims, "sub") != receipt.Message || Text(claims, "digest") != receipt.PayloadDigest
                || Text(claims, "event") != step || Text(claims, "agency") != agency)
            {
                _faults.Add($"the receipt of {request} does not verify");
            }

            if (claims?["checkpoint"] is JsonObject carried)
            {
                _checkpoints.Add(CheckpointOf(Text(carried, "origin"), carried["size"]?.GetValue<long>() ?? 0, Text(carried, "root")));
            }

            RepeatedAnswers += _answered.Add((request, index)) ? 0 : 1;
            _acknowledged.Add(answer);
            return true;
        });
    }

    public void Refuse(RefusedRequest refusal) => Locked(() =>
    {
        _refused.Add(refusal);
        return true;
    });

    /// <summary>Takes a delivery once. False where the recipient had it: it is acknowledged again and nothing else happens.</summary>
    public bool Take(Effect effect) => Locked(() =>
    {
        if (!_taken.Add(effect.Delivery))
        {
            RepeatedDeliveries++;
            return false;
        }

        _effects.Add(effect);
        return true;
    });

    /// <summary>A signed head of the log was given: its name, how many leaves, their root, then more lines and signatures.</summary>
    public void Witness(string note)
    {
        var lines = note.Split('\n');
        Locked(() => lines.Length > 3 && _checkpoints.Add(CheckpointOf(lines[0], long.Parse(lines[1], CultureInfo.InvariantCulture), lines[2])));
    }

    public void Fault(string text) => Locked(() =>
    {
        _faults.Add(text);
        return true;
    });

    /// <summary>The exchanges that were opened, each with who opened it.</summary>
    public IReadOnlyList<(string Agency, string Exchange)> Opened() => Locked(() =>
        _acknowledged.Where(answer => answer.Event == "submit").Select(answer => (answer.Agency, answer.Exchange)).Distinct().ToList());

    public RunHistory History(IReadOnlyList<ExchangeSeen> seen, StoreContent store) =>
        Locked(() => new RunHistory([.. _acknowledged], [.. _refused], [.. _effects], [.. _faults], seen, [.. _checkpoints], store));

    private static CheckpointSeen CheckpointOf(string origin, long size, string root) =>
        new(origin, size, Convert.ToHexStringLower(Convert.FromBase64String(root)));

    private T Locked<T>(Func<T> act)
    {
        lock (_gate)
        {
            return act();
        }
    }

    private static string Text(JsonObject? claims, string name) => claims?[name]?.GetValue<string>() ?? "";
}
