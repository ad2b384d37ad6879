using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using ExchangeMessage = LegalAid.Gateway.Contracts.Exchanges.V1.Exchange;

namespace LegalAid.Gateway.Api;

/// <summary>The engine's own face.</summary>
internal sealed class ExchangeApi(ExchangeCommands commands, ExchangeReader reader, ExchangeMapping mapping) : ExchangeService.ExchangeServiceBase
{
    public override Task<OpenExchangeResponse> OpenExchange(OpenExchangeRequest request, ServerCallContext context) =>
        commands.OpenAsync(context.Asker(), request, context.Origin(), context.CancellationToken);

    public override Task<StepOutcome> TakeStep(TakeStepRequest request, ServerCallContext context) =>
        commands.TakeAsync(context.Asker(), request, context.Origin(), context.CancellationToken);

    public override async Task<ExchangeMessage> GetExchange(GetExchangeRequest request, ServerCallContext context)
    {
        var reading = await reader.FindAsync(context.Asker(), ApiContext.ExchangeOf(request.Name), context.CancellationToken);
        return mapping.Exchange(reading ?? throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name")));
    }

    public override async Task<ListExchangesResponse> ListExchanges(ListExchangesRequest request, ServerCallContext context)
    {
        var query = new ExchangeQuery(context.Caller().Agency, PageTokens.Size(request.PageSize, usual: 50), Types: [], State: request.State.Length > 0 ? request.State : null);
        if (request.Type.Length > 0)
        {
            query = query with
            {
                Types = ExchangeMapping.TryParseTypeName(request.Type, out var type) ? [type.Value] : throw Refusals.Of(new Fault(ApiFaults.ResourceName, "type")),
            };
        }

        var page = await reader.PageAsync(query, $"exchanges\n{request.Type}\n{request.State}", request.PageToken, context);
        var response = new ListExchangesResponse { NextPageToken = page.NextToken };
        response.Exchanges.AddRange(page.Readings.Select(mapping.Exchange));
        return response;
    }

    public override async Task<ListHistoryResponse> ListHistory(ListHistoryRequest request, ServerCallContext context)
    {
        var id = ApiContext.ExchangeOf(request.Parent, field: "parent");
        var size = PageTokens.Size(request.PageSize, usual: 100);
        var question = $"history\n{request.Parent}";
        var after = PageTokens.Read(request.PageToken, question) is { } last ? new LeafId(last) : (LeafId?)null;
        var entries = await reader.HistoryAsync(context.Asker(), id, after, size, context.CancellationToken)
            ?? throw Refusals.Of(new Fault(GeneralFaults.NotFound, "parent"));
        var response = new ListHistoryResponse
        {
            NextPageToken = entries.Length == size ? PageTokens.Next(entries[^1].Leaf.Id.Value, question) : "",
        };
        response.Events.AddRange(entries.Select(entry => Event(id, entry)));
        return response;
    }

    private static HistoryEvent Event(ExchangeId id, HistoryEntry entry)
    {
        var (leaf, message) = (entry.Leaf, entry.Message);
        return new HistoryEvent
        {
            Sequence = message?.Sequence ?? 0,
            Kind = leaf.Kind switch
            {
                LeafKinds.Message => message?.Sender is null ? HistoryEvent.Types.Kind.Clock : HistoryEvent.Types.Kind.Step,
                LeafKinds.Attachment => HistoryEvent.Types.Kind.Attachment,
                _ => HistoryEvent.Types.Kind.Delivery,
            },
            Event = message?.Event ?? leaf.Kind,
            Agency = leaf.Agency?.ResourceName ?? "",
            State = message?.StateAfter ?? "",
            Message = message is null ? "" : ExchangeMapping.MessageName(id, message.Id),
            PayloadDigest = entry.Payload is null ? "" : message?.PayloadDigest ?? "",
            Payload = entry.Payload is null ? null : ExchangeMapping.Struct(entry.Payload),
            OccurTime = (message?.OccurredAtCivil ?? leaf.CommittedAt).ToTimestamp(),
            CommitTime = leaf.CommittedAt.ToTimestamp(),
            LeafHash = Convert.ToHexStringLower(leaf.Hash),
        };
    }
}
