using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Evidence.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LadderRung = LegalAid.Gateway.Exchange.Evidence.Rung;
using MessageEvidence = LegalAid.Gateway.Contracts.Evidence.V1.MessageEvidence;
using Rung = LegalAid.Gateway.Contracts.Evidence.V1.Rung;

namespace LegalAid.Gateway.Api;

/// <summary>Checkpoints and proofs for any caller, proofs of leaves and the evidence ladder for parties; to others an exchange does not exist.</summary>
internal sealed class EvidenceApi(EvidenceReader evidence) : EvidenceService.EvidenceServiceBase
{
    private const string Leaves = "leaves";
    private const string Messages = "messages";

    public override async Task<Contracts.Evidence.V1.Checkpoint> GetCheckpoint(GetCheckpointRequest request, ServerCallContext context)
    {
        RequireSize(request.Size, "size");
        return await evidence.CheckpointAsync(request.Size, context.CancellationToken) is { } row
            ? Message(row)
            : throw Refusals.Of(new Fault(EvidenceFaults.BeyondLog, "size"));
    }

    public override async Task<InclusionProof> ProveMessage(ProveMessageRequest request, ServerCallContext context)
    {
        RequireSize(request.Size, "size");
        var (exchange, message) = ApiContext.PartOf(request.Name, Messages);
        return Message(exchange, await evidence.ProveAsync(context.Asker(), exchange, new MessageId(message), request.Size, context.CancellationToken));
    }

    public override async Task<InclusionProof> ProveLeaf(ProveLeafRequest request, ServerCallContext context)
    {
        RequireSize(request.Size, "size");
        var (exchange, leaf) = ApiContext.PartOf(request.Name, Leaves);
        return Message(exchange, await evidence.ProveAsync(context.Asker(), exchange, new LeafId(leaf), request.Size, context.CancellationToken));
    }

    public override async Task<ConsistencyProof> ProveConsistency(ProveConsistencyRequest request, ServerCallContext context)
    {
        RequireSize(request.FromSize, "fromSize");
        RequireSize(request.ToSize, "toSize");
        var to = request.ToSize > 0 ? request.ToSize : (await evidence.CheckpointAsync(0, context.CancellationToken))?.Size ?? 0;
        var path = await evidence.ConsistencyAsync(request.FromSize, to, context.CancellationToken)
            ?? throw Refusals.Of(new Fault(EvidenceFaults.BeyondLog, request.FromSize > to ? "fromSize" : "toSize"));
        return new ConsistencyProof { FromSize = request.FromSize, ToSize = to, Path = { path.Select(Bytes) } };
    }

    public override async Task<ListEvidenceResponse> ListEvidence(ListEvidenceRequest request, ServerCallContext context)
    {
        var id = ApiContext.ExchangeOf(request.Parent, field: "parent");
        var size = PageTokens.Size(request.PageSize, usual: 50);
        var question = $"evidence\n{request.Parent}";
        var after = PageTokens.Read(request.PageToken, question);
        var ladder = await evidence.LadderAsync(context.Asker(), id, context.CancellationToken)
            ?? throw Refusals.Of(new Fault(GeneralFaults.NotFound, "parent"));
        var messages = ladder.GroupBy(entry => entry.Message).ToList();
        var start = after is { } last ? messages.FindIndex(message => message.Key.Value == last) + 1 : 0;
        var page = messages.Skip(start).Take(size).ToList();
        var response = new ListEvidenceResponse { NextPageToken = start + page.Count < messages.Count ? PageTokens.Next(page[^1].Key.Value, question) : "" };
        foreach (var entry in page.SelectMany(message => message))
        {
            var shown = new MessageEvidence
            {
                Message = ExchangeMapping.MessageName(id, entry.Message),
                Event = entry.Event,
                Sender = entry.Sender?.ResourceName ?? "",
                Recipient = entry.Recipient?.ResourceName ?? "",
            };
            foreach (var rung in entry.Rungs)
            {
                shown.Rungs.Add(await MessageAsync(id, rung, context.CancellationToken));
            }

            response.Messages.Add(shown);
        }

        return response;
    }

    private async Task<Rung> MessageAsync(ExchangeId exchange, LadderRung rung, CancellationToken cancellationToken)
    {
        var shown = new Rung
        {
            Kind = rung.Kind switch
            {
                RungKind.Submitted => Rung.Types.Kind.Submitted,
                RungKind.Committed => Rung.Types.Kind.Committed,
                RungKind.Relayed => Rung.Types.Kind.Relayed,
                RungKind.Delivered => Rung.Types.Kind.Delivered,
                RungKind.Opened => Rung.Types.Kind.Opened,
                RungKind.ActedOn => Rung.Types.Kind.ActedOn,
                _ => throw new InvalidOperationException($"rung {rung.Kind}"),
            },
            Positive = rung.Positive,
            Time = rung.At.ToTimestamp(),
            Outcome = rung.Outcome,
        };
        if (rung.Leaf is { } leaf)
        {
            shown.Leaf = LeafName(exchange, leaf);
            if (await evidence.IndexOfAsync(leaf, cancellationToken) is { } index)
            {
                shown.LogIndex = index;
            }
        }

        return shown;
    }

    private static InclusionProof Message(ExchangeId exchange, ProveOutcome outcome) => outcome switch
    {
        ProveOutcome.Proved proved => new InclusionProof
        {
            Leaf = LeafName(exchange, proved.Leaf.Id),
            Entry = UnsafeByteOperations.UnsafeWrap(proved.Leaf.Entry),
            Index = proved.Index,
            Path = { proved.Path.Select(Bytes) },
            Checkpoint = Message(proved.Checkpoint),
        },
        ProveOutcome.NotYet => throw Refusals.Of(new Fault(EvidenceFaults.NotYet, "name")),
        ProveOutcome.BeyondLog => throw Refusals.Of(new Fault(EvidenceFaults.BeyondLog, "size")),
        ProveOutcome.Unknown => throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name")),
        _ => throw new InvalidOperationException($"outcome {outcome}"),
    };

    private static Contracts.Evidence.V1.Checkpoint Message(CheckpointRow row) => new()
    {
        Origin = row.Origin,
        Size = row.Size,
        Root = ByteString.CopyFrom(row.Root.AsSpan()),
        Note = row.Note,
        SignTime = row.SignedAt.ToTimestamp(),
    };

    private static ByteString Bytes(TreeHash hash) => UnsafeByteOperations.UnsafeWrap(hash.ToArray());

    private static string LeafName(ExchangeId exchange, LeafId leaf) => $"{exchange.ResourceName}/{Leaves}/{leaf}";

    private static void RequireSize(long size, string field)
    {
        if (size < 0)
        {
            throw Refusals.Of(new Fault(EvidenceFaults.Size, field));
        }
    }
}
