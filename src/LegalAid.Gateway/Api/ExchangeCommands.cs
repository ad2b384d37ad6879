using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using LegalAid.Gateway.Api.Documents;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Exchange.Ledger;
using OpeningCommand = LegalAid.Gateway.Exchange.Ledger.Opening;

namespace LegalAid.Gateway.Api;

/// <summary>
/// The engine's commands as the contracts say them, whatever brought them: a call or a file. Payloads come as Structs and are brought to the
/// normal form that typed facades give the ledger. What is wrong is thrown as a <see cref="RefusalException"/>.
/// </summary>
internal sealed class ExchangeCommands(
    ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration, IPayloadSchemas schemas, IncomingDocuments documents,
    ExchangeMapping mapping)
{
    public async Task<OpenExchangeResponse> OpenAsync(
        Asker caller, OpenExchangeRequest request, CallOrigin origin, CancellationToken cancellationToken)
    {
        var type = ExchangeMapping.TryParseTypeName(request.Type, out var id) ? configuration.Current.FindType(id) : null;
        if (type is null)
        {
            throw Refusals.Of(new Fault(LedgerFaults.TypeUnknown, "type"));
        }

        var faults = new List<Fault>();
        var openings = request.Openings.Select((opening, index) => new OpeningCommand(
            ReadPayload(type.Opening, opening.Payload, $"openings[{index}].payload", faults),
            documents.Read(opening.Attachments, $"openings[{index}].attachments", faults))).ToImmutableArray();
        faults.ThrowIfAny();

        var command = new OpenCommand(caller.Agency, type.Id, openings, request.RequestId, origin.TraceParent)
        {
            Purpose = caller.Purpose,
            Signature = origin.Signature,
        };
        var answers = (await ledger.OpenAsync(command, cancellationToken)).AnswersOr(path => path.StartsWith('[') ? "openings" + path : path);
        var response = new OpenExchangeResponse();
        response.Outcomes.AddRange(answers.Select(answer => Outcome(answer, caller)));
        return response;
    }

    public async Task<StepOutcome> TakeAsync(Asker caller, TakeStepRequest request, CallOrigin origin, CancellationToken cancellationToken)
    {
        var id = ApiContext.ExchangeOf(request.Name);
        var reading = await reader.FindAsync(caller, id, cancellationToken) ?? throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));
        var step = reading.State.Type.FindStep(new StepName(request.Step)) ?? throw Refusals.Of(new Fault(TransitionFaults.StepUnknown, "step"));

        var faults = new List<Fault>();
        var payload = ReadPayload(step, request.Payload, "payload", faults);
        var incoming = documents.Read(request.Attachments, "attachments", faults);
        var references = DocumentNames.References(request.ReferencedAttachments, faults);
        faults.ThrowIfAny();

        var command = new StepCommand(
            caller.Agency, id, step.Name, payload, incoming, request.RequestId, ApiContext.VersionOf(request.ExpectedVersion), origin.TraceParent)
        {
            References = references,
            Purpose = caller.Purpose,
            Signature = origin.Signature,
        };
        var answers = (await ledger.TakeAsync(command, cancellationToken)).AnswersOr(path => path);
        return Outcome(answers[0], caller);
    }

    private JsonObject ReadPayload(StepDefinition step, Struct payload, string path, List<Fault> faults)
    {
        var schema = schemas.Find(step.Payload) ?? throw new InvalidOperationException($"payload schema {step.Payload} was there at load");
        var read = schema.Read(PayloadCodec.ToJson(payload));
        faults.AddRange(read.Faults.Select(fault => fault.Under(path)));
        return read.Payload ?? [];
    }

    private StepOutcome Outcome(StepAnswer answer, Asker caller) => new()
    {
        Exchange = mapping.Exchange(reader.SeenBy(caller, answer.Exchange)),
        Receipt = ExchangeMapping.Receipt(answer.Exchange.Id, answer.Receipt),
    };
}
