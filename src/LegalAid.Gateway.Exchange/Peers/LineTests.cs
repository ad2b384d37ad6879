using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>
/// Tests between gateways: an exchange of type <see cref="Type"/>, which the gateway opens in the name of an agency of its own toward one of the other's, and which the other
/// answers. There is no other path for it than the one of every message between gateways, so that what it proves is true of them. No agency is delivered anything of it.
/// </summary>
public sealed class LineTests(ILedgerStore store, ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration, KeyRing keys, IIdSource ids)
{
    /// <summary>The shipped type.</summary>
    public static readonly ExchangeTypeId Type = new("line-test");

    /// <summary>The state of a test that waits for the other's answer.</summary>
    public const string Sent = "sent";

    private const string Far = "far", Answer = "answer";
    private const int MessagesMax = 10, ReferenceBytes = 8;

    private readonly ExchangeVault _vault = new(store, configuration, keys);

    /// <summary>Sends one. Null where the configuration has no such type, or one that does not let these agencies take part.</summary>
    public Task<ExchangeId?> SendAsync(AgencyId near, AgencyId far, CancellationToken cancellationToken)
    {
        var reference = new byte[ReferenceBytes];
        ids.Fill(reference);
        var payload = new JsonObject { ["other"] = far.ResourceName, ["reference"] = Convert.ToHexStringLower(reference) };
        return ledger.OpenOwnAsync(new OwnOpening(near, Type, payload, $"{ids.NewId()}"), cancellationToken);
    }

    /// <summary>Answers the other's test, once however often it is asked to. What is none, or is answered, is left alone.</summary>
    public async Task AnswerAsync(ExchangeReading copy, CancellationToken cancellationToken)
    {
        if (IsToAnswer(copy) && copy.State.Parties.GetValueOrDefault(Far) is { } far && configuration.Current.Agencies.GatewayOf(far) is null)
        {
            var said = new JsonObject { ["reference"] = copy.State.View["test"]?["reference"]?.DeepClone() ?? "" };
            await ledger.TakeAsync(new StepCommand(far, copy.Id, new StepName(Answer), said, [], $"line-test:{copy.Id}"), cancellationToken);
        }
    }

    /// <summary>Whether it is another gateway's test, and no answer is on its way.</summary>
    public static bool IsToAnswer(ExchangeReading reading) =>
        reading.State is { Replica: { Relayed.IsEmpty: true } } state && state.Type.Id == Type && state.State.Value == Sent;

    /// <summary>How far a test of this gateway's own came; null where the exchange is none, or is erased.</summary>
    public async ValueTask<LineTestReading?> ReadAsync(ExchangeId id, CancellationToken cancellationToken)
    {
        if (await _vault.LoadAsync(id, withDocuments: false, cancellationToken) is not { Cipher: { } cipher } loaded
            || loaded.Reading.State is not { Replica: null } state || state.Type.Id != Type
            || configuration.Current.Agencies.GatewayOf(state.Parties[Far]) is not { } gateway)
        {
            return null;
        }

        var messages = (await store.ListMessagesAsync(id, 0, MessagesMax, cancellationToken)).Select(row => ExchangeVault.Read(row, cipher)).ToList();
        var rows = (await store.ListDeliveriesAsync(id, cancellationToken)).Where(row => row.Recipient == gateway).ToDictionary(row => row.Message);
        var answer = messages.Find(message => message.Event == Answer);
        return new LineTestReading(
            gateway,
            [
                new LineRung(LineRungKind.Committed, messages[0].CommittedAt, messages[0].ReceiptJws),
                await ArrivalAsync(LineRungKind.Taken, rows.GetValueOrDefault(messages[0].Id), cancellationToken),
                new LineRung(LineRungKind.Answered, answer?.CommittedAt, answer?.Relayed?.Jws),
                await ArrivalAsync(LineRungKind.Told, answer is null ? null : rows.GetValueOrDefault(answer.Id), cancellationToken),
            ]);
    }

    private async ValueTask<LineRung> ArrivalAsync(LineRungKind kind, DeliveryRow? row, CancellationToken cancellationToken) =>
        row is { Status: DeliveryStatus.Delivered }
            ? new LineRung(kind, row.DeliveredAt ?? row.SettledAt, await reader.DetailAsync(row, cancellationToken)) { Attempts = row.Attempts }
            : new LineRung(kind, At: null, Receipt: null) { Attempts = row?.Attempts ?? 0, Cause = row?.LastOutcome ?? "" };
}

/// <summary>What a test between gateways goes through, in this order.</summary>
public enum LineRungKind
{
    /// <summary>This gateway committed it; the receipt is its own.</summary>
    Committed,

    /// <summary>The other committed its copy; the receipt is the other's.</summary>
    Taken,

    /// <summary>The other's answer came by the other's own outbox, and was decided on here; the receipt is the other's, of the answer.</summary>
    Answered,

    /// <summary>The other was told of the decision; the receipt is the other's.</summary>
    Told,
}

/// <param name="At">When it was recorded here; null: not yet.</param>
/// <param name="Receipt">A compact JWS; null where there is none yet.</param>
public sealed record LineRung(LineRungKind Kind, DateTimeOffset? At, string? Receipt)
{
    /// <summary>Of the key that signed the receipt; null where there is none yet.</summary>
    public string? Kid => Receipt is { } jws ? (string?)JsonNode.Parse(Base64Url.DecodeFromChars(jws.AsSpan(0, jws.IndexOf('.'))))?["kid"] : null;

    /// <summary>Sendings so far.</summary>
    public int Attempts { get; init; }

    /// <summary>What the last sending ended with, as a delivery's; empty: nothing was sent yet.</summary>
    public string Cause { get; init; } = "";
}

/// <param name="Rungs">One of each kind, in their order.</param>
public sealed record LineTestReading(AgencyId Gateway, ImmutableArray<LineRung> Rungs);
