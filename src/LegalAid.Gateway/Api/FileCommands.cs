using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Limits;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Delivery.Files;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Quotas;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Statements;

namespace LegalAid.Gateway.Api;

/// <summary>
/// Commands that come as files. The file is a JWS in compact form by an enrolled client of the agency whose folder it stands in; its payload
/// is <c>{ iss, aud, command, … }</c>, with <c>purpose</c> where a call would say <c>gateway-purpose</c>:
/// <list type="bullet">
/// <item><c>open</c>, <c>step</c>: <c>request</c> is the JSON form of OpenExchangeRequest or TakeStepRequest, read as strictly as over REST;</item>
/// <item><c>acknowledge</c>, <c>reject</c>, <c>opened</c>: <c>delivery</c> is its name, and <c>reason</c> why it is rejected.</item>
/// </list>
/// They take the path of every call, its quota included: over it they wait. All may be repeated: request ids and deliveries see to it.
/// </summary>
internal sealed class FileCommands(
    ExchangeCommands commands, ICallGate gate, ICallLimits limits, Mailbox mailbox, PayloadCodec codec, IAgencyClientRegistry clients, GatewaySettings settings, TimeProvider time) : IFileCommands
{
    /// <summary>The <c>typ</c> of a command's header.</summary>
    public const string CommandType = "legalaid-command+jws";

    /// <summary>The operation of which each command is another face: the sharing matrix is asked about it as of a call.</summary>
    private static readonly FrozenDictionary<string, string> Operations = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["open"] = "legalaid.exchange.v1.ExchangeService/OpenExchange",
        ["step"] = "legalaid.exchange.v1.ExchangeService/TakeStep",
        ["acknowledge"] = "legalaid.mailbox.v1.MailboxService/AcknowledgeDelivery",
        ["reject"] = "legalaid.mailbox.v1.MailboxService/RejectDelivery",
        ["opened"] = "legalaid.mailbox.v1.MailboxService/ReportOpened",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(false));

    public async ValueTask<FileOutcome> RunAsync(AgencyId agency, string text, CancellationToken cancellationToken)
    {
        var statement = Read(text);
        if (statement is null)
        {
            await clients.LookAgainAsync(cancellationToken); // its key may be one that another node knows since
            statement = Read(text);
        }

        if (statement?.Client.Agency != agency)
        {
            return Unfit(FileFaults.NotSigned, "");
        }

        try
        {
            var claims = statement.Claims;
            var command = Text(claims, "command") ?? "";
            if (!Operations.TryGetValue(command, out var operation))
            {
                return Unfit(FileFaults.Command, "command");
            }

            var origin = new CallOrigin(TraceParent: "", SignatureOf(statement));
            var admitted = gate.Admit(agency, Text(claims, "purpose"), operation);
            if (await limits.CountAsync(new QuotaUser(agency, statement.Client.ClientId, admitted.Grant.Purpose), admitted.Grant, cancellationToken) is { } used)
            {
                return new FileOutcome.Waits(used.Wait, FileReasons.Of([used.Fault]));
            }

            var asker = admitted.Asker;
            return command switch
            {
                "open" => await AnswerAsync<OpenExchangeRequest>(claims, async request => await commands.OpenAsync(asker, request, origin, cancellationToken)),
                "step" => await AnswerAsync<TakeStepRequest>(claims, async request => await commands.TakeAsync(asker, request, origin, cancellationToken)),
                "acknowledge" => await SettleAsync(agency, claims, taken: true, cancellationToken),
                "reject" => await SettleAsync(agency, claims, taken: false, cancellationToken),
                _ => await OpenedAsync(agency, claims, cancellationToken),
            };
        }
        catch (RefusalException refused)
        {
            return new FileOutcome.Answered(Refused(refused.Faults));
        }
    }

    private ClientStatement? Read(string text) =>
        ClientStatement.TryRead(text, CommandType, settings.PublicAddress.OriginalString, clients, time.GetUtcNow());

    /// <summary>The file's own JWS is kept with the message that it brought, as the signature of a request is.</summary>
    private static SenderSignature SignatureOf(ClientStatement statement) =>
        new(statement.Key.Kid, statement.Key.ToJwk(), statement.Signed, statement.Signature, Body: default) { BaseHoldsContent = true };

    private async Task<FileOutcome> AnswerAsync<T>(JsonElement claims, Func<T, Task<IMessage>> run)
        where T : IMessage<T>, new()
    {
        if (!claims.TryGetProperty("request", out var request))
        {
            return Unfit(FileFaults.Command, "request");
        }

        var (read, faults) = codec.Read(new T().Descriptor.FullName, Encoding.UTF8.GetBytes(request.GetRawText()), prefix: "request");
        if (read is null)
        {
            return new FileOutcome.Answered(Refused(faults));
        }

        return new FileOutcome.Answered(new JsonObject { ["accepted"] = JsonNode.Parse(Formatter.Format(await run((T)read.Message))) });
    }

    private async Task<FileOutcome> SettleAsync(AgencyId agency, JsonElement claims, bool taken, CancellationToken cancellationToken)
    {
        if (DeliveryOf(claims) is not { } delivery)
        {
            return Unfit(FileFaults.Command, "delivery");
        }

        var answer = taken
            ? await mailbox.AcknowledgeAsync(agency, delivery, cancellationToken)
            : await mailbox.RejectAsync(agency, delivery, Text(claims, "reason") ?? "", cancellationToken);
        return answer switch
        {
            DeliveryAnswer.Done => new FileOutcome.Settled(new JsonObject { ["accepted"] = new JsonObject() }, delivery, taken),
            DeliveryAnswer.NotFound => new FileOutcome.Answered(Refused([new Fault(GeneralFaults.NotFound, "delivery")])),
            DeliveryAnswer.LeaseLost => new FileOutcome.Answered(Refused([new Fault(DeliveryFaults.LeaseLost, "delivery")])),
            _ => throw new InvalidOperationException($"answer {answer}"),
        };
    }

    private async Task<FileOutcome> OpenedAsync(AgencyId agency, JsonElement claims, CancellationToken cancellationToken)
    {
        if (DeliveryOf(claims) is not { } delivery)
        {
            return Unfit(FileFaults.Command, "delivery");
        }

        return new FileOutcome.Answered(await mailbox.ReportOpenedAsync(agency, delivery, cancellationToken) switch
        {
            OpenedAnswer.Done => new JsonObject { ["accepted"] = new JsonObject() },
            OpenedAnswer.NotDelivered => Refused([new Fault(DeliveryFaults.NotDeliveredYet, "delivery")]),
            _ => Refused([new Fault(GeneralFaults.NotFound, "delivery")]),
        });
    }

    private static JsonObject Refused(IEnumerable<Fault> faults) => new() { ["refused"] = FileReasons.Of(faults) };

    private static FileOutcome.Unfit Unfit(FaultCode code, string field) => new(new EquatableList<Fault>([new Fault(code, field)]));

    private static DeliveryId? DeliveryOf(JsonElement claims) =>
        DeliveryId.TryParseResourceName(Text(claims, "delivery"), out var id) ? id : null;

    private static string? Text(JsonElement claims, string member) =>
        claims.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
