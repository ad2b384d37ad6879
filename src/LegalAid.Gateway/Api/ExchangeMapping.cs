using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Exchange.Ledger;
using ClockState = LegalAid.Gateway.Contracts.Exchanges.V1.Clock.Types.State;
using ExchangeMessage = LegalAid.Gateway.Contracts.Exchanges.V1.Exchange;
using ReceiptMessage = LegalAid.Gateway.Contracts.Exchanges.V1.Receipt;

namespace LegalAid.Gateway.Api;

/// <summary>Turns what the ledger reads into what the contracts say. The reading is cut to the caller's sight before it comes here.</summary>
internal sealed class ExchangeMapping(CheckCatalogue checks)
{
    private const string TypeCollection = "exchangeTypes/";

    /// <summary>An exchange as its contract says it.</summary>
    public ExchangeMessage Exchange(ExchangeReading reading)
    {
        var state = reading.State;
        var message = new ExchangeMessage
        {
            Name = reading.Id.ResourceName,
            Type = TypeName(state.Type.Id),
            TypeDigest = state.Type.Digest,
            State = state.State.Value,
            Final = state.Final,
            Version = reading.Version,
            CaseNumber = reading.CaseNumber ?? "",
            NoticeId = reading.NoticeId.ToString(),
            View = Struct(state.View),
            OpenTime = reading.OpenedAtCivil.ToTimestamp(),
            UpdateTime = reading.UpdatedAt.ToTimestamp(),
            Erased = reading.Erased,
        };
        message.Parties.AddRange(state.Parties.Select(party => new Party { Role = party.Key, Agency = party.Value.ResourceName }));
        message.Clocks.AddRange(state.Type.Clocks.Select(clock => ClockOf(clock, state)));
        message.Flags.AddRange(state.Flags.Select(FlagOf));
        message.Attachments.AddRange(reading.Documents.Select(document => Document(reading.Id, document)));
        return message;
    }

    public static ReceiptMessage Receipt(ExchangeId exchange, Gateway.Exchange.Ledger.Receipt receipt) => new()
    {
        Message = MessageName(exchange, receipt.Message),
        PayloadDigest = receipt.PayloadDigest,
        CommitTime = receipt.CommittedAt.ToTimestamp(),
        Jws = receipt.Jws,
    };

    public static Attachment Document(ExchangeId exchange, DocumentReading document) => new()
    {
        Name = $"{exchange.ResourceName}/attachments/{document.Id}",
        Kind = document.Kind,
        FileName = document.FileName,
        MediaType = document.MediaType,
        SizeBytes = document.SizeBytes,
        Sha256 = document.Sha256,
        Sm3 = document.Sm3,
        CreateTime = document.CreatedAt.ToTimestamp(),
        Sender = document.Sender.ResourceName,
    };

    public static string MessageName(ExchangeId exchange, MessageId message) => $"{exchange.ResourceName}/messages/{message}";

    public static string TypeName(ExchangeTypeId type) => TypeCollection + type.Value;

    /// <summary>Reads <c>exchangeTypes/{type}</c>; the type need not exist.</summary>
    public static bool TryParseTypeName(string text, out ExchangeTypeId type)
    {
        var good = text.StartsWith(TypeCollection, StringComparison.Ordinal) && text.Length > TypeCollection.Length;
        type = good ? new ExchangeTypeId(text[TypeCollection.Length..]) : default;
        return good;
    }

    public static Struct Struct(JsonObject json) => JsonStructs.ToStruct(json);

    private static Clock ClockOf(ClockDefinition clock, ExchangeState state)
    {
        var message = new Clock
        {
            Clock_ = clock.Name.Value,
            TitleZh = clock.Title.Zh,
            TitleEn = clock.Title.En,
            State = ClockState.Waiting,
            LegalBasis = clock.Basis.ToString(),
            Mark = clock.Basis.MarkText,
        };
        if (state.Clocks.FirstOrDefault(run => run.Clock == clock.Name) is not { } run)
        {
            message.Obligated = state.Parties.TryGetValue(clock.Obligated.Value, out var party) ? party.ResourceName : "";
            return message;
        }

        message.State = run.Status switch
        {
            ClockStatus.Running => ClockState.Running,
            ClockStatus.Paused => ClockState.Paused,
            ClockStatus.Breached => ClockState.Breached,
            ClockStatus.Met or ClockStatus.Ended => ClockState.Met,
            ClockStatus.MetLate => ClockState.MetLate,
            ClockStatus.Cancelled => ClockState.Cancelled,
            _ => throw new InvalidOperationException($"clock status {run.Status}"),
        };
        message.Obligated = run.Obligated.ResourceName;
        message.StartTime = run.StartedAt.ToTimestamp();
        message.DueTime = run.DueAt.ToTimestamp();
        message.StopTime = run.StoppedAt?.ToTimestamp();
        message.Provisional = run.Provisional;
        message.CalendarVersion = run.CalendarVersion;
        return message;
    }

    /// <summary>A flag whose code this build no longer knows keeps its code and loses its text.</summary>
    private Flag FlagOf(string code) =>
        checks.FindFlag(code) is { } flag ? new Flag { Code = code, TextZh = flag.Zh, TextEn = flag.En } : new Flag { Code = code };
}
