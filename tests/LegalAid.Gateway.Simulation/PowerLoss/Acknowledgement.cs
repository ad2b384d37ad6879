using System.Collections.Immutable;
using System.Text.Json;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>What a caller asked.</summary>
internal enum Deed
{
    /// <summary>Opens two exchanges at once.</summary>
    Ask,
    Note,
    Withdraw,

    /// <summary>Records a delivery as delivered.</summary>
    Settle,
}

/// <summary>
/// What the store had said was done, with what the caller was given for it. Written as one line into a file of the recorded directory, so
/// that it has its place in the order of what the store wrote.
/// </summary>
/// <param name="Request">Request id, by which the same is asked again; for Settle the delivery's id.</param>
/// <param name="Exchanges">Those opened or changed.</param>
/// <param name="Messages">One for each exchange; empty for Settle.</param>
/// <param name="Receipts">The signed receipts, one for each message.</param>
internal sealed record Acknowledgement(
    Deed Deed, string Request, ImmutableArray<Guid> Exchanges, ImmutableArray<Guid> Messages, ImmutableArray<string> Receipts)
{
    public const string FileName = "acknowledged";

    public static Acknowledgement Of(Deed deed, string request, CommandOutcome outcome) => outcome is CommandOutcome.Accepted accepted
        ? new Acknowledgement(
            deed, request, [.. accepted.Answers.Select(answer => answer.Exchange.Id.Value)], [.. accepted.Answers.Select(answer => answer.Receipt.Message.Value)],
            [.. accepted.Answers.Select(answer => answer.Receipt.Jws)])
        : throw new InvalidOperationException($"{deed} {request} was not accepted: {outcome}");

    public static Acknowledgement Of(DeliveryRow delivery) => new(Deed.Settle, delivery.Id.ToString(), [delivery.Exchange.Value], [], []);

    public static Acknowledgement Read(ReadOnlySpan<byte> line) =>
        JsonSerializer.Deserialize<Acknowledgement>(line) ?? throw new InvalidDataException("an empty acknowledgement");

    public byte[] Line() => [.. JsonSerializer.SerializeToUtf8Bytes(this), (byte)'\n'];

    /// <summary>Asks a command, for the first time or again.</summary>
    public static Task<CommandOutcome> AskAsync(ExchangeLedger ledger, Deed deed, string request, Guid exchange, CancellationToken cancellationToken) => deed switch
    {
        Deed.Ask => ledger.OpenAsync(
            new OpenCommand(SmallExchange.CourtId, SmallExchange.Id, [Opening("first"), Opening("second")], request), cancellationToken),
        Deed.Note => ledger.TakeAsync(
            new StepCommand(SmallExchange.CourtId, new ExchangeId(exchange), SmallExchange.Note, SmallExchange.Text(request), [], request), cancellationToken),
        Deed.Withdraw => ledger.TakeAsync(
            new StepCommand(SmallExchange.CourtId, new ExchangeId(exchange), SmallExchange.Withdraw, SmallExchange.Text(request), [], request), cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(deed), deed, "no command"),
    };

    private static Opening Opening(string text) => new(SmallExchange.Question(text: text), []);
}
